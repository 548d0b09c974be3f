"""application/x-www-form-urlencoded, as the URL Standard reads it.

Not with urllib's `unquote`: it cuts the text at every percent sign and raises for each that is none, so 256 KB of them
keep everybody else waiting for a tenth of a second.
"""

import re
from binascii import unhexlify
from collections.abc import Iterator

_ENCODED = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


def read_pairs(body: bytes, most: int) -> Iterator[tuple[bytes, bytes]]:
    """(name, value) of every field, in order, not decoded to text. Raises ValueError for more than `most` fields."""
    if body.count(b"&") >= most:
        raise ValueError("too many fields")
    for piece in filter(None, body.replace(b"+", b" ").split(b"&")):
        name, _, value = piece.partition(b"=")
        yield _unquoted(name), _unquoted(value)


def _unquoted(raw: bytes) -> bytes:
    return _ENCODED.sub(_octets, raw) if b"%" in raw else raw


def _octets(found: re.Match[bytes]) -> bytes:
    return unhexlify(found[0].replace(b"%", b""))
