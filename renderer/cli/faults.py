"""Known faults, in words."""

import errno
import resource

import asyncpg
import psycopg

from renderer.db.backup import BackupError
from renderer.db.embedded import EmbeddedError
from renderer.db.migrations import MigrationError
from renderer.db.schema import SchemaMismatch
from renderer.db.sessions import DatabaseAway
from renderer.keyring import KeyringError
from renderer.objects import Away
from renderer.settings import SettingsError
from renderer.themes import ThemeError
from renderer.views import PlacesError
from renderer.workers import AddressInUse, WorkersFailed

CODES: tuple[tuple[type[BaseException], int], ...] = (
    (SettingsError, 3),
    (KeyringError, 3),
    (DatabaseAway, 4),
    (SchemaMismatch, 4),
    (EmbeddedError, 4),
    (MigrationError, 4),
    (AddressInUse, 5),
    (WorkersFailed, 1),
    (ThemeError, 1),
    (PlacesError, 3),
    (BackupError, 1),
    (Away, 1),
)


def explain(error: BaseException) -> tuple[str, int] | None:
    """(message, exit code) of a fault an operator can mend; None for one that is ours."""
    for kind, code in CODES:
        if isinstance(error, kind):
            return str(error), code
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return f"database: {error}: give the URL's user the role it is for (GRANT tapsite_edge TO …)", 4
    if isinstance(error, (asyncpg.PostgresError, asyncpg.InterfaceError)):
        return f"database: {type(error).__name__}: {error}", 4
    if isinstance(error, psycopg.Error):
        return f"database: {type(error).__name__}: {' '.join(str(error).split())}", 4
    # How Path.resolve() puts it.
    if isinstance(error, RuntimeError) and str(error).startswith("Symlink loop"):
        return str(error), 3
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return f"{error.strerror}: this process may open {most}; expected 1024 or more (LimitNOFILE=, ulimit -n)", 1
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO) and not error.filename:
        return f"cannot write: {error.strerror}", 1
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}", 1
    return None
