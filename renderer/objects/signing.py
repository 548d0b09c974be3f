"""What a service believes a request by: Amazon's "Signature Version 4", in headers, for the one service that S3 is."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


def query_of(values: Mapping[str, str]) -> str:
    """In the one order and spelling that is signed."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(values.items()))


def signed(
    method: str,
    host: str,
    path: str,
    query: str,
    body: bytes,
    *,
    region: str,
    key_id: str,
    secret: str,
    now: datetime | None = None,
) -> dict[str, str]:
    """All headers of a request: those that are signed, and the signature. `path` and `query` are as they are sent:
    nothing in them needs to be escaped any more."""
    at = f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    digest = hashlib.sha256(body).hexdigest()
    headers = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": at}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join((method, path, query, lines, names, digest))
    scope = f"{at[:8]}/{region}/s3/aws4_request"
    text = "\n".join((_ALGORITHM, at, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for step in (at[:8], region, "s3", "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    said = f"{_ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "Authorization": said}


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
