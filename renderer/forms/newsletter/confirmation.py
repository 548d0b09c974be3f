"""What a subscriber is asked, in the language of the page that they subscribed on."""

from typing import Any

from renderer.forms.consent import Asked, Question
from renderer.forms.newsletter import queries
from renderer.forms.newsletter.links import confirm_link, leave_headers, leave_link
from renderer.keyring import Keyring
from renderer.outbox import Job
from renderer.themes import Site


def _write(keyring: Keyring, site: Site, job: Job, who: Any) -> Asked:
    site = site.speaking_at(who["page"] or "/")
    words, origin = site.words.plain, site.source.base_url
    leave = leave_link(keyring, origin, job.website_id, who["id"])
    return Asked(
        site,
        words.say("newsletter_subject", site=site.name),
        [words.say("newsletter_ask", site=site.name), words["newsletter_not_you"]],
        [
            (words["newsletter_confirm"], confirm_link(keyring, origin, job.website_id, who)),
            (words["newsletter_leave"], leave),
        ],
        leave_headers(leave),
    )


SUBSCRIBER = Question("newsletter_confirm", queries.claimed_subscriber, queries.may_ask, _write)
