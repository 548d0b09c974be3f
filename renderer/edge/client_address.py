"""Who is asking, and over which scheme, when proxies stand between.

A forwarded header is a claim of whoever sent it. It counts only as far as the chain of peers we were told to trust
reaches: the client is the rightmost hop that is not one of them (MDN, "X-Forwarded-For: security concerns").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import hdrs, web
from multidict import MultiMapping

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# The client's address as the edge trusts it: the rightmost hop that is no trusted proxy. "" when unknown (unix socket).
CLIENT = web.RequestKey("client", str)
# "http" or "https", as the visitor's browser sees it.
SCHEME = web.RequestKey("scheme", str)
# The same, or PLAIN: what is kept is kept by it.
WAY = web.RequestKey("way", str)
PLAIN = "plain"
"""Told by a trusted proxy to have come over http, where sites' own addresses are https: to be led there. Without a
proxy's word nothing is known of what stands in front, and a redirect might come back for ever."""

# A chain longer than this is nobody's real network; the rest is not read.
MAX_HOPS = 32


@dataclass(frozen=True, slots=True)
class Client:
    address: str  # textual form, IPv4-mapped IPv6 as IPv4; "" when it cannot be known (a unix socket without a proxy)
    scheme: str  # "http" | "https"
    is_told_plain: bool = False  # no hop says anything but http


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose word about a client is taken: peers in `networks`, and whoever speaks through a unix socket (`unix`)."""

    networks: Sequence[Network]
    unix: bool
    is_secure: bool = False
    """Whether sites' own addresses are https."""

    def identify(self, request: web.BaseRequest) -> None:
        """Set CLIENT, SCHEME and WAY."""
        request[CLIENT], way = self.find(request.remote, request.scheme, request.headers)
        request[WAY], request[SCHEME] = way, "http" if way == PLAIN else way

    def find(self, peer: str | None, scheme: str, headers: MultiMapping[str]) -> tuple[str, str]:
        """The client's address, and by which way it came (WAY); `peer` and `scheme` are the socket's own, "" or None of
        a unix socket."""
        if not self.networks and not self.unix:
            return _written(peer or ""), scheme
        client = find_client(
            peer or None,
            headers.getall(hdrs.X_FORWARDED_FOR, ()),
            headers.getall(hdrs.X_FORWARDED_PROTO, ()),
            trusted=self.networks,
            trust_unix=self.unix,
            scheme=scheme,
        )
        return client.address, PLAIN if client.is_told_plain and self.is_secure else client.scheme


def find_client(
    peer: str | None,
    forwarded_for: Sequence[str],
    forwarded_proto: Sequence[str],
    *,
    trusted: Sequence[Network],
    trust_unix: bool,
    scheme: str,
) -> Client:
    """The client behind `peer`, the socket's address (None for a unix socket).

    `forwarded_for` and `forwarded_proto` are the values of every such header line, in order; `scheme` is the
    socket's own. A hop that is not an address ends the chain: what stands left of it was written by somebody unknown.
    """
    address = _parse(peer or "")
    if not (trust_unix if peer is None else _is_trusted(address, trusted)):
        return Client(str(address) if address else "", scheme)
    client = address
    for hop in reversed(_hops(forwarded_for)):
        found = _parse(hop)
        if found is None:
            break
        client = found
        if not _is_trusted(found, trusted):
            break
    # The proxy next to us set the last value; what comes before is hearsay, which at most keeps us from redirecting.
    told = [proto.lower() for proto in _hops(forwarded_proto)]
    return Client(
        str(client) if client else "",
        told[-1] if told and told[-1] in {"http", "https"} else scheme,
        bool(told) and set(told) == {"http"},
    )


def _hops(lines: Sequence[str]) -> list[str]:
    return [part.strip() for line in lines for part in line[-4096:].split(",")][-MAX_HOPS:]


@lru_cache(4096)
def _written(peer: str) -> str:
    address = _parse(peer)
    return str(address) if address else ""


@lru_cache(4096)
def _parse(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, or an IPv6 literal in brackets."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


@lru_cache(4096)
def network_of(address: str) -> str:
    """What one subscriber holds, for limits and labels: an IPv4 address, or the /64 of an IPv6 one, whose lower half
    changes daily. Whatever is no address is empty, and so one client together."""
    parsed = _parse(address)
    if parsed is None:
        return ""
    return str(IPv6Network((int(parsed), 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def forget_addresses() -> None:
    """End what is remembered of who asked."""
    for memo in (_written, _parse, network_of):
        memo.cache_clear()


def _is_trusted(address: Address | None, trusted: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in trusted if network.version == address.version)
