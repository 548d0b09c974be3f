"""Tables for spreadsheets, sent as they are read."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from aiohttp import web

from renderer import respond
from renderer.console.visit import Visit
from renderer.db.pool import TEMPORARY


async def send_table(visit: Visit, name: str, pieces: AsyncIterator[str]) -> web.StreamResponse:
    """CSV, saved under a name by the browser. Where the database goes away in the middle the connection is cut: half a
    table must not look like a whole one."""
    first = await anext(pieces, "")  # what fails here still gets an answer
    answer = web.StreamResponse(
        headers={
            **respond.SECURITY,
            "Cache-Control": respond.PRIVATE,
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        }
    )
    await answer.prepare(visit.request)
    if visit.request.method == "HEAD":
        return answer  # bytes behind it would be read as the next answer (RFC 9110 §9.3.2)
    try:
        await answer.write(first.encode("utf-8", "replace"))
        async for piece in pieces:
            await answer.write(piece.encode("utf-8", "replace"))
    except TEMPORARY:
        if visit.request.transport is not None:
            visit.request.transport.abort()
        return answer
    await answer.write_eof()
    return answer
