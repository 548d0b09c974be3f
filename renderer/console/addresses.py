"""What may be an account's e-mail address, before it is looked up."""

import re

from renderer.outbound import mail_address

MOST_EMAIL = 254
"""Octets (RFC 5321 §4.5.3.1.3, less the angle brackets)."""


_KEPT = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


def may_be_email(text: str) -> bool:
    """Whether a letter could reach it: nobody is told of one that no mail server would take."""
    return len(text.encode("utf-8", "replace")) <= MOST_EMAIL and text.isprintable() and mail_address(text) is not None


def may_become_email(text: str) -> bool:
    """What an account can have: as users.valid_email has it, too."""
    return may_be_email(text) and _KEPT.fullmatch(text) is not None
