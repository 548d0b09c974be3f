"""multipart/form-data of a body that is there as a whole (RFC 7578), as browsers write it."""

import re
from email.message import Message
from typing import NamedTuple

_NAME = re.compile(
    rb'^content-disposition:[ \t]*form-data;(?:[^\r\n]*;)?[ \t]*name=(?:"([^"\r\n]*)"|([^\s";,]+))', re.I | re.M
)
_FILE = re.compile(rb'^content-disposition:[^\r\n]*;[ \t]*filename(?:="([^"\r\n]*)"|\*?=)', re.I | re.M)
# Possessive: with the blank given back it would be none of the three.
_ENCODED = re.compile(rb"^content-transfer-encoding:[ \t]*+(?!(?:7bit|8bit|binary)[ \t]*$)", re.I | re.M)
# How HTML writes what a quoted name cannot hold (HTML, "multipart/form-data encoding algorithm").
_ESCAPES = ((b"%22", b'"'), (b"%0D", b"\r"), (b"%0A", b"\n"))

_CHARSET = re.compile(rb'^content-type:[ \t]*text/plain[ \t]*;[ \t]*charset="?([!-:<-~]{1,40}?)"?[ \t]*$', re.I | re.M)


class File(NamedTuple):
    """A file's name and content, as they came."""

    name: bytes
    data: bytes


Raw = tuple[bytes, bytes | File]


def parse_multipart(body: bytes, content_type: str, most: int) -> tuple[list[Raw], str]:
    """(name, value) of every part, in order, not decoded; an empty file is left out. And the encoding that the first
    part which names one does (RFC 7578 §4.4), else "".

    Raises ValueError for what no browser sends: no boundary, no closing line, a part without a name, more than `most`
    parts, encoded parts.
    """
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    if not boundary or len(boundary) > 70:
        raise ValueError("no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("ascii"), most + 2)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ValueError("no closing boundary, or too many parts")
    fields, charset = [], b""
    for piece in pieces[1:-1]:
        name, value, named = _part(piece)
        charset = charset or named
        if value != File(b"", b""):
            fields.append((name, value))
    return fields, charset.decode("ascii")


def _part(piece: bytes) -> tuple[bytes, bytes | File, bytes]:
    line, _, rest = piece.partition(b"\r\n")
    if line.strip(b" \t"):
        raise ValueError("a boundary inside a line")
    head, end, value = (b"\r\n" + rest).partition(b"\r\n\r\n")
    head = head.replace(b"\r\n", b"\n")
    name = _NAME.search(head)
    if not end or name is None or _ENCODED.search(head):
        raise ValueError("a part that is no field")
    called = _unescaped(name[1] if name[1] is not None else name[2])
    file = _FILE.search(head)
    if file is None:
        named = _CHARSET.search(head)
        return called, value, named[1] if named else b""
    # Whoever chooses no file sends one without name and content.
    return called, File(_unescaped(file[1] or b"") if value else b"", value), b""


def _unescaped(raw: bytes) -> bytes:
    for escaped, plain in _ESCAPES:
        raw = raw.replace(escaped, plain)
    return raw
