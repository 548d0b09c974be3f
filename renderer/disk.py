"""Files that outlive the process and the power."""

import os
from pathlib import Path
from uuid import uuid4


def write_all(file: int, data: bytes) -> None:
    """All of it, however little the system takes at a time. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def write_durably(path: Path, data: bytes) -> None:
    """A file that is there as a whole or not at all, whatever happens: when this returns, it is on the disk.

    Raises OSError; nothing is left behind then, but after a kill a file whose name begins with a dot may be.
    """
    unfinished = path.with_name(f".{uuid4().hex}")
    file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        try:
            write_all(file, data)
            os.fsync(file)
        finally:
            os.close(file)
        unfinished.rename(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """A new name is on the disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def why_not_written(folder: Path) -> str | None:
    """What keeps this process from making files below `folder`, made or not yet, in words; None where nothing does."""
    try:
        there = next(part for part in (folder, *folder.parents) if os.path.lexists(part))
        if not there.is_dir():
            return f"{there} is no folder"
    except OSError as error:
        return f"{error.filename}: {error.strerror}"
    return None if os.access(there, os.W_OK | os.X_OK) else f"{there} is not this user's to write in"
