"""Leads posted to an address of the owner's, as Standard Webhooks says (github.com/standard-webhooks)."""

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from renderer.forms.deliveries import queries
from renderer.forms.deliveries.claim import Claimed
from renderer.forms.deliveries.lead import Lead
from renderer.forms.deliveries.secrets import signing
from renderer.keys import KEYRING, OUTBOUND, POOL, SETTINGS
from renderer.outbound import OutboundError
from renderer.outbound.signatures import signature_headers
from renderer.outbox import Job, Outcome, done, failed, later, skipped

GONE = 410
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
    body, now = json.dumps(message(claimed.lead), allow_nan=False).encode(), datetime.now(UTC)
    try:
        secrets = signing(app[KEYRING], claimed.job.website_id, webhook, now)
    except KeyError:
        return later("the key of its secret is not in the keyring; rotate the secret")
    headers = {
        "Content-Type": "application/json",
        **signature_headers(secrets, f"lead_{claimed.lead.id.hex}", body, now),
    }
    try:
        answer = await app[OUTBOUND].send("POST", webhook["url"], body=body, headers=headers)
    except OutboundError as fault:
        return failed(str(fault)) if fault.reason == "url" else later(str(fault))
    if 200 <= answer.status < 300:
        return done()
    said = f"answered with status {answer.status}"
    if answer.status == GONE:
        return await _disable(app, claimed.job, webhook["id"], said)
    return later(said, answer.retry_after)


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
            "site": {"id": str(lead.website_id), "name": lead.site.name, "url": lead.site.source.base_url},
            "page": about.get("page") if isinstance(about, dict) else None,
            "name": lead.name,
            "email": lead.email,
            "phone": lead.number,
            "answers": {name: value for name, value in lead.data.items() if not name.startswith("_")},
        },
    }


async def _disable(app: web.Application, job: Job, webhook: Any, said: str) -> Outcome:
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        await queries.disable_webhook(conn, job.website_id, webhook)
    return failed(f"{said}; the webhook is disabled")
