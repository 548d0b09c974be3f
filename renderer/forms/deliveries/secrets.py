"""Secrets of webhooks, derived from the keyring: nothing that is stored lets anybody sign.

A secret belongs to an address of a site in one owner's hands, and to the key it was made from; it outlives a rotation
of the keyring for as long as that key is in it. For a day after a rotation of its own the former one signs as well
(Standard Webhooks, "Signature scheme": several signatures, separated by spaces).
"""

import base64
import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from renderer.keyring import Keyring

BOTH = timedelta(days=1)


def secret_of(keyring: Keyring, website_id: UUID, webhook: Mapping[str, Any], *, former: bool = False) -> bytes:
    """32 bytes; of the secret before, where `former`. Raises KeyError: its key is not in the keyring any more."""
    key_id = webhook["former_key_id"] if former else webhook["key_id"]
    generation = webhook["generation"] - former
    context = (str(website_id), str(webhook["owner_id"]), str(webhook["id"]), str(generation))
    if not key_id:
        raise KeyError(key_id)
    return keyring.subkey("webhook", key_id, context=context)


def shown(secret: bytes) -> str:
    """As receivers' libraries take it."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def signing(keyring: Keyring, website_id: UUID, webhook: Mapping[str, Any], now: datetime) -> list[bytes]:
    """The secrets to sign with now. Raises KeyError as `secret_of`."""
    found = [secret_of(keyring, website_id, webhook)]
    if webhook["former_key_id"] and webhook["rotated_at"] and now - webhook["rotated_at"] < BOTH:
        with contextlib.suppress(KeyError):  # the receiver was told a day ago
            found.append(secret_of(keyring, website_id, webhook, former=True))
    return found
