"""Codes of an authenticator app: RFC 6238 (TOTP) over RFC 4226 (HOTP), as all apps have them: SHA-1, six digits, 30 s.

Pure: secrets and digests in, codes and verdicts out. `second_step.py` keeps them.
"""

import base64
import hmac
import secrets
import struct
from hashlib import sha256
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
"""RFC 4226 §4, R6: as long as the hash."""
RECOVERY_CODES = 8
_RECOVERY_BYTES = 10


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def spelled(secret: bytes) -> str:
    """Base32, as apps take it."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, issuer: str, account: str) -> str:
    """The otpauth: URI that a QR code shows to an app."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': spelled(secret), 'issuer': issuer}, quote_via=quote)}"


def code_at(secret: bytes, step: int) -> str:
    """RFC 4226 §5.3: dynamic truncation."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, code: str, now: float, last: int = 0) -> int | None:
    """The step whose code this is: the present one or a neighbour (clocks differ), later than `last`; else None."""
    present = int(now // STEP_SECONDS)
    found = None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode("utf-8", "replace")) and step > last:
            found = step
    return found


def tidied(code: str) -> str:
    """As people type it: spaces and hyphens are theirs."""
    return "".join(code.split()).replace("-", "").lower()[:64]


def recovery_codes(key: bytes, secret: bytes) -> list[str]:
    """For whoever loses the app: `abcd-efgh-ijkl-mnop`, 80 bits each. The same ones for the same secret, so that a form
    that came twice shows no other codes than those that are kept; without `key` nobody makes them of it."""
    made = [hmac.digest(key, bytes([number]) + secret, "sha256")[:_RECOVERY_BYTES] for number in range(RECOVERY_CODES)]
    spelt = [base64.b32encode(one).decode().lower() for one in made]
    return ["-".join(code[place : place + 4] for place in range(0, 16, 4)) for code in spelt]


def recovery_digest(code: str) -> bytes:
    """80 random bits need no slow hash."""
    return sha256(tidied(code).encode("utf-8", "replace")).digest()
