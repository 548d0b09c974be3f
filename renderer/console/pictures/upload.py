"""The body of an upload: one file after the other, each drawn before the next is read."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from renderer.edge.turns import without_turn

MOST_FILES = 10
"""At a time."""
MOST_PARTS = 40
SECONDS = 600.0
"""For all of it to come: a telephone's uplink may be slow."""
_CHUNK = 65_536
OF_ONE, AT_ONCE = 2, 16
"""Uploads under way, of one owner and of all in this worker: each holds a whole file in memory, for as long as it takes
to come."""


class Unread(Exception):
    """Broken off, too slow, or no multipart/form-data."""


class Crowd(Exception):
    """More uploads are under way than there is memory for."""


class Uploads:
    """Those under way in a worker."""

    def __init__(self) -> None:
        self._of: Counter[UUID] = Counter()

    def __len__(self) -> int:
        return self._of.total()

    @contextmanager
    def admit(self, owner: UUID) -> Iterator[None]:
        """For as long as an upload comes and its pictures are drawn. Raises Crowd."""
        if len(self) >= AT_ONCE or self._of[owner] >= OF_ONE:
            raise Crowd
        self._of[owner] += 1
        try:
            yield
        finally:
            self._of[owner] -= 1
            if not self._of[owner]:
                del self._of[owner]


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
    except (TimeoutError, ValueError, AssertionError, OSError, web.RequestPayloadError, HttpProcessingError):
        raise Unread from None


async def _read(part: BodyPartReader, most_bytes: int) -> Sent | None:
    """None: a field without a file. What is too large is read to its end, and dropped as it comes."""
    data = bytearray()
    size = 0
    try:
        while chunk := await part.read_chunk(_CHUNK):
            size += len(chunk)
            if size <= most_bytes:
                data += chunk
            else:
                data.clear()
            if size > 4 * most_bytes:
                raise Unread
    except BaseException:
        # A broken stream keeps its error, and that this frame: a circle that a worker looks for once an hour.
        data.clear()
        raise
    if not size or part.filename is None:
        return None
    return Sent(part.filename, bytes(data) if size <= most_bytes else None)
