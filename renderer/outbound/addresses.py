"""Which network addresses may be connected to.

A list of our own: `ipaddress.is_global` calls multicast (239.1.2.3, ff02::1), NAT64 (64:ff9b::7f00:1) and 6to4
(2002:7f00:1::) global. IPv4 is refused by the IANA special-purpose registry (RFC 6890), IPv6 is permitted only within
2000::/3, the one block of global unicast (RFC 4291 §2.4), less what it reserves.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT; 100.100.100.200 is a cloud's metadata
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # a cloud's metadata under a public address
            "169.254.0.0/16",  # link-local; 169.254.169.254 is most clouds' metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a cloud's metadata
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")  # outside it: loopback, mapped, NAT64, unique local, link-local, multicast
_REFUSED_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
# Interface identifiers of ISATAP (RFC 5214 §6.1): again an IPv4 address in disguise, below any prefix.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def is_public(address: str) -> bool:
    """Whether `address`, as a resolver or a socket gives it, is some public host's; what is no address is not."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _REFUSED_4)
    return _is_public_6(ip)


def _is_public_6(ip: IPv6Address) -> bool:
    if ip.scope_id is not None or ip not in _GLOBAL_6 or (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
        return False
    return not any(ip in network for network in _REFUSED_6)
