"""Rich text of any accepted kind → HTML from an allow-list, plain text, and the question whether there is any.

Kinds: a plain string (blank line = paragraph; Markdown where it is written in it), `{"text": …}`,
`{"type": "markdown", "text": …}`, a TipTap document.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from markupsafe import Markup

from renderer.themes.decode import is_seen
from renderer.themes.pictures.own import Sizes
from renderer.themes.text import markdown, tiptap
from renderer.themes.text.losses import Losses
from renderer.themes.text.markdown_price import Purse
from renderer.themes.text.paragraphs import paragraphs
from renderer.themes.text.picture import Framer, PictureOf, SizesOf
from renderer.themes.text.words import Words, words_for

_MOST = 100_000
_MARKDOWN = re.compile(
    r"(?m)^#{2,6}[ \t]+\S|^[-*][ \t]+\S.*\n[-*][ \t]+\S|^1\.[ \t]+\S.*\n2\.[ \t]+\S"
    r"|(?<![\w*])\*\*(?=[^\s*])[^*\n]{1,400}(?<=[^\s*])\*\*(?![\w*])|(?<!\w)\[[^\]\[\n]{1,200}\]\((?:https?://|/)[^)\s]{0,500}\)"
)
"""Marks that nobody types by chance."""
_BEGINNING = 4_000
"""Characters of a text in which Markdown is looked for."""
_LINE_END = re.compile(r"(?<=\S)\r?\n(?=\S)")
_LETTERS = re.compile(r">[^<&]*[A-Za-z0-9]")
_TAG = re.compile(r"<[^>]*>")
_SHOWN = re.compile(r"<(?:img|hr|svg)\b")
"""What is seen without a word."""


@dataclass(frozen=True, slots=True)
class RichOptions:
    """`first_heading` is the level that a document's own first level becomes; `picture` vets an image address, `sizes`
    says what there is of a vetted one.

    `purse` is shared by all texts of a site; without one, each may cost what one text may cost.
    """

    first_heading: int = 3
    picture: PictureOf = lambda source: None
    sizes: SizesOf = lambda source, width, height: Sizes(width, height)
    words: Words = field(default_factory=lambda: words_for("id"))
    purse: Purse | None = None
    coloured: bool = False
    """Whether code is marked by what it is: where the blog's style sheet is at hand."""
    captions: bool = False
    """Whether the title of a picture that stands alone is shown below it: no finger finds a tooltip."""


def render_rich(value: Any, options: RichOptions, losses: Losses | None = None) -> Markup | None:
    """HTML for a block of text, or None when nothing in it would be seen. `losses` learns what it leaves out."""
    html = _render(value, options, Losses() if losses is None else losses)
    if html is None or _LETTERS.search(html) or _SHOWN.search(html):
        return html
    return html if is_seen(unescape(_TAG.sub("", html))) else None


def reachable(html: Markup) -> Markup:
    """The engine's own markup with each box that scrolls sideways in the order of the Tab key, so that arrow keys move
    it (WCAG 2.2, 2.1.1); code is written from the left in every language."""
    text = str(html).replace("<pre>", '<pre tabindex="0" dir="ltr">')
    return Markup(text.replace('<div class="table">', '<div class="table" tabindex="0">'))  # noqa: S704 - its own


def _render(value: Any, options: RichOptions, losses: Losses) -> Markup | None:
    framer = Framer(options.picture, options.sizes, losses, captions=options.captions)
    if isinstance(value, str) and _MARKDOWN.search(value[:_BEGINNING]):
        # Whoever wrote it broke lines where lines should break.
        value = {"type": "markdown", "text": _LINE_END.sub("  \n", value[: _MOST + 1])}
    if isinstance(value, dict):
        if value.get("type") == "markdown" and isinstance(value.get("text"), str):
            text = _cut(value["text"], losses)
            purse = options.purse or Purse()
            return markdown.render(
                text, options.first_heading, framer, options.words, purse, losses, coloured=options.coloured
            )
        if value.get("type") == "doc" or isinstance(value.get("content"), list):
            return tiptap.render(value, options.first_heading, framer, options.words, losses, coloured=options.coloured)
        value = value.get("text")
    if isinstance(value, list):
        if all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)
        else:
            return tiptap.render({"content": value}, options.first_heading, framer, options.words, losses)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    html = paragraphs(_cut(str(value), losses))
    return Markup(html) if html else None  # noqa: S704 - escaped there


def _cut(text: str, losses: Losses) -> str:
    if len(text) > _MOST:
        losses.add(None, f"longer than {_MOST:,} characters; cut")
    return text[:_MOST]


def plain_text(value: Any, most: int = 2_000) -> str:
    """The words alone, in one line, without recursion; for excerpts, descriptions and reading times."""
    if isinstance(value, str):
        return " ".join(value[: most * 2].split())[:most]
    parts: list[str] = []
    length = 0
    stack: list[Any] = [value]
    while stack and length < most:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(reversed(node))
        elif isinstance(node, dict):
            text = node.get("text")
            if isinstance(text, str):
                text = markdown.words_of(text[: most * 2]) if node.get("type") == "markdown" else text
                parts.append(text)
                length += len(text)
            elif node.get("type") != "text":
                parts.append(" ")
            stack.append(node.get("content"))
    return " ".join("".join(parts).split())[:most]
