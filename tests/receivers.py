"""Servers on this machine for the guarded client to call, and a client that may call them and nothing else."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from renderer.outbound import OutboundClient

LOCAL = "127.0.0.1"
NAME = "hook.example"


@dataclass
class Receiver:
    """What a server heard, and the port it listens on."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{NAME}:{self.port}/hook"


Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


def saying(answer: bytes) -> Script:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return script


OK = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@asynccontextmanager
async def receiver(script: Script = OK, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A server that keeps each request and then does what `script` says, byte for byte."""
    made = Receiver()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
            )
            made.heard.append(head + await reader.readexactly(length))
            await script(writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, LOCAL, 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


@asynccontextmanager
async def client(
    *receivers: Receiver, lookup: Callable[[str], list[str]] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[OutboundClient]:
    """May call 127.0.0.1, which every name leads to, on the receivers' ports."""
    made = OutboundClient(
        permitted=frozenset({LOCAL}),
        ports=frozenset(one.port for one in receivers),
        lookup=lookup or (lambda _: [LOCAL]),
        tls=tls,
    )
    try:
        yield made
    finally:
        await made.close()


def certificate(path: object, name: str = NAME, until: float = 1.0) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(server's, client's) contexts of a self-signed certificate for `name`, good until so many days from now; `path`
    is a folder for its files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=until))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = path / "server.pem"  # type: ignore[operator]
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=made.public_bytes(Encoding.PEM).decode())
