"""Markdown → HTML: markdown-it-py without raw HTML, then nh3's allow-list as the second wall.

CommonMark with tables, strikethrough and task lists; an address that stands bare is a link, and one of a YouTube video
that is a paragraph its card, as people paste them. What was read is remembered by its text, since a site's row is
read again for every change anywhere in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import getsizeof
from threading import Lock
from typing import Any

import nh3
from cachetools import LRUCache, cached
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup, escape

from renderer.themes.decode import clean_text
from renderer.themes.text.bare_links import with_bare_links
from renderer.themes.text.code import CLASSES, CodePurse, highlight
from renderer.themes.text.links import DEAD_LINK, link_tag, safe_link
from renderer.themes.text.losses import Losses, named
from renderer.themes.text.markdown_price import Purse, split
from renderer.themes.text.paragraphs import paragraphs
from renderer.themes.text.picture import Framer
from renderer.themes.text.video import CARD, read_video, video_card
from renderer.themes.text.words import Words

_REMEMBERED = 8 * 2**20
"""Bytes."""
_BLOCKS_NEST = 100
"""Deeper, the parser drops what it finds: lists of fifty levels, or quotes of a hundred."""
_INLINE_NESTS = 20
"""Deeper, it leaves the text as it is written, so this may be low: brackets in brackets take their square in time."""
_TAGS = {
    *("p", "br", "strong", "em", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "img"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "label", "input", "span", "div"),
}
_ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "ol": {"start"},
    "img": {"src"},
    "input": {"type", "disabled", "checked", "aria-label", "lang"},
    **{tag: {"class"} for tag in ("ul", "li", "td", "code", "span")},
    "th": {"class", "scope"},
}
_CLASS = re.compile(rf"tasks|th|done|open|align-(?:center|end)|{CLASSES}|language-[A-Za-z0-9][A-Za-z0-9+#._-]{{0,30}}")
_IMAGE = re.compile(r'<img src="(\d+)">')
_BARE = re.compile(r"<p></p>\n?")
_BOX = re.compile(r"\[([ xX])\][ \u00a0]+(?=\S)")
_ALIGN = {"text-align:center": "align-center", "text-align:right": "align-end"}


@dataclass(frozen=True, slots=True)
class _Read:
    """HTML in pieces; between two of them stands a picture, which only the site can judge."""

    pieces: tuple[str, ...]
    pictures: tuple[dict[str, Any], ...]
    dead: tuple[str, ...]
    """Where its links that are none lead."""
    price: int
    size: int


def render(
    text: str,
    first_heading: int,
    framer: Framer,
    words: Words,
    purse: Purse,
    losses: Losses,
    *,
    coloured: bool = False,
) -> Markup | None:
    """HTML, or None when it shows nothing. Once the purse is empty Markdown is shown as it is written.

    `coloured`: code has spans with classes (code.py).
    """
    if purse.left <= 0:
        losses.add(None, "the site’s Markdown takes too long to read; shown as it is written")
        return Markup(paragraphs(text)) or None  # noqa: S704 - escaped there
    read = _read(text, first_heading, words, coloured)
    purse.left -= read.price  # also where it was remembered: what is drawn must not hang on what was drawn before
    for address in read.dead:
        losses.add(None, f"{DEAD_LINK}: {named(address)}")
    parts = [read.pieces[0]]
    for attrs, piece in zip(read.pictures, read.pieces[1:], strict=True):
        alone = parts[-1].endswith("<p>") and piece.startswith("</p>")
        if video := attrs.get("video"):
            drawn = video_card(video, words)
        else:
            drawn = framer.alone(attrs) if alone else framer.tag(attrs)
        if drawn.startswith(("<figure>", CARD)):  # no paragraph may hold one
            parts[-1], piece = parts[-1].removesuffix("<p>"), piece.removeprefix("</p>")
        parts += [drawn or str(escape(attrs["alt"])), piece]
    html = "".join(parts).strip()
    return Markup(html) if html else None  # noqa: S704 - nh3's output, and escaped text


def words_of(text: str) -> str:
    """Markdown's text without its marks."""
    return " ".join(
        child.content
        for token in _reader().parse(split(text)[0])
        if token.type == "inline"
        for child in token.children or ()
        if child.type in ("text", "code_inline")
    )


@cached(
    LRUCache(_REMEMBERED, getsizeof=lambda read: read.size),
    key=lambda text, first_heading, words, coloured: (text, first_heading, words.language, words.foreign, coloured),
    lock=Lock(),
)
def _read(text: str, first_heading: int, words: Words, coloured: bool) -> _Read:
    marked, rest, price = split(text)
    reader = _reader()
    found: dict[str, Any] = {"pictures": [], "purse": CodePurse() if coloured else None}
    tokens = reader.parse(marked)
    dead = _prepare(tokens, first_heading, words)
    html = reader.renderer.render(tokens, reader.options, found)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_judge,
        url_schemes={"http", "https", "mailto", "tel", "whatsapp"},
        link_rel=None,
    )
    clean = clean_text(clean)  # of what entities stood for
    clean = _BARE.sub("", clean)
    clean = clean.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")
    pieces = _IMAGE.split(clean + paragraphs(rest))
    pictures = tuple(found["pictures"][int(number)] for number in pieces[1::2])
    size = 1_000 + getsizeof(text) + sum(map(getsizeof, pieces)) + sum(len(str(one)) for one in pictures)
    return _Read(tuple(pieces[::2]), pictures, tuple(dead), price, size + sum(map(getsizeof, dead)))


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = _commonmark(_BLOCKS_NEST)
    inner = _commonmark(_INLINE_NESTS)

    def read_inline(state: StateCore) -> None:
        for token in state.tokens:
            if token.type == "inline":
                token.children = []
                inner.inline.parse(token.content, inner, state.env, token.children)
                token.children = with_bare_links(token.children)

    reader.core.ruler.at("inline", read_inline)
    reader.add_render_rule("image", _picture)
    reader.add_render_rule("link_open", _link)
    reader.add_render_rule("fence", _fence)
    reader.add_render_rule("task", lambda self, tokens, index, options, env: tokens[index].content)
    return reader


