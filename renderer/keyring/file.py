"""The keyring on disk: read with suspicion, written whole or not at all."""

import fcntl
import os
import stat
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from renderer.disk import hand_over
from renderer.keyring.ring import Key, KeyInfo, Keyring, KeyringError, decode_secret

FORMAT = 1
MAX_FILE_BYTES = 64 * 1024

_HEADER = """\
# Root secrets of this installation. Whoever reads this file can forge every cookie and link and open every record.
# Keep a copy apart from the database's backups. Written by `renderer secrets`; remarks of your own are not kept.
"""


def load_keyring(path: Path, inline: str | None = None) -> Keyring:
    """The ring of the environment (`inline`: see `Keyring.parse_inline`) if given, or else of the file.

    Raises KeyringError where the file is missing too: nothing is made up, because secrets that each machine made for
    itself would sign everybody out and leave stored records unreadable.
    """
    return Keyring.parse_inline(inline) if inline else read_keyring(path)


def load_or_create(path: Path) -> Keyring:
    """The ring of the file, which is made first where it is missing: for development and the demo, not for production.

    Of two processes that start at once, one makes the file and both read it.
    """
    if not path.exists():
        with _locked(path) as target:
            if not target.exists():
                _write(target, Keyring.generate())
    return read_keyring(path)


def rotate(path: Path) -> KeyInfo:
    """Add a key and make it the primary one; the others go on verifying. Makes the file where it is missing."""
    return _change(path, lambda ring: _with_new_key(ring, promote=True), create=True)


def add_key(path: Path) -> KeyInfo:
    """Add a key that verifies but does not sign yet."""
    return _change(path, lambda ring: _with_new_key(ring, promote=False))


def promote_key(path: Path, key_id: str) -> KeyInfo:
    """Make a key of the ring the primary one."""
    return _change(path, lambda ring: (Keyring(ring.all_keys, _known(ring, key_id)), key_id))


def remove_key(path: Path, key_id: str) -> KeyInfo:
    """Forget a key: its tokens are refused from the next start on, and what it encrypted cannot be opened again.

    Returns what was removed. The primary key cannot be: promote another one first.
    """
    removed: list[KeyInfo] = []

    def change(ring: Keyring) -> tuple[Keyring, str]:
        if _known(ring, key_id) == ring.primary_id:
            raise KeyringError(f"{path}: {key_id} is the primary key; promote another one before removing it")
        removed.extend(info for info in ring.describe() if info.id == key_id)
        return Keyring([key for key in ring.all_keys if key.id != key_id], ring.primary_id), ring.primary_id

    _change(path, change)
    return removed[0]


def new_inline() -> str:
    """A fresh key in the environment's form. A secret: to be shown once, to the operator who asked for it."""
    key = Key.new()
    return f"{key.id}:{key.encoded()}"


def read_keyring(path: Path) -> Keyring:
    """The ring of a file. Raises KeyringError where the file is missing, exposed to others, or not of this format."""
    try:
        # Not to be kept waiting by a named pipe. Links are followed: mounted secrets are links.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise KeyringError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        _refuse_exposed(path, os.fstat(descriptor))
        raw = os.read(descriptor, MAX_FILE_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(raw) > MAX_FILE_BYTES:
        raise KeyringError(f"{path}: larger than any keyring ({MAX_FILE_BYTES} bytes)")
    try:
        data = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        # Without the parser's message, which may quote the line.
        raise KeyringError(f"{path}: not a keyring: not valid TOML") from None
    try:
        return _parse(data)
    except KeyringError as error:
        raise KeyringError(f"{path}: {error}") from None


def _refuse_exposed(path: Path, status: os.stat_result) -> None:
    """The rule PostgreSQL has for its private key: 0600, or 0640 where root is the owner, as mounted secrets are."""
    if not stat.S_ISREG(status.st_mode):
        raise KeyringError(f"{path}: not a regular file")
    ours = os.geteuid()
    if ours != 0 and status.st_uid not in (0, ours):
        raise KeyringError(f"{path}: belongs to another user (uid {status.st_uid}), who could change it; chown it")
    loose = 0o037 if status.st_uid == 0 else 0o077
    if status.st_mode & loose:
        mode = f"{stat.S_IMODE(status.st_mode):04o}"
        raise KeyringError(f"{path}: mode {mode} lets other users at the secrets; run chmod 600 on it")


def _parse(data: dict[str, Any]) -> Keyring:
    if data.get("format") != FORMAT or isinstance(data.get("format"), bool):
        raise KeyringError(f"unknown format {data.get('format')!r}, expected {FORMAT}: written by another version?")
    entries, primary = data.get("key"), data.get("primary")
    if (
        not isinstance(entries, list)
        or not entries
        or not isinstance(primary, str)
        or set(data) - {"format", "primary", "key"}
    ):
        raise KeyringError("expected format, primary and one [[key]] or more, and nothing else")
    return Keyring([_parse_key(entry, number) for number, entry in enumerate(entries, start=1)], primary)


def _parse_key(entry: object, number: int) -> Key:
    where = f"key {number}"
    if not isinstance(entry, dict) or set(entry) != {"id", "created_at", "secret"}:
        raise KeyringError(f"{where}: expected id, created_at and secret, and nothing else")
    created_at = entry["created_at"]
    if not isinstance(created_at, datetime) or created_at.tzinfo is None:
        raise KeyringError(f"{where}: created_at is not a date and time with its offset")
    return Key(entry["id"] if isinstance(entry["id"], str) else "", decode_secret(entry["secret"], where), created_at)


def _known(ring: Keyring, key_id: str) -> str:
    if key_id not in ring.key_ids:
        raise KeyringError(f"the keyring holds no key {key_id}; it holds {', '.join(ring.key_ids)}")
    return key_id


def _with_new_key(ring: Keyring | None, *, promote: bool) -> tuple[Keyring, str]:
    key = Key.new()
    keys = (*ring.all_keys, key) if ring else (key,)
    return Keyring(keys, key.id if promote or ring is None else ring.primary_id), key.id


def _change(path: Path, change: Callable[[Keyring], tuple[Keyring, str]], *, create: bool = False) -> KeyInfo:
    with _locked(path) as target:
        if create and not target.exists():
            ring = Keyring.generate()
            shown = ring.primary_id
        else:
            ring, shown = change(read_keyring(target))
        _write(target, ring)
    return next(info for info in ring.describe() if info.id == shown)


@contextmanager
def _locked(path: Path) -> Iterator[Path]:
    """Hold the keyring's folder against other writers; gives the file itself where `path` is a link to it."""
    target = path.resolve()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise KeyringError(f"{target.parent}: {error.strerror}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield target
    finally:
        os.close(folder)


def _write(target: Path, ring: Keyring) -> None:
    """Replace the file in one step: whoever reads sees the old ring or the new one, also after a power cut."""
    lines = [_HEADER, f"format = {FORMAT}", f'primary = "{ring.primary_id}"']
    for key in ring.all_keys:
        created_at = key.created_at.isoformat() if key.created_at else ""
        lines += ["", "[[key]]", f'id = "{key.id}"', f"created_at = {created_at}", f'secret = "{key.encoded()}"']
    try:
        # mkstemp gives mode 0600 from the first moment, whatever the umask.
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                hand_over(Path(temporary), target)
                file.write("\n".join(lines) + "\n")
                file.flush()
                os.fsync(descriptor)
            Path(temporary).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise KeyringError(f"{target}: cannot be written: {error.strerror}") from None
