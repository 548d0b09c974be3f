"""Types of single values: hosts, origins, networks, lists."""

import re
from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from renderer.hostnames import InvalidHost, normalise_host
from renderer.mailboxes import InvalidMailbox, normalise_mailbox


def _split(value: object) -> object:
    """Lists come from the environment as `a,b`, from TOML as arrays."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _host(value: str) -> str:
    try:
        return normalise_host(value)
    except InvalidHost as error:
        raise ValueError(f"expected a host name without scheme or path ({error})") from error


def _peer(value: str) -> str:
    if value != "unix":
        ip_network(value, strict=False)
    return value


def _origin(value: str) -> str:
    """`https://img.example`, lower case, without a slash at the end; empty stays empty."""
    if not value:
        return value
    parts = _parts(value)
    if parts.scheme not in ("http", "https") or parts.path not in ("", "/") or parts.query or "@" in parts.netloc:
        raise ValueError("expected an origin such as https://img.example")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{_host(parts.hostname or '')}{port}"


def _parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        # Read late: a port that is no number, or that no machine has.
        _ = parts.port
    except ValueError:
        raise ValueError("expected an address such as https://example.com/") from None
    return parts


def _reachable(value: str) -> str:
    _parts(value)
    return value


Reachable = Annotated[str, AfterValidator(_reachable)]
"""What may stand for an address, as far as that can be told without looking it up; empty stays empty."""

Origin = Annotated[str, AfterValidator(_origin)]


def _page(value: str) -> str:
    """An http or https address as it may stand in a header; empty stays empty."""
    parts = _parts(value)
    if value and not (
        parts.scheme in ("http", "https")
        and parts.hostname
        and value.isascii()
        and value.isprintable()
        and " " not in value
    ):
        raise ValueError("expected an address such as https://example.com/")
    return value


def _secure(value: str) -> str:
    if value and not value.lower().startswith("https://"):
        raise ValueError("expected an https address")
    return value


Page = Annotated[str, AfterValidator(_page)]
SecurePage = Annotated[Page, AfterValidator(_secure)]


def _contact(value: str) -> str:
    """An e-mail address or a page, as a URI; empty stays empty."""
    if not value or (
        value.startswith("https://") and _parts(value).hostname and value.isprintable() and " " not in value
    ):
        return value
    try:
        return "mailto:" + normalise_mailbox(value.removeprefix("mailto:"))
    except InvalidMailbox as error:
        raise ValueError("expected an e-mail address or a page such as https://example.com/abuse") from error


Contact = Annotated[str, AfterValidator(_contact)]


def _resolver(value: str) -> str:
    address, mark, port = value.partition("#")
    ip_address(address)
    if mark and not (port.isdecimal() and 0 < int(port) < 65_536):
        raise ValueError("expected an address such as 192.0.2.1 or 192.0.2.1#5353")
    return value


def _line(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise ValueError("expected a header such as Fastly-Key: {secret}")
    return value


# A field's name is a token (RFC 9110 §5.1); of its value, what every server takes.
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+:[\t\x20-\x7e]*")
Lines = Annotated[
    tuple[Annotated[str, AfterValidator(_line)], ...],
    NoDecode,
    # A header may hold commas.
    BeforeValidator(lambda value: value.splitlines() if isinstance(value, str) else value),
]


def _one_line(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError("expected one line of ASCII")
    return value


def _secret_line(value: SecretStr) -> SecretStr:
    _one_line(value.get_secret_value())
    return value


def _database(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if url and not re.match("postgres(ql)?://", url):
        raise ValueError("expected postgresql://user:password@host:port/database")
    return value


DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
Line = Annotated[str, AfterValidator(_one_line)]
SecretLine = Annotated[SecretStr, AfterValidator(_secret_line)]
"""What is sent in a header; it may be empty."""


def _listen(value: str) -> str:
    bare = value[1:-1] if re.fullmatch(r"\[[^\[\]]*:[^\[\]]*\]", value) else value
    try:
        ip_address(bare)
    except ValueError:
        if not _NAME.fullmatch(bare):
            raise ValueError("expected an address or name of this machine, as 127.0.0.1, :: or localhost") from None
    return bare


# Whether it is one of this machine's is seen when it is listened on.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}")
Listen = Annotated[str, AfterValidator(_listen)]
"""Address or name to listen on; IPv6 with or without the brackets that it has in a URL."""
Host = Annotated[str, AfterValidator(lambda value: _host(value) if value else value)]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], NoDecode, BeforeValidator(_split)]
Resolvers = Annotated[tuple[Annotated[str, AfterValidator(_resolver)], ...], NoDecode, BeforeValidator(_split)]
Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(lambda value: str(ip_address(value)))], ...], NoDecode, BeforeValidator(_split)
]
Peers = Annotated[tuple[Annotated[str, AfterValidator(_peer)], ...], NoDecode, BeforeValidator(_split)]
