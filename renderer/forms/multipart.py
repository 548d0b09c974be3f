"""multipart/form-data of a body that is there as a whole (RFC 7578), as browsers write it."""

import re
from email.message import Message

from renderer.forms.files import Upload

_NAME = re.compile(rb'^content-disposition:[ \t]*form-data;(?:[^\r\n]*;)?[ \t]*name="([^"\r\n]*)"', re.I | re.M)
_FILE = re.compile(rb'^content-disposition:[^\r\n]*;[ \t]*filename(?:="([^"\r\n]*)"|\*?=)', re.I | re.M)
_ENCODED = re.compile(rb"^content-transfer-encoding:[ \t]*(?!7bit|8bit|binary)", re.I | re.M)
# How HTML writes what a quoted name cannot hold (HTML, "multipart/form-data encoding algorithm").
_ESCAPES = ((b"%22", b'"'), (b"%0D", b"\r"), (b"%0A", b"\n"))


Part = tuple[str, str | Upload]


def parse_multipart(body: bytes, content_type: str, most: int) -> list[Part]:
    """(name, value) of every part, in order; a file's value is an Upload, an empty one is left out.

    Raises ValueError for what no browser sends: no boundary, no closing line, a part without a name, more than `most`
    parts, other than UTF-8, encoded parts.
    """
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    if not boundary or len(boundary) > 70:
        raise ValueError("no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("ascii"), most + 2)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ValueError("no closing boundary, or too many parts")
    return [field for piece in pieces[1:-1] if (field := _part(piece)) is not None]


def _part(piece: bytes) -> Part | None:
    line, _, rest = piece.partition(b"\r\n")
    if line.strip(b" \t"):
        raise ValueError("a boundary inside a line")
    head, end, value = (b"\r\n" + rest).partition(b"\r\n\r\n")
    name = _NAME.search(head.replace(b"\r\n", b"\n"))
    if not end or name is None or _ENCODED.search(head.replace(b"\r\n", b"\n")):
        raise ValueError("a part that is no field")
    file = _FILE.search(head.replace(b"\r\n", b"\n"))
    if file is None:
        return _unescaped(name[1]), value.decode()
    # Whoever chooses no file sends one without name and content.
    return (_unescaped(name[1]), Upload(_unescaped(file[1] or b""), value)) if value else None


def _unescaped(raw: bytes) -> str:
    for escaped, plain in _ESCAPES:
        raw = raw.replace(escaped, plain)
    return raw.decode()
