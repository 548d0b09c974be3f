"""What may be an account's e-mail address, before it is looked up."""

MOST_EMAIL = 254
"""Octets (RFC 5321 §4.5.3.1.3, less the angle brackets)."""


def may_be_email(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain) and len(text.encode()) <= MOST_EMAIL and text.isprintable()
