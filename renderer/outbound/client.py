"""The client itself.

One look-up a request: the address that was judged is the address that is connected to, so a name that answers
differently the second time gains nothing. TLS is checked against the name, and the Host header is the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from renderer.logs.trace import ASKED
from renderer.outbound.addresses import is_public
from renderer.outbound.bounded import AnswerTooLong, BoundedConnector
from renderer.outbound.faults import OutboundError, certificate_fault
from renderer.outbound.targets import Target, read_target

PORTS = frozenset({443, 8443})
PLAIN_PORTS = frozenset({80, 8080})
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 20.0
# Threads that look names up: a name server that never answers holds one of them for some seconds, and nothing else.
# More than one kind of job sends at once, and each has places for slow ones: so many that those keep no others waiting.
LOOKUPS = 64
CONNECTIONS = 96

Lookup = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The body is there to be understood by us, and never to be shown or logged."""

    status: int
    retry_after: str | None = None
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def look_up(name: str) -> list[str]:
    """Every A and AAAA of a full name, in the system's order; blocks. Raises OSError."""
    # The final dot keeps the system from trying the name below its own search domains.
    found = socket.getaddrinfo(f"{name}.", None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class OutboundClient:
    """One a worker; opens nothing before its first request, and is closed with `close`.

    `permitted`, `ports`, `tls` and `lookup` are for tests, which have only this machine to call: addresses that may be
    called though they are not public, ports beside the usual ones, what to trust, and who resolves names.
    """

    def __init__(
        self,
        *,
        permitted: frozenset[str] = frozenset(),
        ports: frozenset[int] = frozenset(),
        tls: ssl.SSLContext | None = None,
        lookup: Lookup = look_up,
    ) -> None:
        self._permitted, self._ports, self._tls, self._lookup = permitted, ports, tls, lookup
        self._session: aiohttp.ClientSession | None = None
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        most: int = 0,
        keep: Sequence[str] = (),
        plain_http: bool = False,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> Answer:
        """One request, whatever its status; a redirect is an answer like any other.

        `most` bytes of the body are read, 0: none; of its headers, those named in `keep`. `plain_http` permits http,
        which is for an operator's own services alone. Times in seconds: to connect, and for everything from look-up to
        last byte. Raises OutboundError.
        """
        target = self.read(url, plain_http=plain_http)
        try:
            async with asyncio.timeout(total_seconds):
                return await self._exchange(method, target, body, headers or {}, most, keep, connect_seconds)
        except TimeoutError:
            raise OutboundError("time", "no complete answer in time") from None
        except (aiohttp.ClientError, OSError, UnicodeError) as fault:
            raise _explain(fault) from None

    def read(self, url: str, *, plain_http: bool = False) -> Target:
        """An address taken apart that may be called, as far as that is known before its name is looked up. Raises
        OutboundError."""
        schemes = frozenset({"https", "http"} if plain_http else {"https"})
        target = read_target(url, schemes, self._ports | PORTS | (PLAIN_PORTS if plain_http else frozenset()))
        if target.is_literal and not self._may_call(target.host.strip("[]")):
            raise OutboundError("address", "the address is not a public one")
        return target

    async def close(self) -> None:
        """End what is open, requests under way included."""
        if self._session is not None:
            await self._session.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _exchange(
        self,
        method: str,
        target: Target,
        body: bytes,
        headers: Mapping[str, str],
        most: int,
        keep: Sequence[str],
        connect_seconds: float,
    ) -> Answer:
        answer = await self._open().request(
            method,
            target.url,
            data=body or None,
            # Nothing is ever decompressed here, so that the bytes counted are the bytes there are.
            headers={**headers, **_trace(), "User-Agent": "Tapsite", "Accept-Encoding": "identity"},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(sock_connect=connect_seconds),
        )
        try:
            kept = await _read(answer, most) if most else b""
            told = {name: answer.headers[name] for name in keep if name in answer.headers}
            return Answer(answer.status, answer.headers.get("Retry-After"), kept, told)
        finally:
            answer.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = BoundedConnector(
                resolver=_Resolver(self._addresses),
                use_dns_cache=False,
                socket_factory=self._socket,
                ssl=self._tls or True,
                limit=CONNECTIONS,
                force_close=True,  # good for one exchange each
            )
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
            )
        return self._session

    async def _addresses(self, name: str) -> list[str]:
        """All addresses of a name. One that is not public spoils them all: no honest name has both kinds."""
        found = await asyncio.get_running_loop().run_in_executor(self._threads, self._lookup, name)
        if not found or not all(map(self._may_call, found)):
            raise _NotPublic("the name does not lead to public addresses alone")
        return list(found)

    def _socket(self, info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        """The last wall: whatever way an address took to get here, it is judged where it is connected to."""
        family, kind, protocol, _, address = info
        if not self._may_call(str(address[0])):
            raise _NotPublic("the address is not a public one")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    def _may_call(self, address: str) -> bool:
        return address in self._permitted or is_public(address)


class _NotPublic(OSError):
    """Refused by the guard; an OSError, as that is what aiohttp expects of a look-up or a socket that fails."""


class _Resolver(AbstractResolver):
    def __init__(self, addresses: Callable[[str], Any]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await self._addresses(host)
        ]

    async def close(self) -> None:
        pass


def _trace() -> dict[str, str]:
    """Where a visitor's request is being answered: its trace, carried on (W3C Trace Context, §4.3)."""
    asked = ASKED.get()
    parent = asked.parent if asked else None
    return {"traceparent": parent} if parent else {}


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise OutboundError("protocol", "the answer is compressed, which was not asked for")
    body = bytearray()
    while chunk := await answer.content.read(most + 1 - len(body)):
        body += chunk
        if len(body) > most:
            raise _too_long()
    return bytes(body)


def _too_long() -> OutboundError:
    return OutboundError("size", "the answer is too long")


def _explain(fault: Exception) -> OutboundError:
    """What happened, in words that repeat nothing of the other side's."""
    causes: list[BaseException] = [fault]
    if isinstance(fault, aiohttp.ClientConnectorError):
        causes.append(fault.os_error)
    if fault.__cause__ is not None:
        causes.append(fault.__cause__)
    if isinstance(fault, AnswerTooLong):
        return _too_long()
    if any(isinstance(cause, _NotPublic) for cause in causes):
        return OutboundError("address", "the address is not a public one")
    if any(isinstance(cause, ssl.SSLError | ssl.CertificateError) for cause in causes):
        return OutboundError("tls", certificate_fault(causes) or "no trusted TLS connection")
    if isinstance(fault, aiohttp.ClientConnectorDNSError) or any(isinstance(c, socket.gaierror) for c in causes):
        return OutboundError("lookup", "the name is not known")
    if isinstance(fault, aiohttp.InvalidURL):
        return OutboundError("url", "the address cannot be read")
    if isinstance(fault, aiohttp.ClientConnectorError):
        return OutboundError("connection", "no connection")
    if isinstance(fault, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | OSError):
        return OutboundError("connection", "the connection ended before an answer")
    return OutboundError("protocol", "the answer is not HTTP as it should be")
