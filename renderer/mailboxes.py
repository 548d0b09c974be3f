"""E-mail addresses in one form, as `hostnames.py` does with hosts. Nothing is asked of the network."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

MAX_MAILBOX = 254  # characters: a path of 256 octets less its brackets, RFC 5321 §4.5.3.1.3


class InvalidMailbox(ValueError):
    """Not an address that mail could reach."""


def normalise_mailbox(raw: str) -> str:
    """The address in Unicode, its domain in lower case (RFC 6531). Raises `InvalidMailbox`."""
    return _read(raw).normalized


def sendable_mailbox(raw: str) -> str:
    """The address as every mail server takes it (RFC 5321): ASCII, domain in A-labels. Raises `InvalidMailbox` for what
    has no such form, too."""
    address = _read(raw).ascii_email
    if address is None:
        raise InvalidMailbox("its local part is not ASCII")
    return address


def _read(raw: str) -> "ValidatedEmail":
    text = raw.strip()
    if len(text) > MAX_MAILBOX:
        raise InvalidMailbox("too long")
    # Imported where there is one to read: its patterns take long to compile, and few processes read any.
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False)
    except (EmailNotValidError, UnicodeError) as fault:
        raise InvalidMailbox(str(fault)) from fault
