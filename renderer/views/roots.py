"""The random root of each calendar day: made ahead, wrapped for the database, destroyed soon after the day.

Wrapped with AES-256-GCM (NIST SP 800-38D) under a key of the keyring, because pg_dump copies every table and deleted
bytes stay in files: whoever has the database alone has no root.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from renderer.keyring import Keyring

ROOT_BYTES = 32
_NONCE_BYTES = 12
# Days are made ahead, so that a database that is away at midnight takes no day's visitors.
DAYS_AHEAD = 2
# A date begins at UTC+14 and ends at UTC-12, 50 hours later; views of the half hour after it still carry its labels. At
# 13:00 UTC of the next day all that is over: 61 hours after the date began, where 72 are allowed.
_END = time(13, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WrappedRoot:
    """A row of day_key_roots."""

    day: date
    wrapped_root: bytes
    key_id: str
    destroy_after: datetime


def destroy_after(day: date) -> datetime:
    """When no view can need the day's root any more."""
    return datetime.combine(day + timedelta(days=1), _END)


def wanted_days(now: datetime) -> list[date]:
    """The days whose roots there should be: all that is today somewhere, or not over, and the next two."""
    today = now.astimezone(UTC).date()
    days = [today + timedelta(days=number) for number in range(-1, DAYS_AHEAD + 1)]
    return [day for day in days if now < destroy_after(day)]


def new_root(keyring: Keyring, day: date) -> WrappedRoot:
    """A fresh root under the primary key."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(keyring, keyring.primary_id).encrypt(nonce, secrets.token_bytes(ROOT_BYTES), _bound(day))
    return WrappedRoot(day, nonce + sealed, keyring.primary_id, destroy_after(day))


def unwrap(keyring: Keyring, row: WrappedRoot) -> bytes | None:
    """The root; None where the keyring does not hold its key, or the row is not what was wrapped for this day."""
    try:
        cipher = _cipher(keyring, row.key_id)
        return cipher.decrypt(row.wrapped_root[:_NONCE_BYTES], row.wrapped_root[_NONCE_BYTES:], _bound(row.day))
    except (KeyError, InvalidTag, ValueError):
        return None


def _cipher(keyring: Keyring, key_id: str) -> AESGCM:
    return AESGCM(keyring.subkey("day-keys", key_id))


def _bound(day: date) -> bytes:
    return b"day " + day.isoformat().encode()
