"""Host names in one canonical form.

`normalise_host` is the only reader of a Host header in the program: lower-case A-labels, no port, no trailing dot. It
rejects and never repairs, since a repaired name would be somebody else's site.
"""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

import idna
import re2

MAX_HOST = 253  # octets of a name, RFC 1035 §2.3.4 less the root dot
# What is looked at before anything costly: A-labels are at most 253 octets, U-labels up to four times that.
MAX_RAW = 1024

_PORT = re.compile(r":(\d{0,5})\Z", re.ASCII)
_LDH = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")

# Of one script, or of those that are written together (UTS #39 §5.2, highly restrictive).
_TOGETHER = (
    *(rf"\p{{{script}}}" for script in ("Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Hebrew", "Arabic")),
    *(rf"\p{{{script}}}" for script in ("Devanagari", "Bengali", "Tamil", "Telugu", "Thai", "Lao", "Khmer", "Myanmar")),
    *(rf"\p{{{script}}}" for script in ("Javanese", "Balinese", "Sundanese", "Ethiopic", "Sinhala", "Gujarati")),
    r"\p{Latin}\p{Han}\p{Hiragana}\p{Katakana}",
    r"\p{Latin}\p{Han}\p{Bopomofo}",
    r"\p{Latin}\p{Han}\p{Hangul}",
)
_READABLE = re2.compile("|".join(rf"[{scripts}\p{{Common}}\p{{Inherited}}]+" for scripts in _TOGETHER))


class InvalidHost(ValueError):
    """Not a host name that could be anybody's; str() says why."""


def normalise_host(raw: str) -> str:
    """Canonical host of a Host header or authority (RFC 9110 §7.2: `uri-host [":" port]`).

    Returns lower-case A-labels (`xn--…`, UTS #46 non-transitional) of at most 253 octets, an IPv4 address as it stands,
    or an IPv6 literal in brackets in its canonical form (RFC 5952). Idempotent. Raises `InvalidHost` for anything else:
    empty, over-long, user information, percent-encoding, underscores, empty labels, hyphens at a label's end.
    """
    if len(raw) > MAX_RAW:
        raise InvalidHost("too long")
    if raw.startswith("["):
        return _ipv6(raw)
    name = _PORT.sub("", raw)
    if not _port_is_valid(raw[len(name) + 1 :]):
        raise InvalidHost("port out of range")
    # One trailing dot is the root (RFC 1034 §3.1); UTS #46 maps three ideographic full stops to a dot.
    name = re.sub("[\u3002\uff0e\uff61]", ".", name).removesuffix(".")
    if not name:
        raise InvalidHost("empty")
    host = _ascii(name)
    if len(host) > MAX_HOST:
        raise InvalidHost("longer than 253 octets")
    for label in host.split("."):
        if not _LDH.match(label):
            raise InvalidHost("a label is not letters, digits and inner hyphens, 1 to 63 of them")
    return host


@lru_cache(1024)
def shown_host(host: str) -> str:
    """A canonical host as people read it: `köpi.example` for `xn--kpi-sna.example`. A label that mixes scripts stays as
    it is, since it may be made to look like another."""
    return ".".join(map(_shown, host.split("."))) if "xn--" in host else host


def _shown(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        text = idna.decode(label)
    except (idna.IDNAError, UnicodeError, IndexError):
        return label
    return text if _READABLE.fullmatch(text) is not None else label


def _ascii(name: str) -> str:
    lowered = name.lower() if name.isascii() else name
    if lowered.isascii() and "xn--" not in lowered:
        # Plain names may have hyphens in third and fourth place (r3---sn.example), which IDNA refuses and DNS does not.
        return lowered
    try:
        encoded = idna.encode(lowered, uts46=True, std3_rules=True).decode("ascii")
        # An A-label must stand for what it decodes to, or two spellings would reach one site.
        if idna.encode(idna.decode(encoded), uts46=True, std3_rules=True).decode("ascii") != encoded:
            raise InvalidHost("punycode that does not round-trip")
    except (idna.IDNAError, UnicodeError, IndexError) as error:
        raise InvalidHost("not a valid internationalised name") from error
    return encoded


def _ipv6(raw: str) -> str:
    literal, bracket, rest = raw[1:].partition("]")
    if not bracket or (rest and not (rest.startswith(":") and _port_is_valid(rest[1:]))):
        raise InvalidHost("malformed IPv6 literal")
    try:
        address = IPv6Address(literal)
    except AddressValueError as error:
        raise InvalidHost("malformed IPv6 literal") from error
    if address.scope_id is not None:
        raise InvalidHost("an IPv6 zone has no meaning to a server")
    return f"[{address.compressed}]"


def _port_is_valid(port: str) -> bool:
    return port == "" or (port.isascii() and port.isdigit() and int(port) <= 65535)
