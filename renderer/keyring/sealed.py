"""Bytes that only who holds the keyring reads, and only in the place they were sealed for.

AES-256-GCM (NIST SP 800-38D) under a key of the purpose and context. Layout: length of the key id, key id, nonce of
12 bytes, ciphertext and tag.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from renderer.keyring.ring import Keyring, Purpose

_NONCE_BYTES = 12


class CannotOpen(Exception):
    """`key_id` is that of a key which the keyring lacks; None: the bytes are not what was sealed for this place."""

    def __init__(self, key_id: str | None) -> None:
        super().__init__(f"key {key_id} is not in the keyring" if key_id else "damaged, or of another place")
        self.key_id = key_id


def seal(keyring: Keyring, purpose: Purpose, data: bytes, bound: bytes, *context: str) -> bytes:
    """`data` under the primary key. `bound` is where it belongs: needed to open it, and not hidden in it."""
    key_id, nonce = keyring.primary_id, secrets.token_bytes(_NONCE_BYTES)
    name = key_id.encode()
    sealed = AESGCM(keyring.subkey(purpose, key_id, context=context)).encrypt(nonce, data, bound)
    return bytes([len(name)]) + name + nonce + sealed


def unseal(keyring: Keyring, purpose: Purpose, sealed: bytes, bound: bytes, *context: str) -> bytes:
    """What was sealed for this purpose, context and place. Raises CannotOpen."""
    end = 1 + sealed[0] if sealed else 0
    name, nonce, rest = sealed[1:end], sealed[end : end + _NONCE_BYTES], sealed[end + _NONCE_BYTES :]
    key_id = name.decode("ascii", "replace")
    try:
        key = keyring.subkey(purpose, key_id or "-", context=context)
    except KeyError:
        raise CannotOpen(key_id if key_id.isalnum() or "-" in key_id else None) from None
    try:
        return AESGCM(key).decrypt(nonce, rest, bound)
    except (InvalidTag, ValueError):
        raise CannotOpen(None) from None
