"""Backups: one folder with the database, the spools, owners' pictures and, only if asked for, the keys.

`backup` writes it, `restore` (backup_restore.py) reads it back. Layout and checks: backup_manifest.py.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psycopg

from renderer.db.backup_manifest import (
    DUMP,
    FORMAT,
    KEYRING,
    MEDIA,
    NAME,
    SPOOL,
    BackupError,
    Extension,
    Grant,
    Manifest,
    describe_files,
)
from renderer.db.backup_programs import choose_clients, connect, connection
from renderer.db.backup_restore import restore

__all__ = ["BackupError", "backup", "restore"]

# Objects that stand on an extension's: its indexes can be left out on a server without it, all else cannot.
DEPENDENTS = """
SELECT DISTINCT e.extname, n.nspname, c.relname, pg_describe_object(d.classid, d.objid, d.objsubid)
FROM pg_extension e
LEFT JOIN pg_depend m ON m.refclassid = 'pg_extension'::regclass AND m.refobjid = e.oid AND m.deptype = 'e'
LEFT JOIN pg_depend d ON d.refclassid = m.classid AND d.refobjid = m.objid AND d.deptype IN ('n', 'a')
    AND d.classid NOT IN ('pg_amop'::regclass, 'pg_amproc'::regclass) -- parts of the extension's own operator families
    AND NOT EXISTS (
        SELECT FROM pg_depend own WHERE own.classid = d.classid AND own.objid = d.objid AND own.deptype = 'e')
LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind IN ('i', 'I')
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE e.extname <> 'plpgsql'
ORDER BY 1, 2, 3, 4
"""
# Whom privileges and policies name, owners aside: the restored objects belong to whoever restores.
ROLES = """
SELECT DISTINCT r.rolname FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid
WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype IN ('a', 'r')
    AND (s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        OR s.classid = 'pg_database'::regclass
            AND s.objid = (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND r.rolname NOT LIKE 'pg\\_%'
ORDER BY 1
"""
SETTINGS = """
SELECT split_part(s, '=', 1), substr(s, strpos(s, '=') + 1) FROM pg_db_role_setting, unnest(setconfig) s
WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1
"""
GRANTS = """
SELECT d.datacl IS NULL, r.rolname, a.privilege_type, a.grantee
FROM pg_database d LEFT JOIN aclexplode(d.datacl) a ON a.grantee <> d.datdba LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE d.datname = current_database()
ORDER BY 2, 3
"""


def backup(
    url: str,
    target: Path,
    *,
    var: Path,
    keyring: Path | None = None,
    media: Path | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> Manifest:
    """Write the folder `target`, which must not exist yet: whole, or not at all. Mode 0700, files 0600.

    `url` connects as a role that may read every table (the owner). `var` is where the spools are. `keyring`, a file, is
    copied only if given: together with the database it opens everything. `media` is the folder of owners' pictures,
    None where they are elsewhere. Raises BackupError.
    """
    target = target.absolute()
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} is there already; a backup never overwrites one.")
    if keyring is not None and not keyring.is_file():
        raise BackupError(f"the keys cannot be backed up: there is no file {keyring}.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            manifest = _write(url, partial, var, keyring, media, report)
            partial.rename(target)
        except BaseException:
            shutil.rmtree(partial)
            raise
    except OSError as error:
        raise BackupError(f"the backup could not be written: {error}") from error
    return manifest


def _write(
    url: str, folder: Path, var: Path, keyring: Path | None, media: Path | None, report: Callable[[str], None]
) -> Manifest:
    # Spools first: a record flushed meanwhile is then in both, and its id makes the second one harmless. The other way
    # round it would be in neither.
    spooled = _copy_all(var / SPOOL, folder / SPOOL)
    if keyring is not None:
        (folder / KEYRING).parent.mkdir(mode=0o700)
        _copy_private(keyring, folder / KEYRING)
    with contextlib.closing(connect(url)) as conn:
        server = conn.info.server_version
        clients = choose_clients(server // 10_000, f"a backup of PostgreSQL {server // 10_000}")
        report(f"dumping the database with pg_dump {clients.major}")
        _dump(clients.path("pg_dump"), url, folder / DUMP)
        # Pictures last: no row of the dump is then without its files, unless its owner deleted it meanwhile.
        pictured = _copy_all(media, folder / MEDIA) if media else 0
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            program=_program(),
            server_version=server,
            pg_dump_major=clients.major,
            schema_version=_schema_version(conn),
            roles=[str(row[0]) for row in conn.execute(ROLES)],
            extensions=_extensions(conn),
            settings=[(str(name), str(value)) for name, value in conn.execute(SETTINGS)],
            grants=_grants(conn),
            contains=[
                "database",
                f"spool ({spooled} files)",
                *([f"media ({pictured} files)"] if media else []),
                *(["keys"] if keyring else []),
            ],
            left_out=[
                *([] if media else ["owners' pictures: they are in a bucket, or were left out"]),
                *([] if keyring else ["keys: without them cookies, links and sealed records cannot be opened"]),
                "passwords of database roles: each server has its own",
                "configuration and themes: they belong to the checkout",
            ],
            files=describe_files(folder),
        )
    path = folder / NAME
    path.write_text(json.dumps(manifest.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n")
    path.chmod(0o600)
    return manifest


def _dump(pg_dump: str, url: str, path: Path) -> None:
    dbname, environment = connection(url)
    path.touch(mode=0o600)
    command = [pg_dump, "--no-password", "--format=custom", "--encoding=UTF8", "--lock-wait-timeout=60s"]
    # What needs an administrator, or names another machine's disks, has no place in a tenant's dump.
    # Its transaction numbers mean nothing on another server, and would look like changes that never end.
    command += ["--exclude-table-data=change_log"]
    command += ["--no-publications", "--no-subscriptions", "--no-tablespaces", f"--file={path}", f"--dbname={dbname}"]
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(f"pg_dump failed: {done.stderr.strip()}")


def _copy_all(source: Path, target: Path) -> int:
    copied = 0
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            to = target / path.relative_to(source)
            to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Gone while we copy: a record is in the database then, which is dumped after, and a picture was deleted.
            with contextlib.suppress(FileNotFoundError):
                _copy_private(path, to)
                copied += 1
    return copied


def _copy_private(source: Path, target: Path) -> None:
    with source.open("rb") as read, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
        shutil.copyfileobj(read, to)


def _extensions(conn: psycopg.Connection[tuple[object, ...]]) -> list[Extension]:
    found: dict[str, Extension] = {}
    for name, schema, index, other in conn.execute(DEPENDENTS):
        extension = found.setdefault(str(name), Extension(name=str(name), indexes=[], others=[]))
        if index is not None:
            extension.indexes.append((str(schema), str(index)))
        elif other is not None:
            extension.others.append(str(other))
    return list(found.values())


def _grants(conn: psycopg.Connection[tuple[object, ...]]) -> list[Grant] | None:
    rows = conn.execute(GRANTS).fetchall()
    if rows[0][0]:
        return None
    return [
        Grant(role=None if grantee == 0 else str(role), privilege=str(privilege))
        for _, role, privilege, grantee in rows
        if privilege is not None
    ]


def _schema_version(conn: psycopg.Connection[tuple[object, ...]]) -> int | None:
    row = conn.execute("SELECT to_regclass('public.schema_versions') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return None
    newest = conn.execute("SELECT max(number) FROM public.schema_versions").fetchone()
    return newest[0] if newest and isinstance(newest[0], int) else None


def _program() -> str:
    try:
        return version("tapsite-renderer")
    except PackageNotFoundError:
        return "unknown"
