"""Root secrets in memory, the keys derived from them, and the tokens signed with those.

No root secret is used directly. HKDF-SHA256 (RFC 5869) derives one key for each purpose and context, so that a token
made for one purpose, site or audience verifies nowhere else, and losing one derived key loses nothing but that.

Nothing here shows a secret: repr, str, format, pickle and copy give key ids or refuse.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NoReturn, get_args

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadData, URLSafeTimedSerializer

# Every purpose of a derived key; a new one is added here, so that a typing error cannot split a purpose in two.
Purpose = Literal[
    "gate",  # cookies of password-protected sites
    "limits",  # what rate limits count: clients' networks, accounts
    "session",  # console sign-in
    "preview",  # links to drafts
    "spool",  # records waiting on disk
    "day-keys",  # wraps the daily roots of the visitor hash
    "unsubscribe",  # links in e-mail
    "forms",  # digests of what was sent twice, references of what was sent
    "newsletter",  # links that confirm a subscription, digests of who was asked
    "webhook",  # secrets of the addresses that leads are posted to
    "indexnow",  # the file by which a site proves to search engines that it speaks for itself
    "purge",  # tags that caches in front take pages back by
]

SECRET_BYTES = 32
MAX_TOKEN_CHARS = 4096
# Subkeys, and signers, that a ring remembers having made.
MOST_DERIVED = 2_000
_SPELLING = re.compile(r"[A-Za-z0-9_.-]+")
# Clocks of two machines differ; a token from slightly ahead of ours is not a forgery.
CLOCK_SKEW = timedelta(seconds=60)

_KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class KeyringError(Exception):
    """The keyring is missing, unreadable, exposed or malformed. The message is for the operator and holds no secret."""


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What may be shown of a key. `created_at` is None for keys from the environment."""

    id: str
    created_at: datetime | None
    primary: bool


class Key:
    """One root secret. A plain class with slots: dataclasses.asdict, vars and repr would all show the bytes."""

    __slots__ = ("_secret", "created_at", "id")

    def __init__(self, key_id: str, secret: bytes, created_at: datetime | None) -> None:
        if not _KEY_ID.fullmatch(key_id):
            raise KeyringError("a key id has 1 to 32 characters of a-z, 0-9 and '-', and does not begin with '-'")
        if len(secret) < SECRET_BYTES:
            raise KeyringError(f"the secret of key {key_id} is shorter than {SECRET_BYTES} bytes")
        self.id, self.created_at, self._secret = key_id, created_at, secret

    @classmethod
    def new(cls) -> Key:
        """A fresh secret under an id that tells its day."""
        now = datetime.now(UTC).replace(microsecond=0)
        return cls(f"{now:%Y%m%d}-{secrets.token_hex(4)}", secrets.token_bytes(SECRET_BYTES), now)

    def derive(self, info: bytes, length: int) -> bytes:
        """HKDF-SHA256 without salt: the secret is uniformly random already (RFC 5869 §3.1)."""
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(self._secret)

    def encoded(self) -> str:
        """The secret itself, base64url: for the file and the environment, and nobody else."""
        return base64.urlsafe_b64encode(self._secret).decode().rstrip("=")

    def __repr__(self) -> str:
        return f"<key {self.id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys are not pickled or copied")


