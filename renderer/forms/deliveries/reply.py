"""Who sent a lead is told that it has come, where its form asks for that.

Whoever typed the address may have typed a stranger's, so nothing in the letter is what a visitor wrote, and an address
gets two a day at most (may_reply in the database). What the form's owner adds is the same for everybody.
"""

from typing import Any
from zoneinfo import ZoneInfo

from renderer.forms.consent import Asked, Question
from renderer.forms.deliveries import queries
from renderer.keyring import Keyring
from renderer.outbound import mail_address
from renderer.outbox import Job
from renderer.themes import Site
from renderer.themes.contract.forms import FormSettings
from renderer.themes.contract.lenient import read_model
from renderer.themes.decode import decode
from renderer.themes.forms.definition import said
from renderer.themes.repair import Repairs

MOST_TEXT = 600


def _write(keyring: Keyring, site: Site, job: Job, who: Any) -> Asked:
    spoken = site.speaking_at(who["page"] or "/")
    words, there = spoken.words.plain, who["received_at"].astimezone(ZoneInfo(site.zone))
    when = f"{words.date(there.date())} {there:%H{words.clock_mark}%M}"
    reference = who["id"].hex[:8].upper()
    return Asked(
        spoken,
        words.say("reply_subject", site=spoken.name, reference=reference),
        [
            words.say("reply_thanks", site=spoken.name),
            *filter(None, [_own_text(who["settings"], spoken.language)]),
            words.say("reply_received", when=when, reference=reference),
            words["reply_not_you"],
        ],
        [(spoken.name, site.source.base_url + "/")],
        reply_to=_contact(site),
    )


def _own_text(settings: str | None, language: str) -> str | None:
    """What the form's owner has said besides."""
    document, _ = decode(settings)
    read = read_model(FormSettings, document if isinstance(document, dict) else {}, "/settings", Repairs())
    return said(read.reply_text, language, MOST_TEXT)


def _contact(site: Site) -> str | None:
    """The site's own address, if its owner vouched for it."""
    is_known = site.view.email is not None and site.proof.vouched("/site/contact/email")
    return mail_address(site.view.email.label) if is_known and site.view.email else None


REPLY = Question("lead_reply", queries.claimed_reply, queries.may_reply, _write)
