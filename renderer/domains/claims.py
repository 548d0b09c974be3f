"""A claim of a site to a host: whether it may be made, where it stands, and which DNS records it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from uuid import UUID

from publicsuffixlist import PublicSuffixList

from renderer.hostnames import InvalidHost, normalise_host

LABEL = "_tapsite"
"""Below the host, so that it never collides with records that the host itself has (RFC 8552: underscored names)."""
PREFIX = "tapsite-verify="
# Special-use names that no public resolver answers for (RFC 6761, RFC 6762, RFC 7686, RFC 9476).
_NOWHERE = frozenset({"localhost", "local", "onion", "invalid", "alt", "internal", "arpa"})


class Refused(ValueError):
    """A host that no site may claim; str() says why. `kind` is a word for it: misspelt, ours, or nobodys (a suffix
    below which others register names, or what the public DNS does not have)."""

    def __init__(self, why: str, kind: str = "misspelt") -> None:
        super().__init__(why)
        self.kind = kind


class Standing(StrEnum):
    """Where a claim stands."""

    CLAIMED = "claimed"  # never proven; serves nothing
    VERIFIED = "verified"
    FAILING = "failing"  # the proof is missing; served until the grace is over
    QUARANTINED = "quarantined"  # the grace is over; serves nothing until it is proven again


@dataclass(frozen=True, slots=True)
class Claim:
    """A row of website_domains. `entitled`: the tier of the site's owner has custom domains."""

    id: UUID
    website_id: UUID
    subdomain: str
    host: str
    token: str
    verified_at: datetime | None
    last_checked_at: datetime | None
    failing_since: datetime | None
    last_error: str | None
    is_primary: bool
    entitled: bool

    @property
    def standing(self) -> Standing:
        if self.verified_at is None:
            return Standing.QUARANTINED if self.failing_since else Standing.CLAIMED
        return Standing.FAILING if self.failing_since else Standing.VERIFIED

    @property
    def record_name(self) -> str:
        return f"{LABEL}.{self.host}"

    @property
    def record_value(self) -> str:
        return PREFIX + self.token


def claimable(raw: str, base_domains: Sequence[str]) -> str:
    """The canonical host that `raw` names, where a site may claim it. Raises `Refused`.

    Refused are addresses, the platform's own names, names without a registrable domain (public suffixes among them:
    whoever proves `co.id` would prove it for nobody), and names that the public DNS does not have.
    """
    try:
        host = normalise_host(raw.strip())
    except InvalidHost as error:
        raise Refused(f"not a host name: {error}") from None
    last = host.rpartition(".")[2]
    if host.startswith("[") or last.isdigit():
        raise Refused("an address, not a host name")
    if any(host == base or host.endswith(f".{base}") for base in base_domains):
        raise Refused("belongs to the platform; sites have their names below it by themselves", "ours")
    if last in _NOWHERE:
        raise Refused(f"names below .{last} are nobody's in the public DNS", "nobodys")
    if len(f"{LABEL}.{host}") > 253:
        raise Refused("too long for its proof")
    if "." not in host or _suffixes().privatesuffix(host) is None:
        raise Refused("a public suffix, below which others register their names", "nobodys")
    return host


def name_in_zone(name: str) -> str:
    """As a registrar's form wants it, which adds the registered domain by itself: `_tapsite` of `_tapsite.kopi.co.id`,
    `@` of `kopi.co.id` (RFC 1035 §5.1)."""
    registered = _suffixes().privatesuffix(name)
    return (name.removesuffix(registered).rstrip(".") or "@") if registered else name


@cache
def _suffixes() -> PublicSuffixList:
    """The list of publicsuffix.org, private part included: a host of somebody's hosting service is not a site's."""
    return PublicSuffixList(accept_unknown=True)
