"""What may become a password. NIST SP 800-63B §3.1.1.2: a length, no composition rules, none that is commonly used."""

from renderer.gate.passwords import MAX_PASSWORD_BYTES

FEWEST_CHARACTERS = 10


def is_long_enough(password: bytes) -> bool:
    """UTF-8 of at least `FEWEST_CHARACTERS` and at most `MAX_PASSWORD_BYTES` bytes, without NUL."""
    try:
        text = password.decode()
    except UnicodeDecodeError:
        return False
    return len(text) >= FEWEST_CHARACTERS and len(password) <= MAX_PASSWORD_BYTES and "\0" not in text
