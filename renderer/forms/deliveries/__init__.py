"""Leads on their way to the owner: by e-mail, webhook and WhatsApp, each on its own, each at least once.

Triggers write the jobs in the transaction that stores a lead (`deliver_lead` in the database), whoever stores it; the
outbox does them. A lead is read by the one function that gives it out while such a job is claimed.
"""

from functools import partial

from aiohttp import web

from renderer.forms.deliveries.akismet import check_kind, report_kind
from renderer.forms.deliveries.alert import alert_kind
from renderer.forms.deliveries.claim import lead_kind, no_mail
from renderer.forms.deliveries.email import deliver_email
from renderer.forms.deliveries.insight import insight_kind
from renderer.forms.deliveries.webhook import deliver_webhook
from renderer.forms.deliveries.whatsapp import deliver_whatsapp, no_whatsapp
from renderer.outbound import LETTER_SECONDS, MAIL_AWAY
from renderer.outbox import Kind

__all__ = ["kinds"]


def kinds(app: web.Application) -> list[Kind]:
    """What the outbox has to do for leads."""
    return [
        lead_kind(app, "email", deliver_email, partial(no_mail, app), LETTER_SECONDS, MAIL_AWAY),
        lead_kind(app, "webhook", deliver_webhook),
        lead_kind(app, "whatsapp", deliver_whatsapp, partial(no_whatsapp, app)),
        alert_kind(app),
        insight_kind(app),
        check_kind(app),
        report_kind(app),
    ]
