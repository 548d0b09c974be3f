"""The one builder of absolute addresses: from the site's primary origin, never from a request."""

import re
from urllib.parse import quote

_KEPT = "/:?#@!$&'()*+,;=%-._~"
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED = re.compile(r"(?:[A-Za-z0-9/:?#@!$&'()*+,;=._~-]|%[0-9A-Fa-f]{2})*")


def absolute(base_url: str, path: str) -> str:
    """`/tentang#tim` → `https://kopi.example/tentang#tim`, percent-encoded (RFC 3986); an absolute one stays."""
    if path.startswith(("https://", "http://")):
        return path
    if _ENCODED.fullmatch(path):
        return base_url + path
    return base_url + _STRAY.sub("%25", quote(path, safe=_KEPT))
