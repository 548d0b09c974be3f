"""One cookie of a request, by its very name.

aiohttp trims whatever Unicode calls a blank around names, and no browser does: to it `U+2000 __Host-session` is no
`__Host-` name, so any host beside ours may set it for all of the domain, and it would stand for the real one.
"""

from collections.abc import Iterable

from aiohttp import web


def cookie(request: web.Request, name: str) -> str | None:
    """The first of the name, without the quotes that a value may stand in (RFC 6265 §4.1.1); None: there is none."""
    return cookie_of(request.headers.getall("Cookie", ()), name)


def cookie_of(lines: Iterable[str], name: str) -> str | None:
    """The same, of the values of headers."""
    for line in lines:
        for pair in line.split(";"):
            found, is_pair, value = pair.strip(" \t").partition("=")
            if is_pair and found == name:
                return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return None
