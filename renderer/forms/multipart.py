"""multipart/form-data of a body that is there as a whole (RFC 7578): as browsers write it, and as mail libraries and
scripts do, with encoded parts (RFC 7578 §4.7 only advises against them) or with lines that end in LF alone."""

import quopri
import re
from base64 import b64decode
from contextlib import suppress
from email.message import Message
from typing import NamedTuple

_NAME = re.compile(
    rb'^content-disposition:[ \t]*form-data;(?:[^\r\n]*;)?[ \t]*name=(?:"([^"\r\n]*)"|([^\s";,]+))', re.I | re.M
)
_FILE = re.compile(rb'^content-disposition:[^\r\n]*;[ \t]*filename(?:="([^"\r\n]*)"|\*?=)', re.I | re.M)
_ENCODED = re.compile(rb"^content-transfer-encoding:([^\r\n]*)", re.I | re.M)
_AS_IT_IS = (b"7bit", b"8bit", b"binary")
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

    Raises ValueError for what no client sends: no boundary, no closing line, a part without a name, more than `most`
    parts, a part in no encoding that there is.
    """
    line, end = _boundary(body, content_type)
    pieces = (end + body).split(end + line, most + 2)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ValueError("no closing boundary, or too many parts")
    fields, charset = [], b""
    for piece in pieces[1:-1]:
        name, value, named = _part(piece, end)
        charset = charset or named
        if value != File(b"", b""):
            fields.append((name, value))
    return fields, charset.decode("ascii")


def texts_before_files(body: bytes, content_type: str, most: int) -> tuple[list[Raw], str]:
    """The same of a body that goes on: the texts that are there as a whole before the first file. Raises ValueError
    where there is no boundary."""
    line, end = _boundary(body, content_type)
    texts: list[Raw] = []
    charset = b""
    for piece in (end + body).split(end + line, most + 1)[1:-1]:
        with suppress(ValueError):
            name, value, named = _part(piece, end)
            if isinstance(value, File):
                break
            charset = charset or named
            texts.append((name, value))
    return texts, charset.decode("ascii")


def _boundary(body: bytes, content_type: str) -> tuple[bytes, bytes]:
    """What stands between parts, and how its lines end. Raises ValueError where there is none."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    if not boundary or len(boundary) > 70:
        raise ValueError("no boundary")
    line = b"--" + boundary.encode("ascii")
    # As the first line ends, so do the others.
    first = re.search(rb"(?:^|\n)" + re.escape(line) + rb"[ \t]*(\r?\n)", body)
    return line, first[1] if first else b"\r\n"


def _part(piece: bytes, end: bytes) -> tuple[bytes, bytes | File, bytes]:
    line, _, rest = piece.partition(end)
    if line.strip(b" \t"):
        raise ValueError("a boundary inside a line")
    head, is_ended, value = (end + rest).partition(end + end)
    head = head.replace(b"\r\n", b"\n")
    name = _NAME.search(head)
    if not is_ended or name is None:
        raise ValueError("a part that is no field")
    encoded = _ENCODED.search(head)
    if encoded:
        value = _decoded(value, encoded[1].strip(b" \t").lower())
    called = _unescaped(name[1] if name[1] is not None else name[2])
    file = _FILE.search(head)
    if file is None:
        named = _CHARSET.search(head)
        return called, value, named[1] if named else b""
    # Whoever chooses no file sends one without name and content.
    return called, File(_unescaped(file[1] or b"") if value else b"", value), b""


def _decoded(value: bytes, encoding: bytes) -> bytes:
    """Raises ValueError. Line breaks in base64 are layout (RFC 2045 §6.8)."""
    if encoding in _AS_IT_IS:
        return value
    if encoding == b"base64":
        return b64decode(b"".join(value.split()), validate=True)
    if encoding == b"quoted-printable":
        return quopri.decodestring(value)
    raise ValueError("a part in an unknown encoding")


def _unescaped(raw: bytes) -> bytes:
    for escaped, plain in _ESCAPES:
        raw = raw.replace(escaped, plain)
    return raw
