"""Leads posted to an address of the owner's, as Standard Webhooks says (github.com/standard-webhooks)."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import Claimed
from renderer.forms.deliveries.lead import Lead
from renderer.forms.deliveries.secrets import signing
from renderer.keys import KEYRING, OUTBOUND, POOL, SETTINGS
from renderer.outbound import Answer, OutboundClient, OutboundError
from renderer.outbound.client import TOTAL_SECONDS
from renderer.outbound.signatures import signature_headers
from renderer.outbox import Job, Outcome, done, failed, later, skipped

GONE = 410
# Somebody waits for the answer.
TRYING_SECONDS = 10.0
_DISABLED = {
    "gone": "the webhook is disabled: it answered 410",
    "owner": "the webhook is disabled: the site changed hands",
}


async def deliver_webhook(app: web.Application, claimed: Claimed) -> Outcome:
    """Done once it answered 2xx. A redirect is a failure; 410 disables the address."""
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        webhook = await queries.claimed_webhook(conn, claimed.job, app[KEYRING].primary_id)
    if webhook is None:
        return skipped("the form names no webhook")
    if webhook["disabled_why"]:
        return skipped(_DISABLED[webhook["disabled_why"]])
    try:
        secrets = signing(app[KEYRING], claimed.job.website_id, webhook, datetime.now(UTC))
    except KeyError:
        return later("the key of its secret is not in the keyring; rotate the secret")
    answer = await _post(app[OUTBOUND], webhook["url"], secrets, f"lead_{claimed.lead.id.hex}", message(claimed.lead))
    if isinstance(answer, Outcome):
        return answer
    if answer.status == GONE:
        return await _disable(app, claimed.job, webhook["id"], f"answered with status {GONE}")
    return _judge(answer)


async def try_webhook(outbound: OutboundClient, url: str, secret: bytes, said: dict[str, Any]) -> Outcome:
    """What becomes of an example. Nothing is disabled, and nothing tried again."""
    answer = await _post(outbound, url, [secret], f"test_{uuid4().hex}", said, TRYING_SECONDS)
    return answer if isinstance(answer, Outcome) else _judge(answer)


async def _post(
    outbound: OutboundClient,
    url: str,
    secrets: Sequence[bytes],
    name: str,
    said: dict[str, Any],
    seconds: float = TOTAL_SECONDS,
) -> Answer | Outcome:
    body = json.dumps(said, allow_nan=False).encode()
    headers = {
        "Content-Type": "application/json",
        **signature_headers(secrets, name, body, datetime.now(UTC)),
    }
    try:
        return await outbound.send("POST", url, body=body, headers=headers, total_seconds=seconds)
    except OutboundError as fault:
        return failed(str(fault)) if fault.reason == "url" else later(str(fault))


def _judge(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return done()
    return later(f"answered with status {answer.status}", answer.retry_after)


def message(lead: Lead) -> dict[str, Any]:
    """What is posted; the same for every attempt. `answers` as they are stored, by the question's name."""
    about = lead.data.get("_about")
    return {
        "type": "lead.created",
        "timestamp": lead.received_at.isoformat(),
        "data": {
            "id": str(lead.id),
            "reference": lead.reference,
            "form": lead.form_type,
            "form_title": lead.form_title,
            "site": {"id": str(lead.website_id), "name": lead.site.name, "url": lead.site.source.base_url},
            "page": about.get("page") if isinstance(about, dict) else None,
            "name": lead.name,
            "email": lead.email,
            "phone": lead.number,
            "answers": {name: value for name, value in lead.data.items() if not name.startswith("_")},
        },
    }


def example(website_id: UUID, name: str, url: str, form: str, title: str) -> dict[str, Any]:
    """What a receiver is tried with: as `message`, marked as a test, of nobody."""
    lead = uuid4()
    answers = {"name": "Contoh", "whatsapp": "+6281355500101", "email": "contoh@example.com", "message": "Halo!"}
    return {
        "type": "lead.created",
        "timestamp": datetime.now(UTC).isoformat(),
        "data": {
            "id": str(lead),
            "reference": lead.hex[:8].upper(),
            "form": form,
            "form_title": title,
            "site": {"id": str(website_id), "name": name, "url": url},
            "page": "/",
            "name": answers["name"],
            "email": answers["email"],
            "phone": answers["whatsapp"],
            "answers": answers,
            "test": True,
        },
    }


async def _disable(app: web.Application, job: Job, webhook: Any, said: str) -> Outcome:
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        await queries.disable_webhook(conn, job.website_id, webhook)
    return failed(f"{said}; the webhook is disabled")
