"""Markdown → HTML: markdown-it-py without raw HTML, then nh3's allow-list as the second wall."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from renderer.themes.text.links import is_foreign, safe_link

_TAGS = {
    *("p", "br", "strong", "em", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "img"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}, "img": {"src", "alt", "loading", "decoding"}}


def render(text: str, first_heading: int, picture: Callable[[str], str | None]) -> Markup | None:
    reader = _reader()
    tokens = reader.parse(text)
    _prepare(tokens, first_heading, picture)
    html = reader.renderer.render(tokens, reader.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "whatsapp"},
        link_rel=None,
    ).strip()
    return Markup(clean) if clean else None  # noqa: S704 - nh3's output


def words(text: str) -> str:
    """Markdown's text without its marks."""
    return " ".join(
        child.content
        for token in _reader().parse(text)
        if token.type == "inline"
        for child in token.children or ()
        if child.type in ("text", "code_inline")
    )


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "typographer": True, "maxNesting": 20})
    reader.enable(["table", "strikethrough", "replacements", "smartquotes"])
    return reader


def _prepare(tokens: Sequence[Token], first_heading: int, picture: Callable[[str], str | None]) -> None:
    """Shift headings below the section's own, judge links and pictures by our rules, not by the parser's."""
    last = first_heading - 1
    for token in tokens:
        if token.type == "heading_open":
            last = min(6, max(int(token.tag[1]), 2) - 2 + first_heading, last + 1)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{last}"
        for child in token.children or ():
            _prepare_inline(child, picture)


def _prepare_inline(token: Token, picture: Callable[[str], str | None]) -> None:
    if token.type == "link_open":
        link = safe_link(str(token.attrGet("href") or ""))
        if link:
            token.attrSet("href", link)
            if is_foreign(link):
                token.attrSet("rel", "noopener ugc")
        else:
            token.attrs = {}
    elif token.type == "image":
        source = picture(str(token.attrGet("src") or ""))
        if source:
            token.attrSet("src", source)
            token.attrSet("loading", "lazy")
            token.attrSet("decoding", "async")
        else:
            token.type, token.tag = "text", ""
            token.children = None
