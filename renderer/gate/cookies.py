"""The cookie of who gave the password: powerless elsewhere, and void once the password changes.

Its value is signed for one site and holds the version of the password that was given. On https it is `__Host-gate`,
which browsers take only when it is Secure, without Domain and for `/`: no sibling under the same base domain plants it.
On plain http browsers refuse that prefix (Safari even on localhost), so there it is `gate`; neither scheme accepts the
other's. SameSite=Lax, not Strict: with Strict, everybody who follows a link from a message or a mail would meet the
form again; the cookie permits reading and nothing more.
"""

from datetime import timedelta

from aiohttp import web

from renderer.edge.cookies import cookie
from renderer.edge.sites import EdgeSite
from renderer.keyring import Keyring

# From the moment the password was given; using the site does not prolong it.
LIFETIME = timedelta(days=7)


def is_admitted(request: web.Request, keyring: Keyring, scheme: str, site: EdgeSite) -> bool:
    """Whether the request carries a cookie of this site, of its present password and not expired."""
    token = cookie(request, _name(scheme))
    if not token:
        return False
    return keyring.signer("gate", str(site.id)).verify(token, max_age=LIFETIME) == site.password_version


def admit(response: web.Response, keyring: Keyring, scheme: str, site: EdgeSite) -> None:
    """Set the cookie. The version is the one read *before* the hash: a password changed in between voids it at once."""
    response.set_cookie(
        _name(scheme),
        keyring.signer("gate", str(site.id)).sign(site.password_version),
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=scheme == "https",
        httponly=True,
        samesite="Lax",
    )


def _name(scheme: str) -> str:
    return "__Host-gate" if scheme == "https" else "gate"
