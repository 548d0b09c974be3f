"""Whether the console stands beside the sites: on one registrable domain cookies and SameSite keep nobody apart."""

from collections.abc import Sequence
from functools import cache

from publicsuffixlist import PublicSuffixList


def neighbour_of(host: str, base_domains: Sequence[str]) -> str | None:
    """The base domain that shares its registrable domain with `host` (RFC 6265bis, "same site"), or stands over it."""
    for base in base_domains:
        if _registrable(host) == _registrable(base) or host.endswith(f".{base}") or base.endswith(f".{host}"):
            return base
    return None


def _registrable(host: str) -> str:
    return str(_suffixes().privatesuffix(host) or host)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True)
