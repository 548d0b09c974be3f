"""A real mail server on this machine (aiosmtpd) that keeps what it gets, and refuses what a test tells it to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.receivers import LOCAL


@dataclass
class MailServer:
    """`envelopes` are (sender, recipients); `refuse(recipient)` gives an answer to RCPT that is not 250, or None.
    `…_seconds` pass before the answer to a command."""

    port: int = 0
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    refuse: Callable[[str], str | None] = lambda _: None
    data: str = "250 OK"
    data_seconds: float = 0.0
    quit_seconds: float = 0.0
    signed_in: list[tuple[bytes, bytes]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def letters(self) -> list[EmailMessage]:
        """As a mail program reads them."""
        return [message_from_bytes(one, policy=policy.default) for one in self.raw]  # type: ignore[misc]

    @property
    def settings(self) -> dict[str, object]:
        return {"host": LOCAL, "port": self.port, "tls": "none", "sender": "leads@tapsite.example.com"}

    async def count(self, number: int, seconds: float = 60) -> None:
        """Until so many letters are there."""
        async with asyncio.timeout(seconds):
            while len(self.raw) < number:
                self.arrived.clear()
                await self.arrived.wait()


@dataclass
class _Handler:
    """Apart from what is kept: aiosmtpd asks a handler for all of its members at each connection, and would have every
    letter read each time."""

    kept: MailServer

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = self.kept.refuse(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.kept.data.startswith("250"):
            self.kept.raw.append(bytes(envelope.content or b""))
            self.kept.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
            self.kept.arrived.set()
        await asyncio.sleep(self.kept.data_seconds)
        return self.kept.data

    async def handle_QUIT(self, server: Any, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.kept.quit_seconds)
        return "221 Bye"

    def authenticate(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.kept.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password == b"rahasia", handled=False)


@asynccontextmanager
async def mail_server(
    tls: ssl.SSLContext | None = None, port: int = 0, auth: bool = False
) -> AsyncIterator[MailServer]:
    """`tls`: offered by STARTTLS and insisted on."""
    made = MailServer()
    handler = _Handler(made)

    def protocol() -> SMTP:
        return SMTP(
            handler,
            hostname="mx.example.com",
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=auth,
            auth_require_tls=auth,
            authenticator=handler.authenticate,
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(protocol, LOCAL, port)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
