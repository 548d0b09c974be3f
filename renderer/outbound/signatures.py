"""Signed messages, as Standard Webhooks says (github.com/standard-webhooks)."""

import base64
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime


def signature_headers(secrets: Sequence[bytes], message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Headers of a message: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks)."""
    stamp = str(int(now.astimezone(UTC).timestamp()))
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    marks = (base64.b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }
