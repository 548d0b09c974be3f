"""Browsers in which an owner signed in before: whoever tries passwords at the account keeps strangers waiting, and not
its owner (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").

A signed cookie that opens nothing. Attempts that come with it are counted for that browser alone, with no more of them
free than a stranger has. It outlives the session and signing out, and ends with the password.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from aiohttp import web

from renderer.console import doors, second_step
from renderer.console.sessions import is_secure
from renderer.console.visit import Visit
from renderer.edge.cookies import cookie
from renderer.keyring import Keyring, Signer
from renderer.keys import KEYRING

LASTS = timedelta(days=365)
MOST_ACCOUNTS = 4
"""Of one browser: a shop's computer."""
_NONCE_BYTES = 12


def find(request: web.Request, keyring: Keyring, user_id: UUID, mark: str) -> str:
    """What this browser is counted as at the account; "" where nobody signed in to it here, or with another password.
    `mark` is of the present one (`second_step.mark_of`)."""
    for nonce, account, known_mark in _read(request, keyring):
        if (account, known_mark) == (str(user_id), mark):
            return f"device {nonce}"
    return ""


def of_account(visit: Visit, account: doors.Account | None) -> str:
    """The same, of an account that was asked for by its address."""
    if account is None:
        return ""
    mark = second_step.mark_of(account.password_hash)
    return find(visit.request, visit.request.app[KEYRING], account.id, mark)


def remember(request: web.Request, response: web.StreamResponse, keyring: Keyring, user_id: UUID, mark: str) -> None:
    """Somebody just signed in here. The nonce stays, so that signing in again starts no count anew."""
    kept = _read(request, keyring)
    nonce = next((one[0] for one in kept if one[1] == str(user_id)), None) or secrets.token_urlsafe(_NONCE_BYTES)
    others = [one for one in kept if one[1] != str(user_id)]
    response.set_cookie(
        _name(request),
        _signer(keyring).sign([[nonce, str(user_id), mark], *others][:MOST_ACCOUNTS]),
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="Strict",
    )


def _read(request: web.Request, keyring: Keyring) -> list[tuple[str, str, str]]:
    found = _signer(keyring).verify(cookie(request, _name(request)), max_age=LASTS)
    return [(str(nonce), str(account), str(mark)) for nonce, account, mark in found] if isinstance(found, list) else []


def _signer(keyring: Keyring) -> Signer:
    return keyring.signer("session", "known-device")


def _name(request: web.Request) -> str:
    return "__Host-known" if is_secure(request) else "known"
