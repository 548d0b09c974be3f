"""The second step of signing in: whether an owner has one, checking a code, turning it on and off.

The shared secret is encrypted under a key of the keyring, so that the database alone makes nobody's codes.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.console import totp
from renderer.db import queries
from renderer.keyring import CannotOpen, Keyring, seal, unseal

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("console_account")
HALFWAY_LASTS = timedelta(minutes=10)
SETUP_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Halfway:
    """Who has shown the first step, and how."""

    user_id: UUID
    by: str


async def is_on(conn: "Connection", user_id: UUID) -> bool:
    return await _queries.totp(conn, user_id=user_id) is not None


async def accepts(conn: "Connection", keyring: Keyring, user_id: UUID, code: str) -> bool:
    """Whether a code of the app or a recovery code is right; it is used up by that."""
    row = await _queries.totp(conn, user_id=user_id)
    if row is None:
        return False
    typed = totp.tidied(code)
    if await _queries.use_recovery(conn, user_id=user_id, digest=totp.recovery_digest(typed)):
        return True
    secret = _opened(keyring, user_id, row["secret"])
    step = totp.step_of(secret, typed, time.time(), row["last_step"]) if secret else None
    return step is not None and bool(await _queries.use_step(conn, user_id=user_id, step=step))


async def turn_on(conn: "Connection", keyring: Keyring, user_id: UUID, secret: bytes, code: str) -> list[str] | None:
    """Recovery codes, shown this once; None where the code is not the app's."""
    step = totp.step_of(secret, totp.tidied(code), time.time())
    if step is None:
        return None
    codes = totp.new_recovery_codes()
    await _queries.turn_on_totp(
        conn,
        user_id=user_id,
        secret=seal(keyring, "session", secret, user_id.bytes, "totp"),
        step=step,
        recovery=[totp.recovery_digest(one) for one in codes],
    )
    return codes


async def turn_off(conn: "Connection", user_id: UUID) -> None:
    await _queries.turn_off_totp(conn, user_id=user_id)


def halfway_token(keyring: Keyring, halfway: Halfway) -> str:
    """For the form that asks for the code: it stands for the first step, for ten minutes."""
    return keyring.signer("session", "second-step").sign([str(halfway.user_id), halfway.by])


def read_halfway(keyring: Keyring, token: str) -> Halfway | None:
    found = keyring.signer("session", "second-step").verify(token, max_age=HALFWAY_LASTS)
    return Halfway(UUID(found[0]), str(found[1])) if isinstance(found, list) and len(found) == 2 else None


def setup_token(keyring: Keyring, user_id: UUID, secret: bytes) -> str:
    """A secret that is shown and not kept yet, as the form that turns it on brings it back."""
    return keyring.signer("session", "totp-setup", str(user_id)).sign(secret.hex())


def read_setup(keyring: Keyring, user_id: UUID, token: str) -> bytes | None:
    found = keyring.signer("session", "totp-setup", str(user_id)).verify(token, max_age=SETUP_LASTS)
    return bytes.fromhex(found) if isinstance(found, str) else None


def _opened(keyring: Keyring, user_id: UUID, sealed: bytes) -> bytes | None:
    """None where the keyring has lost the key: then recovery codes alone open the account."""
    try:
        return unseal(keyring, "session", sealed, user_id.bytes, "totp")
    except CannotOpen:
        return None
