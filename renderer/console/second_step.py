"""The second step of signing in: whether an owner has one, checking a code, turning it on and off.

The shared secret is encrypted under a key of the keyring, so that the database alone makes nobody's codes.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.console import account, doors, totp
from renderer.db import queries
from renderer.keyring import CannotOpen, Keyring, seal, unseal

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("console_account")
HALFWAY_LASTS = timedelta(minutes=10)
SETUP_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Halfway:
    """Who has shown the first step, and how; `mark` tells the password apart that the account had then."""

    user_id: UUID
    by: str
    mark: str


async def is_on(conn: "Connection", user_id: UUID) -> bool:
    return await _queries.totp(conn, user_id=user_id) is not None


async def halfway(conn: "Connection", user_id: UUID, by: str) -> Halfway:
    return Halfway(user_id, by, await mark_now(conn, user_id))


async def still_holds(conn: "Connection", halfway: Halfway) -> bool:
    """False once the password is another one: who knew the former, or had a link, has shown nothing."""
    return halfway.mark == await mark_now(conn, halfway.user_id)


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


@dataclass(frozen=True, slots=True)
class TurnedOn:
    """`recovery` codes, to be shown; none where the second step is on with another secret. `is_new`: it was off."""

    recovery: list[str]
    is_new: bool


def shows(secret: bytes, code: str) -> bool:
    """Whether an app that has the secret shows this code now."""
    return totp.step_of(secret, totp.tidied(code), time.time()) is not None


async def turn_on(conn: "Connection", keyring: Keyring, user_id: UUID, secret: bytes, code: str) -> TurnedOn | None:
    """None where the code is not the app's. What was turned on with the same secret shows the same codes again: a form
    may come twice, and its sender sees the last answer."""
    step = totp.step_of(secret, totp.tidied(code), time.time())
    if step is None:
        return None
    codes = totp.recovery_codes(keyring.subkey("session", context=("totp-recovery", str(user_id))), secret)
    is_new = await _queries.turn_on_totp(
        conn,
        user_id=user_id,
        secret=seal(keyring, "session", secret, user_id.bytes, "totp"),
        step=step,
        recovery=[totp.recovery_digest(one) for one in codes],
    )
    if is_new:
        return TurnedOn(codes, is_new=True)
    row = await _queries.totp(conn, user_id=user_id)
    is_same = row is not None and _opened(keyring, user_id, row["secret"]) == secret
    return TurnedOn(codes if is_same else [], is_new=False)


async def turn_off(conn: "Connection", user_id: UUID) -> None:
    await _queries.turn_off_totp(conn, user_id=user_id)


def halfway_token(keyring: Keyring, halfway: Halfway) -> str:
    """For the form that asks for the code: it stands for the first step, for ten minutes."""
    return keyring.signer("session", "second-step").sign([str(halfway.user_id), halfway.by, halfway.mark])


def read_halfway(keyring: Keyring, token: str) -> Halfway | None:
    found = keyring.signer("session", "second-step").verify(token, max_age=HALFWAY_LASTS)
    return Halfway(UUID(found[0]), *map(str, found[1:])) if isinstance(found, list) and len(found) == 3 else None


def setup_token(keyring: Keyring, user_id: UUID, secret: bytes) -> str:
    """A secret that is shown and not kept yet, as the form that turns it on brings it back."""
    return keyring.signer("session", "totp-setup", str(user_id)).sign(secret.hex())


def read_setup(keyring: Keyring, user_id: UUID, token: str) -> bytes | None:
    found = keyring.signer("session", "totp-setup", str(user_id)).verify(token, max_age=SETUP_LASTS)
    return bytes.fromhex(found) if isinstance(found, str) else None


async def stored_hash(conn: "Connection", user_id: UUID) -> str | None:
    person = await account.profile(conn, user_id)
    found = await doors.account_by_email(conn, person.email) if person else None
    return found.password_hash if found else None


def mark_of(stored: str | None) -> str:
    """Tells a password from the next: the stored hash has a salt of its own, so its digest says nothing of it."""
    return sha256(stored.encode()).hexdigest()[:16] if stored else ""


async def mark_now(conn: "Connection", user_id: UUID) -> str:
    """Of the password that the account has now."""
    return mark_of(await stored_hash(conn, user_id))


def _opened(keyring: Keyring, user_id: UUID, sealed: bytes) -> bytes | None:
    """None where the keyring has lost the key: then recovery codes alone open the account."""
    try:
        return unseal(keyring, "session", sealed, user_id.bytes, "totp")
    except CannotOpen:
        return None
