"""The proof of a claim, as several resolvers see it: no single one can vouch for a host, or take one away."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from dns.rdtypes.txtbase import TXTBase

from renderer.domains.claims import Claim

SECONDS = 5.0
"""A question's whole lifetime, tries and servers included."""


class Finding(StrEnum):
    PROVEN = "proven"
    ABSENT = "absent"  # most resolvers know that the record is not there, or says something else
    UNKNOWN = "unknown"  # no majority: time-outs and failing servers say nothing about a claim


class Proofs:
    """Asks `resolvers`, addresses (`192.0.2.1`, `192.0.2.1#5353`); none given: those of the system, each by itself.

    Where the system has none, nothing is ever found. Raises ValueError for what is no address.
    """

    def __init__(self, resolvers: Sequence[str] = (), *, seconds: float = SECONDS) -> None:
        self._resolvers = [resolver for _, resolver in resolvers_of(resolvers, seconds)]

    async def look(self, claim: Claim) -> Finding:
        """Whether the claim's TXT record is there. Never raises for what a server answers."""
        answers = await asyncio.gather(*(texts_of(one, claim.record_name) for one in self._resolvers))
        known = [answer for answer in answers if answer is not None]
        proven = sum(claim.record_value in answer for answer in known)
        enough = len(answers) // 2 + 1
        if proven >= enough:
            return Finding.PROVEN
        return Finding.ABSENT if len(known) - proven >= enough else Finding.UNKNOWN


def resolvers_of(addresses: Sequence[str], seconds: float = SECONDS) -> list[tuple[str, dns.asyncresolver.Resolver]]:
    """Resolvers by the address that is asked; without any those of the system."""
    return [(one, _resolver(one, seconds)) for one in addresses or _of_the_system()]


def _of_the_system() -> list[str]:
    try:
        return [str(one) for one in dns.asyncresolver.Resolver().nameservers]
    except dns.resolver.NoResolverConfiguration:
        return []


def _resolver(address: str, seconds: float) -> dns.asyncresolver.Resolver:
    host, _, port = address.partition("#")
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [host]
    resolver.port = int(port or 53)
    resolver.lifetime = seconds
    resolver.timeout = seconds / 2
    resolver.cache = None
    return resolver


async def texts_of(resolver: dns.asyncresolver.Resolver, name: str) -> frozenset[str] | None:
    """The texts of a name's TXT records, none where it has none; None where nobody can tell. All that a message holds
    (64 KB): the one that is looked for may be the last of them."""
    try:
        answer = await resolver.resolve(dns.name.from_text(name), dns.rdatatype.TXT, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return frozenset()
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    texts = [b"".join(record.strings) for record in answer if isinstance(record, TXTBase)]
    return frozenset(text.decode("utf-8", "replace").strip() for text in texts)
