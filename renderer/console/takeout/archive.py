"""A ZIP archive that is written as its files are read."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, NamedTuple

_PIECE = 65_536


class Entry(NamedTuple):
    """A file of the archive, as its bytes come. What is packed already is stored as it is."""

    name: str
    pieces: AsyncIterator[bytes]
    is_packed: bool = False


class _Sink(io.RawIOBase):
    """What an archive writes to that cannot go back: bytes, until they are taken."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        self._written += piece
        return len(piece)

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


async def archive(entries: AsyncIterator[Entry], at: datetime) -> AsyncIterator[bytes]:
    """The archive (PKWARE's APPNOTE, sizes behind the data), its files dated `at`."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as made:
        async for entry in entries:
            info = zipfile.ZipInfo(entry.name, at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_STORED if entry.is_packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with made.open(info, "w", force_zip64=True) as file:
                async for piece in entry.pieces:
                    file.write(piece)
                    if taken := sink.take():
                        yield taken
    yield sink.take()


async def once(text: str | bytes) -> AsyncIterator[bytes]:
    """What is at hand already, in pieces that are packed in a moment."""
    body = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]
        await asyncio.sleep(0)  # packing takes long, and others want their turn
