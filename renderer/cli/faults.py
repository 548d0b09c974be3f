"""Known faults, in words."""

import asyncpg

from renderer.db.backup import BackupError
from renderer.db.embedded import EmbeddedError
from renderer.db.migrations import MigrationError, SchemaMismatch
from renderer.db.pool import DatabaseAway
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
    if isinstance(error, (asyncpg.PostgresError, asyncpg.InterfaceError)):
        return f"database: {type(error).__name__}: {error}", 4
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}", 1
    return None
