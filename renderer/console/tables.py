"""Tables and archives, sent as they are read."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

from aiohttp import web

from renderer import respond
from renderer.console.visit import Visit
from renderer.db.pool import TEMPORARY


async def send_table(visit: Visit, name: str, pieces: AsyncIterator[str]) -> web.StreamResponse:
    """CSV, saved under a name by the browser."""
    return await send_pieces(visit, name, "text/csv; charset=utf-8", in_bytes(pieces))


async def in_bytes(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece.encode("utf-8", "replace")
        await asyncio.sleep(0)  # others want their turn, also where all is at hand


async def send_pieces(visit: Visit, name: str, content_type: str, pieces: AsyncIterator[bytes]) -> web.StreamResponse:
    """A file, saved under a name by the browser. Where the database goes away in the middle the connection is cut: half
    of it must not look like a whole one."""
    first = await anext(pieces, b"")  # what fails here still gets an answer
    answer = web.StreamResponse(
        headers={
            **respond.SECURITY,
            "Cache-Control": respond.PRIVATE,
            "Content-Type": content_type,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        }
    )
    await answer.prepare(visit.request)
    if visit.request.method == "HEAD":
        return answer  # bytes behind it would be read as the next answer (RFC 9110 §9.3.2)
    try:
        await answer.write(first)
        async for piece in pieces:
            await answer.write(piece)
    except TEMPORARY:
        if visit.request.transport is not None:
            visit.request.transport.abort()
        return answer
    await answer.write_eof()
    return answer
