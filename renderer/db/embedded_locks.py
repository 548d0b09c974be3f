"""The three lock files of an embedded server: who may act, who uses it, and whether PostgreSQL is alive.

All are flock(2) locks: the kernel drops them with the last process that holds them, however it ended, so there is
never a stale one to clear away.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """One process at a time starts, stops or removes the server of `root`."""
    while True:
        handle = _open(root / "lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # `remove` may have deleted the file while we waited for it.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), (root / "lock").stat()):
                    yield
                    return
        finally:
            # Explicitly: a child forked meanwhile shares the lock, and closing our descriptor alone would leave it.
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)


def join_users(root: Path) -> int:
    """Become one of the users of the server; they end with `os.close` of what is returned."""
    handle = _open(root / "users")
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def is_last(users: int) -> bool:
    """Whether nobody else is a user; we stay one. Only meaningful under the exclusive lock."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        # A conversion is not atomic: a failed one may have dropped our own lock (flock(2)).
        fcntl.flock(users, fcntl.LOCK_SH)
    return True


@contextlib.contextmanager
def alive_lock(root: Path) -> Iterator[int]:
    """A descriptor holding `alive` shared, to be inherited by the PostgreSQL process that is started inside."""
    handle = _open(root / "alive")
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle
    finally:
        os.close(handle)


def is_alive(root: Path) -> bool:
    """Whether any PostgreSQL process of this root is left: postmaster, backends, initdb."""
    handle = _open(root / "alive")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _open(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    if os.geteuid() == 0:
        # What root makes in the directory of an ordinary user stays usable for that user.
        owner = path.parent.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)
    return handle
