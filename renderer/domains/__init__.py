"""Custom domains: what may be claimed, the proof in DNS, and the checks that keep a proven host proven.

A claim serves nothing. A TXT record that only the host's holder can set proves it, as several resolvers see it; from
then on it is looked for again every day. A holder whose record is missing is served for a grace of days, and is then
put into quarantine: the row stays, the host is free for whoever proves it. Deliberately not here: certificates, and
what the edge serves, which is `edge_domains` alone.
"""

from renderer.domains.checking import Outcome, check_domain, check_due
from renderer.domains.claims import Claim, Refused, Standing, claimable, name_in_zone
from renderer.domains.looking import Seen, is_proven, look_closely
from renderer.domains.proofs import Finding, Proofs

__all__ = [
    "Claim",
    "Finding",
    "Outcome",
    "Proofs",
    "Refused",
    "Seen",
    "Standing",
    "check_domain",
    "check_due",
    "claimable",
    "is_proven",
    "look_closely",
    "name_in_zone",
]
