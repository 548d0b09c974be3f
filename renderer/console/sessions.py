"""The cookie of who is signed in: a random token, of which the database keeps the digest alone."""

import secrets
from datetime import timedelta
from hashlib import sha256

from aiohttp import web

from renderer.edge.cookies import cookie
from renderer.keys import SCHEME, SETTINGS

IDLE = timedelta(days=14)
LONGEST = timedelta(days=60)
TOKEN_BYTES = 32
_MOST_CHARS = 64


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> bytes:
    """SHA-256: the token is random, so nothing is to be guessed from it."""
    return sha256(token.encode("utf-8", "replace")).digest()


def read_token(request: web.Request) -> str | None:
    token = cookie(request, _name(request))
    return token if token and len(token) <= _MOST_CHARS else None


def give_token(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """SameSite=Lax: with Strict, who follows a link from a mail to their lead would meet the sign-in page. What changes
    something is refused from elsewhere by `own_request`."""
    response.set_cookie(
        _name(request),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="Lax",
    )


def take_token(request: web.Request, response: web.StreamResponse) -> None:
    response.del_cookie(_name(request), path="/", secure=is_secure(request), httponly=True, samesite="Lax")


def is_secure(request: web.Request) -> bool:
    return request.app[SETTINGS].production or request[SCHEME] == "https"


def _name(request: web.Request) -> str:
    """Without TLS browsers refuse the prefix (Safari even on localhost), so development does without."""
    return "__Host-session" if is_secure(request) else "session"
