"""A slug as one segment of a path, and back: other writers may store what no path can hold.

What has an escape of RFC 3986 takes it. A slash, a backslash, a control, a slug of dots alone, the name of a feed and
letters in no normal form have none that reaches a server (edge/targets.py refuses them, browsers resolve dots), so
their octets are written `~2F`; a tilde that would be read as the beginning of one is written `~7E`.
"""

import re
import unicodedata
from urllib.parse import quote

FEEDS = {"feed.xml": "rss", "atom.xml": "atom", "feed.json": "json"}
"""Last segments that are a list's feed, and never a slug."""
_AS_IT_IS = "!$&'()*+,;=:@-._~"
"""What a segment of a path has without an escape (pchar, RFC 3986 §3.3): requests are read in that form, so an address
in another would lead to itself for ever."""
_OCTET = "(?:[01][0-9A-F]|2[EF]|5C|7[EF]|[89A-F][0-9A-F])"
_OURS = re.compile(f"(?:~{_OCTET})+")
_UNREACHED = re.compile(rf"[/\\\x00-\x1f\x7f]|~(?={_OCTET})")
_USUAL = re.compile("[a-z0-9-]+")
_DOTS = re.compile(r"\.+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")


def segment(slug: str) -> str:
    """The one spelling of a slug in an address; slugs that differ by no more than their normal form share it."""
    if _USUAL.fullmatch(slug):
        return slug
    if _UNREACHED.search(slug):
        slug = _UNREACHED.sub(_octets, slug)
    if _DOTS.fullmatch(slug) or slug.casefold() in FEEDS:
        slug = slug.replace(".", "~2E")
    if not slug.isascii():
        composed = unicodedata.normalize("NFC", slug)
        # Rows are looked for in form C and in form D; one that is in neither is named letter by letter.
        is_usual = slug in (composed, unicodedata.normalize("NFD", slug))
        slug = composed if is_usual else _FOREIGN.sub(_octets, slug)
    return quote(slug, safe=_AS_IT_IS, errors="replace")


def slug_of(part: str) -> str:
    """The slug that a segment names, its own escapes (`%20`) undone already; NUL in it names nothing."""
    return _OURS.sub(_letters, part) if "~" in part else part


def _octets(found: re.Match[str]) -> str:
    return "".join(f"~{octet:02X}" for octet in found[0].encode("utf-8", "replace"))


def _letters(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("~", "")).decode("utf-8", "replace")
