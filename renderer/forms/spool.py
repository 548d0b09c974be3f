"""Leads on disk until the database has them: encrypted, one file each, on the disk before the answer.

    <var>/spool/forms/<lead>.<site>.<form>.lead    sealed under the keyring, bound to this very name
    <var>/spool/forms/aside/                       what the database refuses, as it was

The folder is everybody's, and locked (flock) by the worker that stores: what a dead worker left is there for the next
one that looks. A lead's id is the same for the same sent twice, so it makes one file, and the database knows it again.
Used from threads.
"""

import fcntl
import math
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from renderer.disk import write_all, write_durably
from renderer.forms.lead import Lead, from_bytes, to_bytes
from renderer.keyring import CannotOpen, Keyring, seal, unseal

ASIDE = "aside"
UNFINISHED_SECONDS = 3_600
_NAME = re.compile(r"([0-9a-f-]{36})\.([0-9a-f-]{36})\.([A-Za-z0-9_-]{1,64})\.lead")
_COUNT_SECONDS = 1.0


class SpoolFull(OSError):
    """The spool has the size it may have."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file of the spool. `website_id` and `key` (of its form) are what its name says."""

    path: Path
    id: UUID
    website_id: UUID
    key: str


class Spool:
    """`most_bytes` is for all workers together, near enough."""

    def __init__(self, folder: Path, keyring: Keyring, most_bytes: int) -> None:
        self.folder, self.keyring, self._most_bytes = folder, keyring, most_bytes
        self._counted, self._bytes = 0.0, 0

    def put(self, website_id: UUID, lead: Lead) -> None:
        """Keep a lead: when this returns, it survives a power cut. Raises OSError, SpoolFull among them."""
        name = f"{lead.id}.{website_id}.{lead.key}.lead"
        sealed = seal(self.keyring, "spool", to_bytes(lead), name.encode(), "forms")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._size() + len(sealed) > self._most_bytes:
            raise SpoolFull
        self._bytes += len(sealed)
        write_durably(self.folder / name, sealed)

    def waiting(self) -> list[Waiting]:
        """What waits, the longest waiting first."""
        found = sorted((state.st_mtime_ns, name) for name, state in self._files() if name.endswith(".lead"))
        return [one for _, name in found if (one := self._named(name)) is not None]

    def read(self, one: Waiting) -> Lead:
        """Raises CannotOpen, ValueError for what no version wrote, OSError."""
        data = unseal(self.keyring, "spool", one.path.read_bytes(), one.path.name.encode(), "forms")
        lead = from_bytes(data)
        if (lead.id, lead.key) != (one.id, one.key):
            raise ValueError("not the lead of its name")
        return lead

    def remove(self, one: Waiting) -> None:
        """Delete what the database has."""
        one.path.unlink(missing_ok=True)
        self._counted = 0.0

    def set_aside(self, one: Waiting) -> None:
        """Keep what cannot be stored where it is not tried again."""
        (self.folder / ASIDE).mkdir(mode=0o700, exist_ok=True)
        one.path.rename(self.folder / ASIDE / one.path.name)

    def erase(self, website_id: UUID, lead_id: UUID, before: float = math.inf) -> int:
        """Delete a lead wherever it lies, unless it came after `before` (time.time()); returns how many files."""
        count = 0
        for path in self.folder.rglob(f"{lead_id}.{website_id}.*.lead"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime <= before:
                    path.unlink()
                    count += 1
        return count

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this is the one process that stores now."""
        lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(lock)

    def prove(self) -> list[str]:
        """Why leads could not be kept here, or what lies here cannot be opened; empty when all is well."""
        faults = []
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._clear_unfinished()
            # Processes of two containers may have one number.
            probe = self.folder / f".probe-{os.getpid()}-{secrets.token_hex(4)}"
            file = os.open(probe, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                write_all(file, seal(self.keyring, "spool", b"probe", b"probe", "forms"))
                os.fsync(file)
            finally:
                os.close(file)
            unseal(self.keyring, "spool", probe.read_bytes(), b"probe", "forms")
            probe.unlink()
        except OSError as fault:
            faults.append(f"{self.folder} cannot be written: {fault.strerror}")
        closed: dict[str, int] = {}
        for one in self.waiting():
            try:
                self.read(one)
            except (CannotOpen, ValueError) as fault:
                closed[str(fault)] = closed.get(str(fault), 0) + 1
            except OSError:
                continue  # stored meanwhile
        faults += [f"{count} leads in {self.folder} cannot be opened: {why}" for why, count in closed.items()]
        return faults

    def _clear_unfinished(self) -> None:
        """What was being written when its worker was killed: nobody was told that it was kept."""
        for name, state in self._files():
            if name.startswith(".") and time.time() - state.st_mtime > UNFINISHED_SECONDS:
                (self.folder / name).unlink(missing_ok=True)

    def _named(self, name: str) -> Waiting | None:
        match = _NAME.fullmatch(name)
        try:
            return Waiting(self.folder / name, UUID(match[1]), UUID(match[2]), match[3]) if match else None
        except ValueError:
            return None

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        """Those that are there; others delete some meanwhile."""
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    yield entry.name, entry.stat()

    def _size(self) -> int:
        if time.monotonic() - self._counted > _COUNT_SECONDS:
            self._bytes = sum(state.st_size for _, state in self._files())
            self._counted = time.monotonic()
        return self._bytes


def left_on_disk(var: Path) -> tuple[int, int]:
    """How many leads wait, and how many were set aside."""
    folder = spool_folder(var)
    return len(list(folder.glob("*.lead"))), len(list((folder / ASIDE).glob("*.lead")))


def spool_folder(var: Path) -> Path:
    """Where leads wait; `renderer backup` takes them along."""
    return var / "spool" / "forms"
