"""One cookie of a request, by its very name.

aiohttp trims whatever Unicode calls a blank around names, and no browser does: to it `U+2000 __Host-session` is no
`__Host-` name, so any host beside ours may set it for all of the domain, and it would stand for the real one.
"""

from aiohttp import web


def cookie(request: web.Request, name: str) -> str | None:
    """The first of the name, without the quotes that a value may stand in (RFC 6265 §4.1.1); None: there is none."""
    for line in request.headers.getall("Cookie", ()):
        for pair in line.split(";"):
            found, is_pair, value = pair.strip(" \t").partition("=")
            if is_pair and found == name:
                return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return None
