"""HEIC without an encoder (ISO/IEC 23008-12): the coded picture of `tests/heic/` in files that say otherwise."""

import struct
from pathlib import Path

from PIL import Image

WHOLE = (Path(__file__).parent / "heic" / "RGB_8__128x128.heif").read_bytes()
"""128 × 128: blue, cyan, red and yellow in the corners, row by row."""
_HVCC = WHOLE[172:291]
_CODED = WHOLE[357:]


def _box(kind: bytes, body: bytes, version: int | None = None) -> bytes:
    body = body if version is None else struct.pack(">I", version << 24) + body
    return struct.pack(">I", 8 + len(body)) + kind + body


def heic(
    size: tuple[int, int] = (128, 128), quarters: int | None = None, orientation: int = 1, brand: bytes = b"heic"
) -> bytes:
    """It claims `size`; `quarters` turns it to the left, as `irot` does; `orientation` is EXIF's."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Rahasia Telepon"
    items = [(b"hvc1", _CODED), (b"Exif", struct.pack(">I", 0) + exif.tobytes())]
    properties = [_HVCC, _box(b"ispe", struct.pack(">II", *size), 0)]
    if quarters is not None:
        properties.append(_box(b"irot", bytes([quarters])))
    essential = bytes([0x81, 2, 0x83][: len(properties)])
    told = struct.pack(">IHB", 1, 1, len(essential)) + essential
    entries = b"".join(
        _box(b"infe", struct.pack(">HH", number, 0) + kind + b"\0", 2) for number, (kind, _) in enumerate(items, 1)
    )
    start = _box(b"ftyp", brand + struct.pack(">I", 0) + b"mif1heic")

    def meta(at: int) -> bytes:
        places = b""
        for number, (_, body) in enumerate(items, 1):
            places += struct.pack(">HHHII", number, 0, 1, at, len(body))
            at += len(body)
        return _box(
            b"meta",
            _box(b"hdlr", b"\0\0\0\0pict" + bytes(13), 0)
            + _box(b"pitm", struct.pack(">H", 1), 0)
            + _box(b"iloc", struct.pack(">HH", 0x4400, len(items)) + places, 0)
            + _box(b"iinf", struct.pack(">H", len(items)) + entries, 0)
            + _box(b"iref", _box(b"cdsc", struct.pack(">HHH", 2, 1, 1)), 0)
            + _box(b"iprp", _box(b"ipco", b"".join(properties)) + _box(b"ipma", told, 0)),
            0,
        )

    at = len(start) + len(meta(0)) + 8
    return start + meta(at) + _box(b"mdat", b"".join(body for _, body in items))
