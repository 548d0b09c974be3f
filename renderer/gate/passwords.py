"""Checking a password against whatever hash a row holds.

Stored hashes are other programs' writing, and each names its own price: an argon2 string may ask for a gibibyte, a
bcrypt one for an hour. The price is read first, and what is over our bounds is refused instead of paid.

Passwords are compared as the UTF-8 bytes that were sent. No Unicode normalisation: the hash was made by another program
from what a browser gave it, and browsers give NFC to both.
"""

import re
import secrets
from dataclasses import dataclass

import bcrypt
from argon2.exceptions import Argon2Error, VerifyMismatchError
from argon2.low_level import Type, hash_secret, verify_secret

# A longer password is wrong without being hashed.
MAX_PASSWORD_BYTES = 256

# What we hash with: OWASP's argon2id setting for servers, 19 MiB (in KiB here) in two passes, about 40 ms.
MEMORY, PASSES, LANES, SALT_BYTES, HASH_BYTES = 19_456, 2, 1, 16, 32

# What we are ready to pay for a stored hash. RFC 9106's second choice and the defaults of PHP, node and argon2-cffi
# (64 MiB, three or four passes) fit; together about half a second and 128 MiB for each thread.
MAX_MEMORY, MAX_PASSES, MAX_LANES, MAX_WORK = 131_072, 16, 8, 524_288
MIN_SALT_BYTES, MIN_HASH_BYTES, MAX_PART_BYTES = 8, 16, 64
MAX_BCRYPT_COST = 14  # a second

# bcrypt reads no further. Its other writers cut silently, ours raises, so the cut is made here.
BCRYPT_BYTES = 72

_ARGON2 = re.compile(
    r"\$argon2(?P<variant>id|i|d)\$(?:v=(?P<version>16|19)\$)?"
    r"m=(?P<memory>[1-9][0-9]{0,9}),t=(?P<passes>[1-9][0-9]{0,9}),p=(?P<lanes>[1-9][0-9]{0,7})"
    r"\$(?P<salt>[A-Za-z0-9+/]+)\$(?P<hash>[A-Za-z0-9+/]+)"
)
_BCRYPT = re.compile(r"\$2[aby]\$(?P<cost>[0-9]{2})\$[./A-Za-z0-9]{53}")
_TYPES = {"id": Type.ID, "i": Type.I, "d": Type.D}


class UnusableHash(Exception):
    """No password can be checked against this hash; str() says why and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`replacement`: a better hash of the right password, to be stored. `fault`: why the stored hash is of no use."""

    matches: bool
    replacement: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    is_bcrypt: bool
    is_weak: bool
    variant: Type = Type.ID


def check_password(stored: str | None, password: bytes) -> Verdict:
    """Whether `password` is the one that `stored` was made from. Blocks for 40 ms to a second.

    A hash that cannot be used costs what a wrong password of our own hashes costs, so that time tells nothing.
    """
    try:
        plan = _plan(stored)
        if len(password) > MAX_PASSWORD_BYTES:
            return Verdict(False)
        assert stored is not None  # noqa: S101 - _plan raised otherwise
        matches = _verify(plan, stored.encode(), password)
    except UnusableHash as fault:
        hash_password(password[:MAX_PASSWORD_BYTES])
        return Verdict(False, fault=str(fault))
    # Of a password that bcrypt cut, only the beginning is known to be right: hashing the rest as well would lock out
    # everybody who types it differently, the owner among them.
    if matches and plan.is_weak and not (plan.is_bcrypt and len(password) > BCRYPT_BYTES):
        return Verdict(True, replacement=hash_password(password))
    return Verdict(matches)


def hash_password(password: bytes) -> str:
    """An argon2id hash in PHC form, 97 characters."""
    salt = secrets.token_bytes(SALT_BYTES)
    return hash_secret(password, salt, PASSES, MEMORY, LANES, HASH_BYTES, Type.ID).decode()


def fault_of(stored: str | None) -> str | None:
    """Why nobody can get in with this hash, or None where it is usable; for the operator."""
    try:
        _plan(stored)
    except UnusableHash as fault:
        return str(fault)
    return None


def _plan(stored: str | None) -> _Plan:
    if not stored:
        raise UnusableHash("no password is set")
    if match := _BCRYPT.fullmatch(stored):
        if not 4 <= int(match["cost"]) <= MAX_BCRYPT_COST:
            raise UnusableHash(f"bcrypt cost {match['cost']} is not within 4 to {MAX_BCRYPT_COST}")
        return _Plan(is_bcrypt=True, is_weak=True)
    match = _ARGON2.fullmatch(stored)
    if match is None:
        raise UnusableHash("neither argon2 nor bcrypt")
    memory, passes, lanes = int(match["memory"]), int(match["passes"]), int(match["lanes"])
    if memory > MAX_MEMORY or passes > MAX_PASSES or lanes > MAX_LANES or memory * passes > MAX_WORK:
        raise UnusableHash(
            f"argon2 asks for m={memory},t={passes},p={lanes}; at most m={MAX_MEMORY},t={MAX_PASSES},p={MAX_LANES} and "
            f"m × t = {MAX_WORK}"
        )
    salt_bytes, hash_bytes = len(match["salt"]) * 3 // 4, len(match["hash"]) * 3 // 4
    if not (MIN_SALT_BYTES <= salt_bytes <= MAX_PART_BYTES and MIN_HASH_BYTES <= hash_bytes <= MAX_PART_BYTES):
        raise UnusableHash(f"argon2 with {salt_bytes} bytes of salt and {hash_bytes} of hash")
    is_current = match["variant"] == "id" and match["version"] == "19" and memory * passes >= MEMORY * PASSES
    return _Plan(is_bcrypt=False, is_weak=not is_current, variant=_TYPES[match["variant"]])


def _verify(plan: _Plan, stored: bytes, password: bytes) -> bool:
    try:
        if plan.is_bcrypt:
            return bcrypt.checkpw(password[:BCRYPT_BYTES], stored)
        return verify_secret(stored, password, plan.variant)
    except VerifyMismatchError:
        return False
    except (Argon2Error, ValueError) as error:
        raise UnusableHash(f"malformed ({type(error).__name__})") from None
