"""Reading the address of a request: what may be asked at all, before any name is looked up."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from renderer.hostnames import InvalidHost, normalise_host
from renderer.outbound.faults import OutboundError

MAX_URL = 2048
DEFAULT_PORTS = {"https": 443, "http": 80}
# What is written into an address and read otherwise by another reader: blanks, controls, the backslash.
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
# A name that ends in a number is an IPv4 address in some spelling (WHATWG URL, "ends in a number").
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\Z", re.IGNORECASE)
_QUAD = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}")


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: `host` as `normalise_host` gives it; `is_literal`: that is no name but an address."""

    scheme: str
    host: str
    port: int
    path: str
    is_literal: bool

    @property
    def url(self) -> str:
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


def read_target(url: str, schemes: frozenset[str], ports: frozenset[int]) -> Target:
    """`url` taken apart, without its fragment. Raises OutboundError (reason `url`) for anything but an absolute
    address of these schemes and ports, without user information, whose host is a name with a dot or an address."""
    if len(url) > MAX_URL or _UNSAFE.search(url):
        raise OutboundError("url", "the address is too long or holds a character that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutboundError("url", "the address cannot be read") from None
    if parts.scheme not in schemes:
        raise OutboundError("url", f"the address must begin with {' or '.join(sorted(schemes))}://")
    if "@" in parts.netloc:
        raise OutboundError("url", "the address holds a user name")
    try:
        host = normalise_host(parts.netloc)
    except InvalidHost as fault:
        raise OutboundError("url", f"the address has no usable host: {fault}") from None
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in ports:
        raise OutboundError("url", f"port {port} is not one that may be called")
    literal = host.startswith("[") or bool(_QUAD.fullmatch(host))
    if not literal and ("." not in host or _NUMERIC.fullmatch(host)):
        raise OutboundError("url", "the host is neither a full name nor an address in its usual form")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, literal)
