"""Whoever gets leads beside the owner has agreed to: nobody can have strangers' letters, or anybody's mailbox filled.

An address that a form's settings name, or the site's contact, is asked by mail when the first lead would go there;
until somebody confirms, by a POST from the page behind the mailed link, leads go to the owner's own address. Confirmed
for one site in one owner's hands.
"""

from renderer.forms.recipients.asking import RECIPIENT
from renderer.forms.recipients.handlers import routes
from renderer.forms.recipients.queries import claimed_recipients

__all__ = ["RECIPIENT", "claimed_recipients", "routes"]
