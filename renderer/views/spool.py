"""A worker's events on disk until the database has them.

    <var>/spool/views/<worker>/lock            held (flock) for as long as the worker lives
    <var>/spool/views/<worker>/<id>.open       the piece that is written to
    <var>/spool/views/<worker>/<id>.piece      closed; becomes one transaction, then is deleted
    <var>/spool/views/quarantine/<id>.jsonl    records that the database refuses

A piece's id is what the database remembers of it (view_pieces), so that one whose deletion did not happen any more
adds nothing. What is written survives the process, though not a power cut before the system wrote it out. Used from
one thread at a time.
"""

import contextlib
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID, uuid4

from renderer.disk import write_all

# About as many records as a transaction should hold: in one of a quarter of them, the transaction itself (its id, its
# sites' counters) takes a third of what storing a view does.
PIECE_BYTES = 1 << 20
_OPEN, _CLOSED, _LOCK = ".open", ".piece", "lock"
QUARANTINE = "quarantine"
UNNAMED_SECONDS = 60
_PIECE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class SpoolFull(Exception):
    """The spool has the size it may have."""


class Spool:
    """The folder of this worker: made when something is first written to it, given up by `close`."""

    def __init__(self, root: Path, most_bytes: int) -> None:
        self._root = root
        self._most_bytes = most_bytes
        self._folder: Path | None = None
        self._lock = -1
        self._file = -1
        self._path: Path | None = None
        self._written = 0  # to the open piece
        self._bytes = 0  # of all pieces

    def open(self) -> Path:
        """The folder. It gets its name when it is locked: before, another worker would take it for a dead one's.

        Raises OSError; the next call tries again.
        """
        if self._folder is not None:
            if os.fstat(self._lock).st_nlink:
                return self._folder
            # Deleted under us.
            os.close(self._lock)
            self._folder = None
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{os.getpid()}-{uuid4().hex[:12]}"
        unnamed = self._root / f".{name}"
        unnamed.mkdir(mode=0o700)
        lock = os.open(unnamed / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._folder = unnamed.rename(self._root / name)
        except OSError:
            os.close(lock)
            raise
        self._lock = lock
        return self._folder

    def close(self) -> None:
        """Give the folder up: what is left in it is adopted by the next worker, here or after a start."""
        with contextlib.suppress(OSError):
            self.rotate()
        if self._folder is not None:
            if not self.pieces():
                shutil.rmtree(self._folder, ignore_errors=True)
            os.close(self._lock)
            self._folder = None

    def append(self, records: Iterable[bytes]) -> None:
        """Write records behind those there are, all of them or none.

        Raises SpoolFull, or OSError for a disk that is full or broken.
        """
        data = b"".join(records)
        if self._bytes + len(data) > self._most_bytes:
            raise SpoolFull
        if self._path is None:
            self._begin()
        try:
            write_all(self._file, data)
        except OSError:
            self._undo()
            raise
        self._written += len(data)
        self._bytes += len(data)
        if self._written >= PIECE_BYTES:
            with contextlib.suppress(OSError):
                self.rotate()

    def put(self, piece: UUID, records: Iterable[bytes]) -> None:
        """Write a piece that has its id already. Raises as `append` does."""
        data = b"".join(records)
        if self._bytes + len(data) > self._most_bytes:
            raise SpoolFull
        folder = self.open()
        unfinished = folder / f".{piece}"
        try:
            with unfinished.open("xb", buffering=0) as file:
                write_all(file.fileno(), data)
            unfinished.rename(folder / f"{piece}{_CLOSED}")
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise
        self._bytes += len(data)

    def rotate(self) -> None:
        """Close the piece that is written to, if there is one."""
        if self._path is not None:
            path, self._path = self._path, None
            try:
                path.rename(path.with_suffix(_CLOSED))
            except FileNotFoundError:
                # Deleted under us; what is open can still be read.
                self._bytes -= self._written
                self.put(uuid4(), [os.pread(self._file, self._written, 0)])
            finally:
                os.close(self._file)

    def pieces(self) -> list[Path]:
        """Closed pieces, oldest first."""
        # One whose closing failed is still called open.
        found = [path for path in _pieces_of(self._folder) if path != self._path] if self._folder else []
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def remove(self, piece: Path) -> None:
        """Delete what the database has."""
        with contextlib.suppress(FileNotFoundError):
            size = piece.stat().st_size
            piece.unlink()
            self._bytes -= size

    def adopt(self) -> int:
        """Take over the pieces of workers that are dead; returns how many. Two adopters never get the same one."""
        if not self._root.is_dir():
            return 0
        self._clear_unnamed()
        others = [folder for folder in self._root.iterdir() if self._is_foreign(folder)]
        return sum(self._adopt(folder, self.open()) for folder in others)

    def set_aside(self, piece: UUID, lines: Iterable[bytes]) -> None:
        """Keep records of a piece that the database refuses, in place of those set aside of it before."""
        folder = self._root / QUARANTINE
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / f"{piece}.jsonl").write_bytes(b"\n".join(lines) + b"\n")

    def _is_foreign(self, folder: Path) -> bool:
        return folder not in (self._folder, self._root / QUARANTINE) and folder.name[0] != "." and folder.is_dir()

    def _clear_unnamed(self) -> None:
        """Folders of workers that were killed before these got their name: nothing was written to them yet."""
        for folder in self._root.glob(".*-*"):
            with contextlib.suppress(OSError):
                if time.time() - folder.stat().st_mtime > UNNAMED_SECONDS:
                    shutil.rmtree(folder)

    def _adopt(self, folder: Path, own: Path) -> int:
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return 0  # just made, or just gone
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left = _pieces_of(folder)
            for path in left:
                self._bytes += path.stat().st_size
                path.rename(own / f"{path.stem}{_CLOSED}")
            shutil.rmtree(folder, ignore_errors=True)
            return len(left)
        except OSError:
            return 0  # alive, or another one's by now
        finally:
            os.close(lock)

    def _begin(self) -> None:
        path = self.open() / f"{uuid4()}{_OPEN}"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._path, self._written = path, 0

    def _undo(self) -> None:
        """Leave no half record before the next one; where even that fails, write to a new piece from now on."""
        try:
            os.ftruncate(self._file, self._written)
        except OSError:
            self.rotate()


def _pieces_of(folder: Path) -> list[Path]:
    with contextlib.suppress(FileNotFoundError):
        return [path for path in folder.iterdir() if _is_piece(path)]
    return []


def _is_piece(path: Path) -> bool:
    # A folder or a pipe of such a name cannot be read, and would keep all others from being stored.
    named = path.suffix in (_OPEN, _CLOSED) and _PIECE.fullmatch(path.stem)
    return bool(named) and path.is_file() and not path.is_symlink()


def spool_folder(var: Path) -> Path:
    """Where the spools of page views are; `renderer backup` takes them along."""
    return var / "spool" / "views"


def records_set_aside(var: Path) -> tuple[Path, int] | None:
    """The quarantine's folder and how many records are in it; None where there is none."""
    folder = spool_folder(var) / QUARANTINE
    lines = sum(path.read_bytes().count(b"\n") for path in folder.glob("*.jsonl"))
    return (folder, lines) if lines else None
