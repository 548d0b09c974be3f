"""Links in mail to subscribers: signed for one site, one purpose and one of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from renderer.forms.consent import read_proof, sign_proof
from renderer.keyring import Keyring

CONFIRM, LEAVE = "/_newsletter/confirm", "/_newsletter/leave"
# Somebody may want to leave years later.
LEAVE_AGE = timedelta(days=3650)


def confirm_link(keyring: Keyring, origin: str, website_id: UUID, subscriber: Mapping[str, Any]) -> str:
    """Where a subscriber confirms; `origin` is the site's."""
    return f"{origin}{CONFIRM}?t={sign_proof(keyring.signer('newsletter', str(website_id)), subscriber)}"


def leave_link(keyring: Keyring, origin: str, website_id: UUID, subscriber: UUID) -> str:
    """Where they unsubscribe, by a button or by a mail program's own (RFC 8058)."""
    return f"{origin}{LEAVE}?t={keyring.signer('unsubscribe', str(website_id)).sign(subscriber.hex)}"


def leave_headers(link: str) -> dict[str, str]:
    """For every letter to a subscriber: RFC 2369 §3.2, and one click (RFC 8058 §3.1)."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_confirm(keyring: Keyring, website_id: UUID, token: str | None) -> tuple[UUID, UUID] | None:
    """(subscriber, proof) of a token that was mailed lately."""
    return read_proof(keyring.signer("newsletter", str(website_id)), token)


def read_leave(keyring: Keyring, website_id: UUID, token: str | None) -> UUID | None:
    said = keyring.signer("unsubscribe", str(website_id)).verify(token, max_age=LEAVE_AGE)
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None
