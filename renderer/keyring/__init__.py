"""The keyring: the installation's root secrets, and every key derived from them.

One keyring serves the whole installation. It lives in a file (TOML, mode 0600) or in an environment variable, never in
the database: a dump must not contain what its own ciphertext is opened with.

The primary key signs; every key of the ring verifies, until the operator removes it. A running process keeps the ring
it started with. Where several processes are restarted one by one, `add_key` first, restart, then `promote_key`: nobody
then meets a token of a key it does not know. `rotate` does both at once, for a single process or where a short gap is
no harm.
"""

from renderer.keyring.file import (
    add_key,
    load_keyring,
    load_or_create,
    new_inline,
    promote_key,
    read_keyring,
    remove_key,
    rotate,
)
from renderer.keyring.ring import KeyInfo, Keyring, KeyringError, Purpose, Signer
from renderer.keyring.sealed import CannotOpen, seal, unseal

__all__ = [
    "CannotOpen",
    "KeyInfo",
    "Keyring",
    "KeyringError",
    "Purpose",
    "Signer",
    "add_key",
    "load_keyring",
    "load_or_create",
    "new_inline",
    "promote_key",
    "read_keyring",
    "remove_key",
    "rotate",
    "seal",
    "unseal",
]
