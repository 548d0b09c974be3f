"""What may be an account's e-mail address, before it is looked up."""

import re

MOST_EMAIL = 254
"""Octets (RFC 5321 §4.5.3.1.3, less the angle brackets)."""


_KEPT = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


def may_be_email(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain) and len(text.encode()) <= MOST_EMAIL and text.isprintable()


def may_become_email(text: str) -> bool:
    """What an account can have: as users.valid_email has it, which is stricter than what is looked up."""
    return may_be_email(text) and _KEPT.fullmatch(text) is not None
