"""Files that outlive the process and the power."""

import os
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
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


def hand_over(new: Path, path: Path) -> None:
    """Before `new`, a file or folder of ours, comes to stand at `path`: it gets owner and group of what stands there,
    or of the folder that it comes to, as far as this process may give it away, and a file the mode of the one before,
    unless that was open to everybody. So what root writes in the place of another user's is still theirs to read."""
    there = next(one for one in (path, *path.parents) if one.exists())
    before = there.stat()
    with suppress(PermissionError):
        for one in (new, *(new.rglob("*") if new.is_dir() else ())):
            # No link is followed: the folder's owner may put one there meanwhile.
            os.chown(one, before.st_uid, before.st_gid, follow_symlinks=False)
        if there == path and new.is_file() and not before.st_mode & 0o007:
            new.chmod(S_IMODE(before.st_mode))


def why_not_written(folder: Path) -> str | None:
    """What keeps this process from making files below `folder`, made or not yet, in words; None where nothing does."""
    try:
        there = next(part for part in (folder, *folder.parents) if os.path.lexists(part))
        if not there.is_dir():
            return f"{there} is no folder"
    except OSError as error:
        return f"{error.filename}: {error.strerror}"
    return None if os.access(there, os.W_OK | os.X_OK) else f"{there} is not this user's to write in"
