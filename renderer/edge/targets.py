"""The path of a request in its one spelling, before anything judges it.

What follows sees the same path, be it the key of a kept answer, a route or a handler. Only what RFC 3986 calls
equivalent is brought into one form; a spelling that somebody might read in another way is not repaired but leads
nowhere, so that its visitor gets the site's own “not found”.
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from yarl import URL

# A path without any of these is in that form already.
_ODD = re.compile(r"[^!$&'()*+,\-0-9:;=@A-Z_a-z~./?]|/\.")
# Who is named before the host may be meant to look like it (RFC 9110 §4.2.4).
_ABSOLUTE = re.compile(r"(https?://[^/?#@]*)(/.*|\?.*)?\Z", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Controls (RFC 3986 has no place for them), and the separators that others take for a slash or that hide one.
_FORBIDDEN = re.compile(rb"[\x00-\x1f\x7f\\]")
_HIDDEN_SLASH = re.compile(r"%2[fF]")
_AS_IT_IS = "/:@!$&'()*+,;=-._~"  # pchar and slash, RFC 3986 §3.3


NOWHERE = "/%EF%BF%BD"
"""A path that no site has: that of U+FFFD, the replacement character."""


class BadTarget(ValueError):
    """Neither a path nor an address of ours."""


def normalise_target(target: str) -> str:
    """The target of a request line (RFC 9112 §3.2), its path normalised (RFC 3986 §6.2.2): escapes of what needs none
    undone, the others in capitals, dot segments resolved. Query and `*` come back as they are.

    `NOWHERE` for escapes that are none, what is not UTF-8 (overlong forms are not), controls, backslashes, and slashes
    that are escaped. Raises `BadTarget` for other schemes than http and https, and for a tunnel's authority.
    """
    if target[:1] == "/":
        return _normalise(target)
    if target == "*":
        return target
    whole = _ABSOLUTE.match(target)
    if whole is None:
        raise BadTarget("neither a path nor an address")
    rest = whole[2] or "/"
    return whole[1] + _normalise(rest if rest[0] == "/" else f"/{rest}")


def url_of(target: str) -> URL:
    """The URL of a normalised target, as it is; `//a` is a path here, and no host."""
    if target[0] != "/":
        return URL(target, encoded=True)
    before, _, fragment = target.partition("#")
    path, _, query = before.partition("?")
    return URL.build(path=path, query_string=query, fragment=fragment, encoded=True)


@lru_cache(4096)
def read_target(target: str) -> tuple[str, str]:
    """Path, decoded, and query, as it came."""
    url = url_of(target)
    return url.path, url.raw_query_string


def _normalise(target: str) -> str:
    if not _ODD.search(target):
        return target
    end = min((at for at in (target.find("?"), target.find("#")) if at >= 0), default=len(target))
    path, rest = target[:end], target[end:]
    if not _ODD.search(path):
        return target
    if _ESCAPE.search(path) or _HIDDEN_SLASH.search(path):
        return NOWHERE
    octets = unquote_to_bytes(path.encode("utf-8", "surrogateescape"))
    if _FORBIDDEN.search(octets):
        return NOWHERE
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return NOWHERE
    return quote(_without_dots(text), safe=_AS_IT_IS) + rest


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4; never above the root."""
    kept: list[str] = []
    parts = path.split("/")[1:]
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        if part == "..":
            if kept:
                kept.pop()
        elif part != ".":
            kept.append(part)
            continue
        if is_last:
            kept.append("")
    return "/" + "/".join(kept)
