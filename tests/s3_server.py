"""A small S3-compatible service on this machine, which checks what it is sent: signatures (SigV4) and digests.

Written after Amazon's documentation of the REST API and of "Signature Version 4"; it knows the calls that we make.
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from aiohttp import web
from aiohttp.test_utils import TestServer

BUCKET, KEY_ID, SECRET, REGION = "tapsite-test", "AKTEST", "rahasia/dengan+garis", "ap-southeast-3"
A_PAGE = 3
"""Objects of a list's page: whoever does not ask on misses some."""


@dataclass
class ObjectService:
    """`objects` by key; `mode` is what goes wrong; `asked` are the calls, as `PUT media/…`."""

    port: int = 0
    mode: Literal["up", "down", "slow"] = "up"
    objects: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        """As the section [store]."""
        return {
            "bucket": BUCKET,
            "endpoint": f"http://127.0.0.1:{self.port}",
            "region": REGION,
            "key_id": KEY_ID,
            "secret": SECRET,
        }

    def below(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))


@asynccontextmanager
async def object_service() -> AsyncIterator[ObjectService]:
    made = ObjectService()
    app = web.Application(client_max_size=50_000_000)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await _answer(made, request)

    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        made.port = server.port or 0
        yield made


async def _answer(service: ObjectService, request: web.Request) -> web.StreamResponse:
    path = unquote(request.raw_path.partition("?")[0])
    if service.mode == "slow":
        await asyncio.sleep(30)
    if service.mode == "down":
        return _fault(503, "ServiceUnavailable")
    body = await request.read()
    why = _refusal(request, body)
    if why is not None:
        service.refused.append(why)
        return _fault(403, why)
    bucket, _, key = path.removeprefix("/").partition("/")
    service.asked.append(f"{request.method} {key or request.query_string}")
    if bucket != BUCKET:
        return _fault(404, "NoSuchBucket")
    if request.method == "GET" and not key and request.query.get("list-type") == "2":
        return _list(service, request)
    if request.method == "PUT" and key:
        service.objects[key] = body, datetime.now(UTC)
        return web.Response(headers={"ETag": f'"{hashlib.md5(body).hexdigest()}"'})
    if request.method == "GET" and key:
        if key not in service.objects:
            return _fault(404, "NoSuchKey")
        data, at = service.objects[key]
        headers = {"Last-Modified": f"{at:%a, %d %b %Y %H:%M:%S} GMT", "ETag": f'"{hashlib.md5(data).hexdigest()}"'}
        return web.Response(body=data, headers=headers)
    if request.method == "DELETE" and key:
        service.objects.pop(key, None)
        return web.Response(status=204)
    return _fault(501, "NotImplemented")


def _list(service: ObjectService, request: web.Request) -> web.Response:
    after = request.query.get("continuation-token", "")
    keys = [key for key in service.below(request.query.get("prefix", "")) if key > after]
    page = keys[:A_PAGE]
    more = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if len(keys) > A_PAGE else ""
    found = "".join(
        f"<Contents><Key>{escape(key)}</Key><LastModified>{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
        f"</LastModified><ETag>&quot;x&quot;</ETag><Size>{len(data)}</Size></Contents>"
        for key in page
        for data, at in [service.objects[key]]
    )
    said = (
        f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{more}{found}</ListBucketResult>"
    )
    return web.Response(text=said, content_type="application/xml")


def _fault(status: int, code: str) -> web.Response:
    return web.Response(status=status, text=f"<Error><Code>{code}</Code></Error>", content_type="application/xml")


def _refusal(request: web.Request, body: bytes) -> str | None:
    """Why the request is not believed; None: it is signed with the key, and says what was signed."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    given = parts.get("Credential", "").split("/")
    if scheme != "AWS4-HMAC-SHA256" or len(given) != 5 or given[0] != KEY_ID:
        return "InvalidAccessKeyId"
    _, day, region, service, end = given
    at = request.headers.get("x-amz-date", "")
    if (region, service, end) != (REGION, "s3", "aws4_request") or at[:8] != day:
        return "AuthorizationHeaderMalformed"
    if abs((datetime.now(UTC) - datetime.strptime(at, "%Y%m%dT%H%M%S%z")).total_seconds()) > 900:
        return "RequestTimeTooSkewed"
    digest = request.headers.get("x-amz-content-sha256", "")
    if digest != hashlib.sha256(body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    names = parts["SignedHeaders"].split(";")
    if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names):
        return "AccessDenied"
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in request.query.items())
    canonical = "\n".join(
        [
            request.method,
            quote(unquote(request.raw_path.partition("?")[0]), safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{' '.join(request.headers[name].split())}" for name in names),
            "",
            ";".join(names),
            digest,
        ]
    )
    scope = f"{day}/{region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for step in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    wanted = hmac.digest(key, text.encode(), "sha256").hex()
    return None if hmac.compare_digest(wanted, parts.get("Signature", "")) else "SignatureDoesNotMatch"
