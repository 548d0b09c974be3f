"""Links in mail to those who are asked: signed for one site and one of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from renderer.forms.consent import read_proof, sign_proof
from renderer.keyring import Keyring

CONFIRM = "/_leads/confirm"


def confirm_link(keyring: Keyring, origin: str, website_id: UUID, recipient: Mapping[str, Any]) -> str:
    """Where somebody agrees; `origin` is the site's."""
    return f"{origin}{CONFIRM}?t={sign_proof(keyring.signer('forms', 'recipient', str(website_id)), recipient)}"


def read_confirm(keyring: Keyring, website_id: UUID, token: str | None) -> tuple[UUID, UUID] | None:
    """(recipient, proof) of a token that was mailed lately."""
    return read_proof(keyring.signer("forms", "recipient", str(website_id)), token)
