"""The one HTTP client of the program: for addresses that strangers wrote, and for services an operator configured.

Every request goes through its guard: no proxy or netrc of the environment, no redirects, no cookies, no kept
connections, a deny list applied to the very address that is connected to, bounds on time and bytes. Deliberately not
here: what is sent, when it is tried again, and showing anybody an answer: whoever chose the address must not learn what
stands behind it.
"""

from renderer.outbound.client import Answer, OutboundClient
from renderer.outbound.faults import OutboundError

__all__ = ["Answer", "OutboundClient", "OutboundError"]
