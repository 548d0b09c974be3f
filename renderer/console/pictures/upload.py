"""The body of an upload: one file after the other, each drawn before the next is read."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from renderer.edge.turns import without_turn

MOST_FILES = 10
"""At a time."""
MOST_PARTS = 40
SECONDS = 600.0
"""For all of it to come: a telephone's uplink may be slow."""
_CHUNK = 65_536


class Unread(Exception):
    """Broken off, too slow, or no multipart/form-data."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came. `data` is None where it is too large; it was not kept then."""

    name: str = field(repr=False)
    data: bytes | None = field(repr=False)


async def files(request: web.Request, most_bytes: int) -> AsyncIterator[Sent]:
    """The files of a form, at most one more than `MOST_FILES`; other fields are passed over. Raises Unread."""
    if request.content_type != "multipart/form-data" or request.headers.get("Content-Encoding"):
        raise Unread
    count = parts = 0
    ends = asyncio.get_running_loop().time() + SECONDS
    try:
        reader = await request.multipart()
        while count <= MOST_FILES:
            async with without_turn(request), asyncio.timeout_at(ends):
                part = await reader.next()
                if part is None:
                    return
                parts += 1
                if parts > MOST_PARTS or not isinstance(part, BodyPartReader):
                    raise Unread
                sent = await _read(part, most_bytes)
            if sent is not None:
                count += 1
                yield sent
    except (TimeoutError, ValueError, AssertionError, OSError, web.RequestPayloadError):
        raise Unread from None


async def _read(part: BodyPartReader, most_bytes: int) -> Sent | None:
    """None: a field without a file. What is too large is read to its end, and dropped as it comes."""
    data = bytearray()
    size = 0
    while chunk := await part.read_chunk(_CHUNK):
        size += len(chunk)
        if size <= most_bytes:
            data += chunk
        else:
            data.clear()
        if size > 4 * most_bytes:
            raise Unread
    if not size or part.filename is None:
        return None
    return Sent(part.filename, bytes(data) if size <= most_bytes else None)
