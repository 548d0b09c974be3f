"""Signed addresses of a resizing proxy: imgproxy and thumbor, each by its own documented scheme."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from hmac import digest
from typing import Literal
from urllib.parse import quote, unquote

Kind = Literal["imgproxy", "thumbor"]


@dataclass(frozen=True, slots=True)
class Resizer:
    """`origin` without a slash at the end; `key` and `salt` as bytes (thumbor has no salt)."""

    origin: str
    kind: Kind
    key: bytes = field(repr=False)
    salt: bytes = field(default=b"", repr=False)

    def address(self, source: str, width: int) -> str:
        """`source`, an absolute address, at most `width` pixels wide; its shape is kept."""
        if self.kind == "thumbor":
            # thumbor signs the path as it reads it: decoded, and encoded again with this list of exceptions.
            path = quote(unquote(f"{width}x0/{source}"), safe="/:?%=&()~\",'$")
            return f"{self.origin}/{sign_thumbor(self.key, path)}/{path}"
        path = f"/rs:fit:{width}:0/{_plain64(source.encode())}"
        return f"{self.origin}/{sign_imgproxy(self.key, self.salt, path)}{path}"


def sign_imgproxy(key: bytes, salt: bytes, path: str) -> str:
    """HMAC-SHA256 over salt and path, URL-safe base64 without padding (docs.imgproxy.net/usage/signing_url)."""
    return _plain64(digest(key, salt + path.encode(), sha256))


def sign_thumbor(key: bytes, path: str) -> str:
    """HMAC-SHA1 over the path without its leading slash, URL-safe base64 (thumbor.readthedocs.io, Security)."""
    return urlsafe_b64encode(digest(key, path.encode(), sha1)).decode()


def _plain64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