def _commonmark(nesting: int) -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "typographer": True, "maxNesting": nesting})
    return reader.enable(["table", "strikethrough", "replacements", "smartquotes"])


def _judge(tag: str, name: str, value: str) -> str | None:
    return None if name == "class" and not _CLASS.fullmatch(value) else value


def _find_video(inline: Token, around: Token) -> None:
    """A paragraph that is nothing but the address of a video, as it was pasted."""
    children = inline.children or []
    if around.type != "paragraph_open" or around.level or len(children) != 3 or children[0].info != "auto":
        return
    if video := read_video(children[0].attrGet("href")):
        inline.children = [Token("image", "img", 0, children=[], meta={"video": video})]


def _picture(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    alt = self.renderInlineAsText(token.children, options, env)
    env["pictures"].append({"src": token.attrGet("src"), "alt": alt, "title": token.attrGet("title"), **token.meta})
    return f'<img src="{len(env["pictures"]) - 1}">'


def _fence(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    language = token.info.strip().partition(" ")[0]
    parts = highlight(token.content, language, env["purse"]) if env["purse"] and language else None
    code = "".join(parts) if parts is not None else escapeHtml(token.content)
    name = f' class="language-{escapeHtml(language)}"' if language else ""
    return f"<pre><code{name}>{code}</code></pre>\n"


def _link(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    title = tokens[index].attrGet("title")
    return link_tag(str(tokens[index].attrGet("href")), str(title)[:200] if title else None)


def _prepare(tokens: Sequence[Token], first_heading: int, words: Words) -> list[str]:
    """Shift headings below the section's own; judge links by our rules, not by the parser's; find tasks.

    Returns where the links lead that may not.
    """
    dead: list[str] = []
    last = first_heading - 1
    lists: list[Token] = []
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == "heading_open":
            if _shows(tokens[index + 1]):
                last = min(6, max(int(token.tag[1]), 2) - 2 + first_heading, last + 1)
                token.tag = tokens[index + 2].tag = f"h{last}"
            else:  # an empty heading is noise to a screen reader
                token.tag = tokens[index + 2].tag = "p"
        elif kind in ("th_open", "td_open"):
            place = _ALIGN.get(str(token.attrs.pop("style", "")))
            if kind == "th_open" and not _shows(tokens[index + 1]):
                token.tag = tokens[index + 2].tag = "td"
                place = "th"
            elif kind == "th_open":
                token.attrSet("scope", "col")
            if place:
                token.attrSet("class", place)
        elif kind == "bullet_list_open":
            lists.append(token)
        elif kind == "bullet_list_close":
            lists.pop()
        elif kind == "inline":
            if lists and tokens[index - 2].type == "list_item_open":
                _mark_task(token, tokens[index - 2], lists[-1], words)
            _judge_links(token.children or [], dead)
            _find_video(token, tokens[index - 1])
    return dead


def _shows(inline: Token) -> bool:
    """Whether a heading has a name: words, or a picture that says something."""
    return any(child.content.strip() for child in inline.children or ())


def _mark_task(inline: Token, item: Token, around: Token, words: Words) -> None:
    """`[x] done` at the beginning of a list item is a check box, as GitHub's dialect has it."""
    children = inline.children or []
    box = _BOX.match(children[0].content) if children and children[0].type == "text" else None
    if box is None or item.markup not in "-+*":
        return
    children[0].content = children[0].content[box.end() :]
    done = box[1] != " "
    said = escape(words.plain["task_done" if done else "task_open"])
    tongue = f' lang="{words.language}"' if words.foreign else ""
    checked = " checked" if done else ""
    html = f'<label><input type="checkbox" disabled{checked} aria-label="{said}"{tongue}><span></span></label>'
    children.insert(0, Token("task", "", 0, content=html))
    item.attrSet("class", "done" if done else "open")
    around.attrSet("class", "tasks")


def _judge_links(children: list[Token], dead: list[str]) -> None:
    """A link that leads nowhere safe, or that nobody could see or hear, is its content alone."""
    opened: Token | None = None
    shows = False
    for token in children:
        if token.type == "link_open":
            opened, shows = token, False
            given = str(token.attrGet("href") or "")
            safe = safe_link(given)
            token.attrSet("href", safe or "")
            if safe is None:
                dead.append(given)
        elif token.type == "link_close" and opened is not None:
            if not shows or not opened.attrGet("href"):
                opened.type = token.type = "text"
            opened = None
        elif token.type in ("text", "code_inline", "image"):
            shows = shows or bool(token.content.strip())
