"""Links in mail to those who are asked: signed for one site and one of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from renderer.keyring import Keyring

CONFIRM = "/_leads/confirm"
AGE = timedelta(days=7)


def confirm_link(keyring: Keyring, origin: str, website_id: UUID, recipient: Mapping[str, Any]) -> str:
    """Where somebody agrees; `origin` is the site's."""
    said = [recipient["id"].hex, recipient["nonce"].hex]
    return f"{origin}{CONFIRM}?t={keyring.signer('forms', 'recipient', str(website_id)).sign(said)}"


def read_confirm(keyring: Keyring, website_id: UUID, token: str | None) -> tuple[UUID, UUID] | None:
    """(recipient, proof) of a token that was mailed lately."""
    said = keyring.signer("forms", "recipient", str(website_id)).verify(token, max_age=AGE)
    try:
        return (UUID(said[0]), UUID(said[1])) if isinstance(said, list) else None
    except (TypeError, ValueError, AttributeError, IndexError):
        return None
