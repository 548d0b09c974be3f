"""What a post's text has beyond that of a section: contents, and blocks that are read in the direction of their words.

On the engine's own markup alone, in which `<` begins a tag and values stand in double quotes.
"""

import re
from typing import TypeVar

from markupsafe import Markup

from renderer.themes.decode import is_seen
from renderer.themes.text.typography import shorten
from renderer.themes.views import Link

T = TypeVar("T", Markup, str, str | None)

_FROM = 3
"""Headings that a text has contents from."""
_MOST_CONTENTS = 40
_HEADING = re.compile(r"<(h[23])((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""The blocks of Unicode that are set aside for scripts written from the right (DerivedBidiClass)."""
# What begins a list or quote is asked for the direction of that: one that has its own is passed over (HTML, "auto").
_BLOCK = re.compile(r"(?<!<li>)(?<!<blockquote>)<(p|h[2-6]|ul|ol|blockquote|table|summary|figcaption)(?=[ >])(?! dir=)")


def with_contents(body: Markup) -> tuple[Markup, tuple[Link, ...]]:
    """The body with an id on each heading, and links to those of its highest level."""
    found = list(_HEADING.finditer(body))
    if len(found) < _FROM:
        return body, ()
    links: list[Link] = []
    parts: list[str] = []
    end = 0
    top = min(match[1] for match in found)
    for number, match in enumerate(found[:200], 1):
        name = f"bagian-{number}"
        # The list numbers its entries itself.
        label = _NUMBERED.sub("", shorten(Markup(match[3]).striptags(), 120))  # noqa: S704 - the engine's own
        if match[1] == top and is_seen(label) and len(links) < _MOST_CONTENTS:
            links.append(Link(label, f"#{name}", "section"))
        own = "" if " id=" in match[2] else f' id="{name}"'
        parts += [body[end : match.start()], f"<{match[1]}{match[2]}{own}>{match[3]}</{match[1]}>"]
        end = match.end()
    if len(links) < _FROM:
        return body, ()
    return Markup("".join([*parts, body[end:]])), tuple(links)  # noqa: S704 - the engine's own


def directed(body: Markup) -> Markup:
    """Where words are read from the right, each block has the direction of its own first: nobody says it of a quote."""
    if body.isascii() or not _FROM_THE_RIGHT.search(body):
        return body
    return Markup(_BLOCK.sub(r'<\1 dir="auto"', str(body)))  # noqa: S704 - the engine's own


def line_directed(text: T) -> T | Markup:
    """The same for one line of text, as a title is."""
    return (
        Markup("<bdi>{}</bdi>").format(text) if text and not text.isascii() and _FROM_THE_RIGHT.search(text) else text
    )
