"""A claim's records as each name server has them at this moment, for its owner; it proves nothing (`checking` does)."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from renderer.domains.claims import LABEL
from renderer.domains.proofs import SECONDS, resolvers_of, texts_of

MOST_SHOWN, MOST_CHARACTERS = 4, 120
_ADDRESSES = (dns.rdatatype.A, dns.rdatatype.AAAA)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one name server says. `texts` of the proof's name and `addresses` of the host: the first few, cut; None
    where it did not answer. `leads`: one of the addresses is ours."""

    server: str
    texts: tuple[str, ...] | None
    addresses: tuple[str, ...] | None
    leads: bool
    has_proof: bool


async def look_closely(
    resolvers: Sequence[str], host: str, proof: str, target: str, ours: Collection[str] = (), seconds: float = SECONDS
) -> list[Seen]:
    """Ask each name server for the TXT record `proof` and where `host` leads. Ours are the addresses `ours`, and those
    that the same server has for `target`. Never raises for what a server answers."""
    return list(
        await asyncio.gather(
            *(_look(name, one, host, proof, target, ours) for name, one in resolvers_of(resolvers, seconds))
        )
    )


def is_proven(seen: Sequence[Seen]) -> bool:
    """Most of the name servers have the record."""
    return sum(one.has_proof for one in seen) > len(seen) // 2


async def _look(
    name: str, resolver: dns.asyncresolver.Resolver, host: str, proof: str, target: str, ours: Collection[str]
) -> Seen:
    texts, found, wanted = await asyncio.gather(
        texts_of(resolver, f"{LABEL}.{host}"), _addresses(resolver, host), _addresses(resolver, target)
    )
    known = {*ours, *(wanted or ())}
    return Seen(
        name,
        None if texts is None else tuple(sorted(text[:MOST_CHARACTERS] for text in texts))[:MOST_SHOWN],
        None if found is None else found[:MOST_SHOWN],
        bool(known.intersection(found or ())),
        proof in (texts or ()),
    )


async def _addresses(resolver: dns.asyncresolver.Resolver, host: str) -> tuple[str, ...] | None:
    """A and AAAA, aliases followed; none where there are none, None where nobody can tell."""
    answers = await asyncio.gather(*(_records(resolver, host, kind) for kind in _ADDRESSES))
    if all(answer is None for answer in answers):
        return None
    return tuple(address for answer in answers for address in answer or ())


async def _records(resolver: dns.asyncresolver.Resolver, host: str, kind: dns.rdatatype.RdataType) -> list[str] | None:
    try:
        answer = await resolver.resolve(dns.name.from_text(host), kind, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    return sorted(str(record) for record in answer)
