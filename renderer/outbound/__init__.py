"""The ways out of the program: one HTTP client, for addresses that strangers wrote and for services an operator
configured; and mail, through the operator's server.

Every request goes through its guard: no proxy or netrc of the environment, no redirects, no cookies, no kept
connections, a deny list applied to the very address that is connected to, bounds on time and bytes. Deliberately not
here: what is sent, when it is tried again, and showing anybody an answer: whoever chose the address must not learn what
stands behind it.
"""

from renderer.outbound.client import Answer, OutboundClient
from renderer.outbound.faults import OutboundError
from renderer.outbound.mail import LETTER_SECONDS, MAIL_AWAY, Letter, MailClient, MailError, mail_address

__all__ = [
    "LETTER_SECONDS",
    "MAIL_AWAY",
    "Answer",
    "Letter",
    "MailClient",
    "MailError",
    "OutboundClient",
    "OutboundError",
    "mail_address",
]
