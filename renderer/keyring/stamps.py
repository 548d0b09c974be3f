"""The day a form was drawn, signed: the same for all who get the page, since it is kept for all."""

import hmac
from datetime import date
from uuid import UUID

from renderer.keyring import Keyring

_MAC = 24


def make_stamp(keyring: Keyring, website_id: UUID, today: date) -> str:
    return _stamp(keyring, keyring.primary_id, website_id, today.toordinal())


def age_of(keyring: Keyring, website_id: UUID, stamp: str, today: date) -> int | None:
    """Days since; None for what is no stamp of this site."""
    try:
        day = int(stamp.partition(".")[0][:8], 36)
    except ValueError:
        return None
    known = (
        any(hmac.compare_digest(_stamp(keyring, key_id, website_id, day), stamp) for key_id in keyring.key_ids)
        if stamp.isascii()
        else False
    )
    age = today.toordinal() - day
    # A site's day may have begun elsewhere.
    return max(0, age) if known and age >= -1 else None


def _stamp(keyring: Keyring, key_id: str, website_id: UUID, day: int) -> str:
    name = _base36(day)
    key = keyring.subkey("forms", key_id, context=("stamp", str(website_id)))
    return f"{name}.{hmac.digest(key, name.encode(), 'sha256').hex()[:_MAC]}"


def _base36(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
