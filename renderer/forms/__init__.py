"""Forms: drawn on pages of their own, received, judged and stored.

What a form asks and how it looks is the theme engine's (`renderer/themes/forms`). Reading what was sent is the
console's: here it is written, and read only to be delivered (`deliveries/`, `newsletter/`). What the database does not
take now waits on disk, encrypted (keeper.py). What looks like spam is stored all the same (spam.py). Files of visitors
lie encrypted beside the spool (files.py).
"""

from aiohttp import web

from renderer.forms import newsletter, recipients
from renderer.forms.asking import question_kind
from renderer.forms.deliveries import kinds
from renderer.forms.deliveries.reply import REPLY
from renderer.forms.handlers import routes as _routes
from renderer.forms.judging import read_referrers
from renderer.forms.keeping import lifetime
from renderer.forms.queries import keep_up
from renderer.forms.spool import left_on_disk
from renderer.forms.thanks import THANKS, thank_plainly
from renderer.forms.unsent import Unsent, keep_text, typed_texts
from renderer.outbox import Kind

__all__ = [
    "THANKS",
    "Unsent",
    "delivery_kinds",
    "keep_text",
    "keep_up",
    "left_on_disk",
    "lifetime",
    "read_referrers",
    "routes",
    "thank_plainly",
    "typed_texts",
]

routes = [*_routes, *newsletter.routes, *recipients.routes]


def delivery_kinds(app: web.Application) -> list[Kind]:
    """What the outbox has to do for forms."""
    return [*kinds(app), *(question_kind(app, one) for one in (newsletter.SUBSCRIBER, recipients.RECIPIENT, REPLY))]
