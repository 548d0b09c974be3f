"""What somebody is asked before a site's leads are mailed to them."""

from typing import Any

from renderer.forms.consent import Asked, Question
from renderer.forms.recipients import queries
from renderer.forms.recipients.links import confirm_link
from renderer.keyring import Keyring
from renderer.outbox import Job
from renderer.themes import Site


def _write(keyring: Keyring, site: Site, job: Job, who: Any) -> Asked:
    words = site.words.plain
    return Asked(
        site,
        words.say("recipient_subject", site=site.name),
        [words.say("recipient_ask", site=site.name), words["recipient_not_you"]],
        [(words["recipient_confirm"], confirm_link(keyring, site.source.base_url, job.website_id, who))],
    )


RECIPIENT = Question("lead_recipient", queries.claimed_recipient, queries.may_ask, _write)
