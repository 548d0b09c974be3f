"""What was sent, for the thanks page to show: in a cookie of the sender's, sealed, for an hour.

Neither in the address, which is shared and logged, nor read back from the database, which the edge may not. Sealed for
one site and reference: whoever plants another one plants nothing.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from renderer.edge.cookies import cookie
from renderer.keyring import CannotOpen, Keyring, seal, unseal

SECONDS = 3_600
# What every browser keeps of one cookie is 4,096 bytes, its name and attributes among them (RFC 6265 §6.1).
MOST = 3_600
MOST_TEXT = 1_000


def keep_copy(
    response: web.Response, keyring: Keyring, scheme: str, site: str, reference: str, data: Mapping[str, Any]
) -> None:
    """Set the cookie; none where it would be too large."""
    for most in (MOST_TEXT, 200):
        plain = json.dumps(_cut(data, most), ensure_ascii=False).encode("utf-8", "replace")
        sealed = seal(keyring, "forms", zlib.compress(plain, 9), _bound(site, reference), "copy")
        value = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
        if len(value) <= MOST:
            name = _name(scheme)
            path = "/_forms/"
            response.set_cookie(
                name, value, max_age=SECONDS, path=path, secure=scheme == "https", httponly=True, samesite="Lax"
            )
            return


def read_copy(request: web.Request, keyring: Keyring, scheme: str, site: str, reference: str) -> Mapping[str, Any]:
    """What was sent under this reference; empty where there is no copy of it."""
    value = cookie(request, _name(scheme))
    if not value or len(value) > MOST:
        return {}
    try:
        sealed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        data = json.loads(zlib.decompress(unseal(keyring, "forms", sealed, _bound(site, reference), "copy")))
    except (ValueError, CannotOpen, zlib.error):
        return {}
    return data if isinstance(data, dict) else {}


def _cut(value: Any, most: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= most else value[:most] + "…"
    if isinstance(value, list):
        return [_cut(one, most) for one in value]
    if isinstance(value, Mapping):
        return {name: _cut(one, most) for name, one in value.items()}
    return value


def _bound(site: str, reference: str) -> bytes:
    return f"{site} {reference}".encode()


def _name(scheme: str) -> str:
    return "__Secure-sent" if scheme == "https" else "sent"
