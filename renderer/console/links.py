"""One-time links: signed, so that nothing is looked up for a forgery, and kept by digest, so that each is good once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, cast, get_args
from uuid import UUID

from renderer.console import doors
from renderer.keyring import Keyring
from renderer.settings import Settings

if TYPE_CHECKING:
    from renderer.db.lease import Connection

Purpose = Literal["sign_in", "verify", "reset", "email", "email_stop"]
LASTS: dict[Purpose, timedelta] = {
    "sign_in": timedelta(minutes=30),
    "verify": timedelta(days=3),
    "reset": timedelta(hours=1),
    "email": timedelta(days=1),
    "email_stop": timedelta(days=1),
}
_NONCE_BYTES = 16
_AUDIENCE = "link"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it came back, with a signature of ours; the database says whether it is still good."""

    purpose: Purpose
    digest: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A new link and whose it is. `path` is on the console's host."""

    path: str
    digest: bytes
    user_id: UUID
    email: str
    full_name: str | None
    lasts: timedelta

    def url(self, settings: Settings) -> str:
        return settings.origin(settings.console.host) + self.path


async def make(
    conn: "Connection",
    keyring: Keyring,
    email: str,
    purpose: Purpose,
    *,
    is_known: bool,
) -> Made | None:
    """A new link for the account of `email`; None where nobody has it or may enter, or those that were made will do.

    `is_known`: its owner asks, or who runs the program. Of strangers few letters are taken in a day.
    """
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    record = await doors.make_link(conn, email, purpose, _digest(nonce), LASTS[purpose], is_known=is_known)
    if record is None:
        return None
    return Made(_path(keyring, purpose, nonce), _digest(nonce), *record)


@dataclass(frozen=True, slots=True)
class Change:
    """The links of a change of address: `go` for the new one, `stop` for the present one. `is_taken`: somebody else has
    the new one, and `go` would do nothing."""

    go: Made
    stop: Made
    is_taken: bool


async def make_change(conn: "Connection", keyring: Keyring, user_id: UUID, address: str) -> Change | None:
    """New links for the owner for whom `conn` works; None where too many were made, or they may not enter."""
    go, stop = secrets.token_urlsafe(_NONCE_BYTES), secrets.token_urlsafe(_NONCE_BYTES)
    record = await doors.make_email_links(conn, user_id, address, _digest(go), _digest(stop), LASTS["email"])
    if record is None:
        return None
    name, lasts = record["full_name"], LASTS["email"]
    return Change(
        Made(_path(keyring, "email", go), _digest(go), user_id, address, name, lasts),
        Made(_path(keyring, "email_stop", stop), _digest(stop), user_id, record["email"], name, lasts),
        record["is_taken"],
    )


def read(keyring: Keyring, token: str) -> Link | None:
    """None for what is not ours or older than any link lasts."""
    payload = keyring.signer("session", _AUDIENCE).verify(token, max_age=max(LASTS.values()))
    if not (isinstance(payload, list) and len(payload) == 2 and payload[0] in get_args(Purpose)):
        return None
    return Link(cast(Purpose, payload[0]), _digest(str(payload[1])))


def _path(keyring: Keyring, purpose: Purpose, nonce: str) -> str:
    return f"/link/{keyring.signer('session', _AUDIENCE).sign([purpose, nonce])}"


def _digest(nonce: str) -> bytes:
    return sha256(nonce.encode()).digest()
