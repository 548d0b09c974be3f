"""Newsletters: a form of type `newsletter`, a question by mail, and the pages that confirm and leave.

What the form sends is stored like any lead; the database turns it into somebody who is asked (`add_subscriber`). Only a
POST from the page behind the mailed link confirms, so that a scanner which follows links does not. Sending newsletters
is not here: `links.leave_link` and `queries.subscribers` are for whoever does.
"""

from renderer.forms.newsletter.confirmation import SUBSCRIBER
from renderer.forms.newsletter.handlers import routes

__all__ = ["SUBSCRIBER", "routes"]
