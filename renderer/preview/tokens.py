"""What a link and a cookie say: which row of preview_links, signed for one site and one use.

A link's token is spent nowhere but at the link's address, a cookie's nowhere but in the cookie. What is shown, until
when, and whether it still is, is said by the row alone, and asked of it with each request.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from aiohttp import web

from renderer.edge.cookies import cookie
from renderer.keyring import Keyring
from renderer.preview.queries import Link

LONGEST = timedelta(days=30)
USUAL = timedelta(days=7)
LINKS = "/_preview/"
"""Below it stand the links, and what the bar does."""


def link_path(keyring: Keyring, link: Link) -> str:
    return LINKS + keyring.signer("preview", str(link.website_id), "link").sign(_stated(link))


def read_link(keyring: Keyring, website_id: UUID, token: str) -> UUID | None:
    """The id of the link that a token was made for, unless its own time is over."""
    return _read(keyring.signer("preview", str(website_id), "link").verify(token, max_age=LONGEST))


def read_cookie(request: web.Request, keyring: Keyring, scheme: str, website_id: UUID) -> UUID | None:
    token = cookie(request, cookie_name(scheme))
    return _read(keyring.signer("preview", str(website_id), "cookie").verify(token, max_age=LONGEST))


def set_cookie(response: web.Response, keyring: Keyring, scheme: str, link: Link) -> None:
    """Lax: with Strict, who follows the link from a message would arrive without it."""
    response.set_cookie(
        cookie_name(scheme),
        keyring.signer("preview", str(link.website_id), "cookie").sign(_stated(link)),
        max_age=max(0, int((link.expires_at - datetime.now(UTC)).total_seconds())),
        path="/",
        secure=scheme == "https",
        httponly=True,
        samesite="Lax",
    )


def cookie_name(scheme: str) -> str:
    """Browsers take the prefix for a promise that no sibling host planted it; on plain http they refuse it."""
    return "__Host-preview" if scheme == "https" else "preview"


def _stated(link: Link) -> list[Any]:
    return [link.id.hex, int(link.expires_at.timestamp())]


def _read(payload: Any) -> UUID | None:
    if not isinstance(payload, list) or len(payload) != 2 or not isinstance(payload[1], int):
        return None
    if payload[1] <= datetime.now(UTC).timestamp():
        return None
    try:
        return UUID(hex=payload[0])
    except (ValueError, TypeError, AttributeError):
        return None
