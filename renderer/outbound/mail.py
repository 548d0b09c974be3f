"""Mail: the operator's one server, and messages that hold nothing a visitor could make a header of.

Every text that comes into a header goes through `header_text`; addresses are those that email-validator knows, in
ASCII. `EmailMessage` writes them and refuses line breaks by itself; this stands before it.
"""

import asyncio
import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime
from types import TracebackType
from typing import Any

import aiosmtplib

from renderer.mailboxes import InvalidMailbox, sendable_mailbox
from renderer.outbound.faults import certificate_fault
from renderer.settings import Settings

SECONDS = 20.0
# From a letter's last byte to the server's word: many look for viruses first. Who leaves before has it sent twice
# (RFC 5321 §4.5.3.2.6, which would wait for ten minutes).
TAKING_SECONDS = 120.0
QUIT_SECONDS = 2.0
# For one letter from the first byte to the last; jobs that mail have so much.
LETTER_SECONDS = 180.0
# What is said of a server that takes no letter at all, as patterns of LIKE.
MAIL_AWAY = (
    "no connection to the mail server",
    "no trusted TLS connection to the mail server%",
    "the mail server did not let us in (%)",
    "the mail server does not offer what mail.tls or mail.user asks for",
)
MOST_IN_HEADER = 150
# What ends a line somewhere, turns text around, or is read as an encoded word (RFC 2047) by whoever decodes it twice.
_NOT_IN_HEADERS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)

# `headers` of a letter stay as they are: folded, a long link would come out as encoded words, which nobody follows.
_POLICY = SMTP.clone(refold_source="none")
_LINE = re.compile(r"[\x20-\x7e]{1,900}")


class MailError(Exception):
    """Nothing was accepted. str() is for the log that an owner sees; `lasting`: the same would be refused again;
    `refused`: recipients, where it was they, and whether for good."""

    def __init__(self, said: str, *, lasting: bool = False, refused: Mapping[str, bool] | None = None) -> None:
        super().__init__(said)
        self.lasting, self.refused = lasting, dict(refused or {})


@dataclass(frozen=True, slots=True)
class Letter:
    """One message. `id` names it for good: what is sent twice has it twice. `name` is shown beside our own address."""

    id: str
    name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    reply_to: str | None = None
    headers: Mapping[str, str] | None = None


class MailClient:
    """Opens a connection a letter. `tls` is for tests: what to trust."""

    def __init__(self, settings: Settings, tls: ssl.SSLContext | None = None) -> None:
        self._mail, self._tls = settings.mail, tls

    @property
    def is_set(self) -> bool:
        """Whether there is a server at all."""
        return bool(self._mail.host)

    @property
    def domain(self) -> str:
        """The sender's, which ids of messages end with."""
        return self._mail.sender.rpartition("@")[2] or "localhost"

    async def send(self, letter: Letter) -> dict[str, bool]:
        """Recipients that were refused, and whether for good; at least one was not. Raises MailError."""
        mail = self._mail
        try:
            # aiosmtplib's own way of writing messages folds every header. It takes two milliseconds, which visitors of
            # pages should not have to wait.
            data = await asyncio.to_thread(lambda: write(letter, mail.sender).as_bytes())
        except (ValueError, MessageError, IndexError):
            raise MailError("an address cannot be written to", lasting=True) from None
        client = _Line(
            hostname=mail.host,
            port=mail.port,
            username=mail.user or None,
            password=mail.password.get_secret_value() or None,
            local_hostname=self.domain,
            timeout=SECONDS,
            use_tls=mail.tls == "tls",
            start_tls=mail.tls == "starttls",
            tls_context=self._tls,
        )
        try:
            async with client:
                refused, _ = await client.sendmail(mail.sender, list(letter.recipients), data)
        except Exception as fault:
            raise _explain(fault) from None
        return {one: answer.code >= 500 for one, answer in refused.items()}


class _Line(aiosmtplib.SMTP):
    """With times of its own for two commands, and for its end."""

    async def data(self, message: str | bytes, /, **_: Any) -> aiosmtplib.SMTPResponse:
        return await super().data(message, timeout=TAKING_SECONDS)

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(fault, asyncio.CancelledError):
            self.close()  # out of time, or told to stop: no time for manners
        else:
            await super().__aexit__(kind, fault, trace)

    async def quit(self, **_: Any) -> aiosmtplib.SMTPResponse:
        return await super().quit(timeout=QUIT_SECONDS)


def write(letter: Letter, sender: str) -> EmailMessage:
    """The message as it goes over the wire."""
    message = EmailMessage(_POLICY)
    message["From"] = Address(header_text(letter.name).replace("@", " "), addr_spec=sender)
    message["To"] = [Address(addr_spec=one) for one in letter.recipients]
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    message["Subject"] = header_text(letter.subject)
    message["Date"] = localtime()
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: nobody's holiday answers it
    for name, value in (letter.headers or {}).items():
        if not _LINE.fullmatch(value):
            raise ValueError(f"{name}: not a header's line")
        message.set_raw(name, value)
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    return message


def header_text(text: str) -> str:
    """One line of at most 150 characters that a header may hold, whatever it was."""
    line = " ".join(_NOT_IN_HEADERS.sub(" ", text[: 8 * MOST_IN_HEADER]).split())
    return line.replace("=?", "= ?").replace("?=", "? =")[:MOST_IN_HEADER].strip()


def mail_address(text: str | None) -> str | None:
    """An address that every mail server takes: RFC 5322's usual form, domain in punycode; None for what is none."""
    try:
        return sendable_mailbox(text) if text else None
    except InvalidMailbox:
        return None


def _explain(fault: Exception) -> MailError:
    """What happened, in words that repeat nothing of the server's; a status tells enough (RFC 5321 §4.2.1)."""
    if isinstance(fault, aiosmtplib.SMTPRecipientsRefused):
        one_by_one = [one for one in fault.recipients if isinstance(one, aiosmtplib.SMTPRecipientRefused)]
        codes = {one.recipient: one.code for one in one_by_one}
        return MailError(
            f"no recipient was accepted ({_codes(codes.values())})",
            lasting=bool(codes) and min(codes.values()) >= 500,
            refused={one: code >= 500 for one, code in codes.items()},
        )
    if isinstance(fault, aiosmtplib.SMTPAuthenticationError):
        return MailError(f"the mail server did not let us in ({fault.code})")
    if isinstance(fault, aiosmtplib.SMTPDataError):
        return MailError(f"the mail server refused the message ({fault.code})", lasting=fault.code >= 500)
    if isinstance(fault, aiosmtplib.SMTPResponseException):
        return MailError(f"the mail server refused it ({fault.code})")
    if isinstance(fault, ssl.SSLError) or isinstance(fault.__cause__, ssl.SSLError):
        what = certificate_fault(one for one in (fault, fault.__cause__) if one)
        return MailError(f"no trusted TLS connection to the mail server{f' ({what})' if what else ''}")
    if isinstance(fault, TimeoutError):
        return MailError("the mail server did not answer in time")
    if type(fault) is aiosmtplib.SMTPException:
        # No STARTTLS, or no way to sign in: what aiosmtplib has no class of its own for.
        return MailError("the mail server does not offer what mail.tls or mail.user asks for")
    if isinstance(fault, aiosmtplib.SMTPException | OSError):
        return MailError("no connection to the mail server")
    raise fault


def _codes(codes: Iterable[int]) -> str:
    return ", ".join(str(code) for code in sorted(set(codes))) or "no status"
