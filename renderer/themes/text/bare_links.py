"""Addresses that stand bare in a text are links (GitHub’s dialect, "Autolinks"): people paste them, and no signs."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

MOST = 2_000
"""Characters of an address; what is longer stays a text."""
_ADDRESS = re.compile(r"(?<![^\s(*_~])https?://[^\s<>\"“”‘’`|\\^{}\[\]]++")
_AFTER = "?!.,:;*_~'…"


def with_bare_links(children: Sequence[Token]) -> list[Token]:
    """The same tokens of a paragraph, with those of links in the place of bare addresses."""
    found: list[Token] = []
    within = 0
    for token in children:
        within += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not within and "://" in token.content:
            found += _split(token)
        else:
            found.append(token)
    return found


def _split(token: Token) -> Iterator[Token]:
    text, done, level = token.content, 0, token.level
    for match in _ADDRESS.finditer(text):
        address = _without_end(match[0]) if len(match[0]) <= MOST else ""
        if address.endswith("://") or not address:
            continue
        if match.start() > done:
            yield Token("text", "", 0, content=text[done : match.start()], level=level)
        # Marked as the parser marks its own, so that no sign in it is taken for a dash or a quote.
        yield Token("link_open", "a", 1, attrs={"href": address}, markup="linkify", info="auto", level=level)
        yield Token("text", "", 0, content=address, level=level + 1)
        yield Token("link_close", "a", -1, markup="linkify", info="auto", level=level)
        done = match.start() + len(address)
    if done < len(text):
        yield Token("text", "", 0, content=text[done:], level=level)


def _without_end(address: str) -> str:
    """Without what ends the sentence around it; a bracket belongs to it where it was opened in it."""
    opened, closed, end = address.count("("), address.count(")"), len(address)
    while end and (address[end - 1] in _AFTER or (address[end - 1] == ")" and closed > opened)):
        end -= 1
        closed -= address[end] == ")"
    return address[:end]
