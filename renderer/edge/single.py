"""Answers for one visitor: coded and judged like the kept ones, and sent by aiohttp with whatever headers it adds."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from renderer.edge import codings, conditions
from renderer.edge.kept import OF_BYTES
from renderer.edge.negotiation import IDENTITY, accepted
from renderer.edge.sent import Sent, Wire

Encode = Callable[[bytes, str], Awaitable[bytes]]


FAILED = Wire(
    b"HTTP/1.1 412 Precondition Failed\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    b"Content-Length: 0\r\n",
    b"",
)


def judge(request: web.BaseRequest, answer: web.Response) -> web.StreamResponse:
    """304 or 412 instead of a 200 that has a tag (RFC 9110 §13.2.2)."""
    etag = answer.headers.get("ETag")
    if answer.status != 200 or etag is None:
        return answer
    modified = answer.headers.get("Last-Modified")
    if conditions.fails(request.headers, etag, modified):
        return Sent(request, 412, FAILED, False)
    known = conditions.known_tag(request.headers, etag, modified)
    if known is None:
        return answer
    if known == conditions.ANY:
        known = codings.tag(etag, _choose(answer, accepted(request.headers)), "quick")
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in OF_BYTES}
    varies = {"Vary": "Accept-Encoding"} if codings.is_text(answer.content_type) else {}
    return web.Response(status=304, headers={**headers, **varies, "ETag": known})


async def code(answer: web.Response, wanted: tuple[str, ...], encode: Encode) -> None:
    """Put the body into the first coding of `wanted`, where that makes it smaller."""
    body, coding = answer.body, _choose(answer, wanted)
    if body and codings.is_text(answer.content_type):
        answer.headers["Vary"] = "Accept-Encoding"
    if coding == IDENTITY or not isinstance(body, bytes):
        return
    answer.body = await encode(body, coding)
    answer.headers["Content-Encoding"] = coding
    if "ETag" in answer.headers:
        answer.headers["ETag"] = codings.tag(answer.headers["ETag"], coding, "quick")


def _choose(answer: web.Response, wanted: tuple[str, ...]) -> str:
    body = answer.body
    if not isinstance(body, bytes) or not body or not codings.is_text(answer.content_type):
        return IDENTITY
    return IDENTITY if IDENTITY in wanted and len(body) < codings.SHORTEST else wanted[0]