class Signer:
    """Signs and verifies tokens of one purpose and context. Made by `Keyring.signer`."""

    __slots__ = ("_serializer",)

    def __init__(self, keys_oldest_first: Sequence[bytes]) -> None:
        self._serializer = URLSafeTimedSerializer(
            list(keys_oldest_first),  # itsdangerous signs with the last and tries them newest first
            salt=b"tapsite",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def sign(self, payload: Any) -> str:
        """A URL- and cookie-safe token holding `payload` (anything JSON has; readable by its bearer) and the time."""
        return str(self._serializer.dumps(payload))

    def verify(self, token: str | None, *, max_age: timedelta) -> Any | None:
        """The payload of a token made by this signer within `max_age`; None when anything at all is wrong."""
        # Python's base64 reads over whatever follows a `=`; one token has one spelling.
        if not token or len(token) > MAX_TOKEN_CHARS or not _SPELLING.fullmatch(token):
            return None
        try:
            payload, signed_at = self._serializer.loads(token, return_timestamp=True)
        except (BadData, ValueError, RecursionError):
            return None
        # Not left to itsdangerous: it refuses any token from the future, even by a second of another machine's clock.
        return payload if -CLOCK_SKEW <= datetime.now(UTC) - signed_at <= max_age else None

    def __repr__(self) -> str:
        return "<Signer>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("signers are not pickled or copied")


class Keyring:
    """Root secrets with key ids, one of them primary. Immutable."""

    __slots__ = ("_keys", "_signers", "_subkeys", "primary_id")

    def __init__(self, keys: Iterable[Key], primary_id: str) -> None:
        ring = list(keys)
        self._keys: dict[str, Key] = {key.id: key for key in ring}
        if len(self._keys) != len(ring):
            raise KeyringError("two keys of the keyring have the same id")
        if primary_id not in self._keys:
            raise KeyringError("the keyring names a primary key that it does not hold")
        self.primary_id = primary_id
        # Each request of a site asks for the same ones again; who reads this process's memory has the secrets anyway.
        self._subkeys = lru_cache(MOST_DERIVED)(self._derive)
        self._signers = lru_cache(MOST_DERIVED)(self._make_signer)

    @classmethod
    def generate(cls) -> Keyring:
        """A new ring of one key, in memory only."""
        key = Key.new()
        return cls([key], key.id)

    @classmethod
    def parse_inline(cls, text: str) -> Keyring:
        """The environment's form: `id:secret,id:secret…`, secrets in base64url; the first is the primary one."""
        keys: list[Key] = []
        for number, part in enumerate(text.strip().split(","), start=1):
            key_id, colon, encoded = part.strip().partition(":")
            if not colon:
                raise KeyringError(f"key {number} of the environment's keyring is not written as id:secret")
            keys.append(Key(key_id, decode_secret(encoded, f"key {number} of the environment's keyring"), None))
        return cls(keys, keys[0].id)

    @property
    def all_keys(self) -> tuple[Key, ...]:
        """The keys in the ring's order."""
        return tuple(self._keys.values())

    @property
    def key_ids(self) -> tuple[str, ...]:
        """All ids, the primary one first, then in the ring's order; what is stored beside a ciphertext."""
        return (self.primary_id, *(key_id for key_id in self._keys if key_id != self.primary_id))

    def describe(self) -> list[KeyInfo]:
        """What may be shown to an operator, the primary key first."""
        return [KeyInfo(i, self._keys[i].created_at, i == self.primary_id) for i in self.key_ids]

    def subkey(
        self, purpose: Purpose, key_id: str | None = None, length: int = 32, context: Sequence[str] = ()
    ) -> bytes:
        """HKDF-SHA256 of the primary key, or of the one named, for a purpose and a context such as a site's id.

        `length` is in bytes, at most 8160. Raises KeyError for a key that the ring does not hold (any more).
        """
        return self._subkeys(purpose, key_id or self.primary_id, length, tuple(context))

    def _derive(self, purpose: Purpose, key_id: str, length: int, context: tuple[str, ...]) -> bytes:
        return self._keys[key_id].derive(_info(purpose, context), length)

    def signer(self, purpose: Purpose, *context: str) -> Signer:
        """Signs with the primary key and verifies with all, for exactly this purpose and context (site, audience…)."""
        return self._signers(purpose, context)

    def _make_signer(self, purpose: Purpose, context: tuple[str, ...]) -> Signer:
        return Signer([self._derive(purpose, key_id, 32, context) for key_id in reversed(self.key_ids)])

    def __repr__(self) -> str:
        return f"<Keyring {', '.join(self.key_ids)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keyrings are not pickled or copied")


def _info(purpose: str, context: Sequence[str]) -> bytes:
    """RFC 5869's `info`: each part with its length before it, so that ("a", "bc") and ("ab", "c") differ."""
    if purpose not in get_args(Purpose):
        raise ValueError(f"unknown purpose of a key: {purpose}")
    parts = [part.encode("utf-8", "surrogatepass") for part in ("tapsite/1", purpose, *context)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def decode_secret(encoded: object, where: str) -> bytes:
    """base64url, padded or not. Raises KeyringError that says `where`."""
    if isinstance(encoded, str):
        try:
            return base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            pass
    raise KeyringError(f"{where}: the secret is not base64url")
