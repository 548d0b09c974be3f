"""Which addresses may stand in a page: judged after what a browser would decode or drop has been taken away."""

import re
from html import unescape
from urllib.parse import quote, urlsplit

from markupsafe import escape

_DROPPED = re.compile(
    "[\x00-\x20\x7f-\xa0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff]"
)
# What nearly every address looks like: nothing in it is decoded (no entity without a semicolon), dropped or encoded.
_PLAIN = r"(?:[A-Za-z0-9._~+,/=:@!*()&-]|%[0-9A-Fa-f]{2})*"
_USUAL = re.compile(
    r"(?:https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,63}(?![^/?#])|/(?!/))"
    rf"{_PLAIN}(?:\?{_PLAIN})?(?:#{_PLAIN})?|tel:\+?[0-9]+|mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+"
)
# Only references with their semicolon: `?a=1&copy=2` is a query, not a © (HTML §13.2.5.73 reads attributes so, too).
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")
_OPEN_SCHEMES = frozenset({"http", "https"})
_PLAIN_SCHEMES = frozenset({"mailto", "tel", "whatsapp"})
_HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+[a-z][a-z0-9-]{1,62}\.?$", re.IGNORECASE)
# What a validator lets stand in a path (RFC 3986); neither it nor a mail's address (RFC 6068) may hold brackets.
_KEPT = "/:?@!$&'()*+,;=%-._~"
# What browsers take in an e-mail field (HTML §4.10.5.1.5), with a dot in the host: no mail leads to a bare name.
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_MOST = 2_000
DEAD_LINK = "a link that may lead nowhere; only its words are shown"


def is_usual(text: str) -> bool:
    """Whether it takes no more than a glance to let the address through."""
    return len(text) <= _MOST and _USUAL.fullmatch(text) is not None


def safe_link(text: str | None) -> str | None:
    """An address for an `href`, or None: http, https, mailto, tel, whatsapp, or a path of the same site.

    Fragments are not judged here: whether a section exists, only the page knows.
    """
    if text and is_usual(text):
        return text
    cleaned = _decoded(text)
    if not cleaned or "\\" in cleaned or cleaned.startswith("//"):
        return None
    scheme = _SCHEME.match(cleaned)
    if scheme:
        name = scheme[1].lower()
        if name in _OPEN_SCHEMES:
            return _open_link(cleaned, name)
        if name in _PLAIN_SCHEMES and len(cleaned) > len(name) + 1:
            return name + ":" + _stray(quote(cleaned[len(name) + 1 :], safe=_KEPT, errors="replace"))
        return None
    if cleaned.startswith("/"):
        return _encoded(cleaned)
    if re.match(r"^www\.[a-z0-9-]+\.", cleaned, re.IGNORECASE) or _HOST.match(cleaned.split("/")[0]):
        return _open_link("https://" + cleaned, "https")
    return None


def mail_link(text: str) -> str | None:
    """`mailto:` with an address as browsers take it in a field (so ASCII, unquoted), or None."""
    return "mailto:" + quote(text, safe="@!$&'*+=.~_-") if _EMAIL.fullmatch(text) else None


def own_path(text: str | None, base_url: str) -> str | None:
    """A path on the site's own origin, or None: what pictures and favicons may come from."""
    cleaned = _decoded(text)
    if not cleaned:
        return None
    if base_url and cleaned.startswith(base_url + "/"):
        cleaned = cleaned[len(base_url) :]
    if not cleaned.startswith("/") or cleaned.startswith("//") or "\\" in cleaned or ".." in cleaned:
        return None
    return _encoded(cleaned)


def is_foreign(link: str) -> bool:
    return link.startswith(("http:", "https:"))


def link_tag(link: str, title: str | None = None) -> str:
    """`<a …>` for an address that `safe_link` let through.

    A link in a site's text is its owner's own choice, so it is neither `ugc` (which says that strangers wrote it) nor
    `nofollow`, which would take from every owner what a few abuse. `noopener` keeps a foreign page from reaching back
    wherever a browser opens one in a window of its own.
    """
    rel = ' rel="noopener"' if is_foreign(link) else ""
    said = f' title="{escape(title)}"' if title and title.strip() else ""
    return f'<a href="{escape(link)}"{rel}{said}>'


def _decoded(text: str | None) -> str | None:
    """Entities decoded until nothing changes, controls and invisible characters dropped; None when too long."""
    if not text or len(text) > _MOST:
        return None
    for _ in range(4):
        once = _DROPPED.sub("", _ENTITY.sub(lambda found: unescape(found[0]), text))
        if once == text:
            return text
        text = once
    return None


def _open_link(link: str, scheme: str) -> str | None:
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if not parts.netloc or "@" in parts.netloc:
        return None
    try:
        ascii_host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return None
    if not _HOST.match(ascii_host) and ascii_host != "localhost":
        return None
    rest = parts._replace(scheme="", netloc="").geturl()
    return _encoded(f"{scheme}://{ascii_host}{f':{port}' if port else ''}{rest}")


def _encoded(link: str) -> str:
    """Percent-encoded where a validator asks for it: outside ASCII, quotes, brackets, a stray %, a second #."""
    path, mark, fragment = link.partition("#")
    encoded = quote(path, safe=_KEPT, errors="replace")
    if mark:
        encoded += "#" + quote(fragment, safe="/:?@!$&'()*+,;=%-._~", errors="replace")
    return _stray(encoded)


def _stray(link: str) -> str:
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", link)
