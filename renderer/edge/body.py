"""The body of a POST, read with bounds on its kind, size and time."""

import asyncio
from collections.abc import Container
from contextlib import suppress

from aiohttp import web

from renderer.edge.turns import without_turn

_READ = web.RequestKey("read", bytes)
_BEGUN = web.RequestKey("begun", bytes)
BEGINNING = 256 * 1024
"""Bytes of a body that is too large which are looked at all the same..."""
BEGINNING_SECONDS = 5.0
"""...and how long they may take."""


async def read_body(request: web.BaseRequest, kinds: Container[str], *, most: int, seconds: float) -> bytes:
    """Up to `most` bytes of one of the media types `kinds`, sent within `seconds`; the same when it is asked again.

    Raises web.HTTPException: 400 broken off, 408 too slow, 413 too large, 415 another kind or a Content-Encoding.
    """
    # Before the first byte is read: a small compressed body costs seconds to unfold.
    if ", ".join(request.headers.getall("Content-Encoding", ())).strip().lower() not in ("", "identity"):
        raise web.HTTPUnsupportedMediaType
    if request.content_type not in kinds:
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    if _READ in request:
        return request[_READ]
    body = bytearray()
    try:
        async with without_turn(request), asyncio.timeout(seconds):
            while chunk := await request.content.read(most + 1 - len(body)):
                body += chunk
                if len(body) > most:
                    request[_BEGUN] = bytes(body[:BEGINNING])
                    raise web.HTTPRequestEntityTooLarge(most, len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (OSError, web.RequestPayloadError):
        raise web.HTTPBadRequest from None
    request[_READ] = whole = bytes(body)
    return whole


async def read_beginning(request: web.BaseRequest) -> bytes:
    """The beginning of a body that `read_body` found too large, as much of it as comes soon. Never raises."""
    body = bytearray(request.get(_BEGUN, b""))
    with suppress(TimeoutError, OSError, web.RequestPayloadError):
        async with without_turn(request), asyncio.timeout(BEGINNING_SECONDS):
            while len(body) < BEGINNING and (chunk := await request.content.read(BEGINNING - len(body))):
                body += chunk
    return bytes(body)
