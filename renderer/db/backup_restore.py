"""Restoring a backup: the whole database in one transaction, so that it succeeds or changes nothing.

pg_restore turns the dump into SQL, and one psql runs, in a single transaction: missing roles, the emptying (with
`force`), that SQL, and the settings and privileges of the database itself, which pg_dump leaves out. Spools, pictures
and keys are put in place after the commit; what stood there before is kept beside.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

import psycopg
from psycopg import sql

from renderer.db.backup_manifest import DUMP, KEYRING, MEDIA, SPOOL, BackupError, Manifest, read_manifest
from renderer.db.backup_programs import Clients, choose_clients, connect, connection
from renderer.db.schema import too_old
from renderer.disk import hand_over

Connection = psycopg.Connection[tuple[object, ...]]

# Everything that lies directly in a schema of the user's, extensions' own objects aside, and what ends with
# something else: PostgreSQL refuses to drop an identity column's sequence by itself.
OBJECTS = """
SELECT d.classid, d.objid FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid
WHERE d.refclassid = 'pg_namespace'::regclass AND d.deptype = 'n'
    AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid
            -- A table's columns may end with something, too: those that partitions go by do with the table itself.
            AND e.objsubid = d.objsubid AND e.deptype IN ('e', 'i')
    )
"""
# Not "DROP SCHEMA public": that would take extensions along and leave the schema with another owner and other rights.
EMPTY = f"""
SET LOCAL lock_timeout = '30s';
SET LOCAL client_min_messages = warning;
DO $empty$
DECLARE
    found record;
    what record;
BEGIN
    FOR found IN {OBJECTS} LOOP
        SELECT * INTO what FROM pg_identify_object(found.classid, found.objid, 0);
        IF what.identity IS NOT NULL THEN
            EXECUTE 'DROP ' || what.type || ' ' || what.identity || ' CASCADE';
        END IF;
    END LOOP;
    FOR found IN SELECT nspname FROM pg_namespace
        WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public') LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', found.nspname);
    END LOOP;
END
$empty$;
"""


def restore(
    url: str,
    source: Path,
    *,
    var: Path,
    force: bool = False,
    keyring: Path | None = None,
    media: Path | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> Manifest:
    """Restore the folder `source` into the database of `url`, its spools below `var`, and its pictures to `media`.

    A database, spool, folder of pictures or keyring that is not empty is refused unless `force`. `keyring` is where the
    keys go; they are left alone if it is None, as pictures are without `media`. What was restored belongs to the role
    of `url`; `report` gets a line for each thing worth knowing. Raises BackupError, and then nothing was changed.
    """
    manifest = read_manifest(source)
    folders = {SPOOL: var / SPOOL, **({MEDIA: media} if media else {})}
    clients = choose_clients(manifest.pg_dump_major, "this backup")
    _check_files(source, manifest, folders, keyring, force)
    with contextlib.closing(connect(url)) as conn:
        if fault := too_old(conn.info.server_version // 10_000):
            raise BackupError(fault)
        row = conn.execute(f"SELECT count(*) FROM ({OBJECTS}) objects").fetchone()
        occupied = bool(row and row[0])
        if occupied and not force:
            raise BackupError(
                f"the database {conn.info.dbname} is not empty. Restore into an empty one, or replace all it holds "
                "with --force."
            )
        with tempfile.TemporaryDirectory() as scratch:
            contents = Path(scratch) / "contents"
            contents.write_text(_contents(conn, clients, source / DUMP, manifest, report))
            before = _roles(conn, manifest, report) + (EMPTY if occupied else "")
            _run(conn, clients, url, source / DUMP, contents, before, _after(conn, manifest))
        try:
            _place_files(source, manifest, folders, keyring, report)
        except OSError as error:
            raise BackupError(f"the database was restored, but the files beside it were not: {error}") from error
        conn.execute("ANALYZE")  # the dump has no statistics, and without them plans are guesses
    return manifest


def _check_files(
    source: Path, manifest: Manifest, folders: Mapping[str, Path], keyring: Path | None, force: bool
) -> None:
    if keyring is not None and KEYRING not in manifest.files:
        raise BackupError(f"{source} holds no keys; it was made without them.")
    if force:
        return
    if keyring is not None and keyring.exists() and keyring.read_bytes() != (source / KEYRING).read_bytes():
        raise BackupError(f"{keyring} holds other keys. They are replaced (and kept beside) only with --force.")
    for kind, folder in folders.items():
        if _below(manifest, kind) and any(path.is_file() for path in folder.rglob("*")):
            raise BackupError(f"{folder} is not empty. It is replaced (and kept beside) only with --force.")


def _below(manifest: Manifest, kind: str) -> list[str]:
    return [name for name in manifest.files if name.startswith(f"{kind}/")]


def _contents(conn: Connection, clients: Clients, dump: Path, manifest: Manifest, report: Callable[[str], None]) -> str:
    """pg_restore's table of contents without the lines that cannot work on this server."""
    available = {row[0] for row in conn.execute("SELECT name FROM pg_available_extensions")}
    skipped = ["COMMENT - EXTENSION "]  # only an extension's owner may comment on it
    for extension in manifest.extensions:
        if extension.name in available:
            continue
        if extension.others:
            raise BackupError(
                f"this server does not offer the extension {extension.name}, which {extension.others[0]} needs."
            )
        skipped.append(f" EXTENSION - {extension.name} ")
        for schema, name in extension.indexes:
            skipped += [f" INDEX {schema} {name} ", f" COMMENT {schema} INDEX {name} "]
            report(f"left out: index {name}, for this server does not offer the extension {extension.name}")
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL
        [clients.path("pg_restore"), "--list", dump],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env=_plain(),
    )
    if done.returncode != 0:
        raise BackupError(f"pg_restore cannot read {dump}: {done.stderr.strip()}")
    foreign = [
        line
        for line in done.stdout.splitlines()
        if " DEFAULT ACL " in line and not line.endswith(f" {conn.info.user}") and not line.startswith(";")
    ]
    for line in foreign:
        report(f"left out: default privileges of the role {line.rsplit(' ', 1)[1]}")
    kept = (line for line in done.stdout.splitlines() if line not in foreign and not any(s in line for s in skipped))
    return "\n".join(kept) + "\n"


def _roles(conn: Connection, manifest: Manifest, report: Callable[[str], None]) -> str:
    there = {row[0] for row in conn.execute("SELECT rolname FROM pg_roles")}
    missing = [role for role in manifest.roles if role not in there]
    commands = [sql.SQL("CREATE ROLE {} NOLOGIN;\n").format(sql.Identifier(role)).as_string(conn) for role in missing]
    allowed = conn.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    if missing and not (allowed and allowed[0]):
        raise BackupError(
            "the backup grants privileges to roles that this server lacks, and this user may not create them. "
            "An administrator runs:\n" + "".join(f"  {command}" for command in commands)
        )
    for role in missing:
        report(f"made the role {role}, which cannot log in until it gets a password")
    return "".join(commands)


def _after(conn: Connection, manifest: Manifest) -> str:
    """Settings and privileges of the database itself. FROM CURRENT, since lists are quoted each in its own way."""
    database = sql.Identifier(conn.info.dbname)
    parts: list[sql.Composable] = [sql.SQL("\nSET LOCAL search_path = pg_catalog;\n")]
    for name, value in manifest.settings:
        parts += [
            sql.SQL("SELECT pg_catalog.set_config({}, {}, true);\n").format(sql.Literal(name), sql.Literal(value)),
            sql.SQL("ALTER DATABASE {} SET {} FROM CURRENT;\n").format(
                database, sql.SQL(".").join(map(sql.Identifier, name.split(".")))
            ),
        ]
    if manifest.grants is not None:
        parts.append(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC;\n").format(database))
        for grant in manifest.grants:
            role = sql.SQL("PUBLIC") if grant.role is None else sql.Identifier(grant.role)
            privilege = sql.SQL(grant.privilege)  # its model lets capital letters through, no more
            parts.append(sql.SQL("GRANT {} ON DATABASE {} TO {};\n").format(privilege, database, role))
    return sql.Composed(parts).as_string(conn)


def _run(conn: Connection, clients: Clients, url: str, dump: Path, contents: Path, before: str, after: str) -> None:
    """Pipe `before`, pg_restore's SQL and `after` through one psql, which commits at the end of its input."""
    dbname, environment = connection(url)
    make = [clients.path("pg_restore"), "--no-owner", f"--use-list={contents}", "--file=-", str(dump)]
    run = [clients.path("psql"), "--no-psqlrc", "--no-password", "--quiet", "--single-transaction"]
    run += ["--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--dbname={dbname}", "--file=-"]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with tempfile.TemporaryFile() as broken, tempfile.TemporaryFile() as failed:
        with (
            subprocess.Popen(make, stdin=nothing, stdout=pipe, stderr=broken, env=_plain()) as maker,  # noqa: S603 PostgreSQL's
            subprocess.Popen(run, stdin=pipe, stdout=nothing, stderr=failed, env=environment) as runner,  # noqa: S603 PostgreSQL's
        ):
            try:
                # A broken pipe: psql has stopped at an error, and says at which.
                with contextlib.suppress(BrokenPipeError):
                    _feed(maker, cast(IO[bytes], runner.stdin), conn.info.server_version, before, after)
            except BaseException:
                runner.kill()
                maker.kill()
                raise
            finally:
                with contextlib.suppress(BrokenPipeError):
                    cast(IO[bytes], runner.stdin).close()
        if runner.returncode != 0:
            for said in (failed, broken):
                said.seek(0)
                if words := said.read().decode(errors="replace").strip():
                    raise BackupError(f"the restore failed and changed nothing: {words}")
            raise BackupError("the restore failed and changed nothing; PostgreSQL's programs did not say why.")


def _feed(maker: "subprocess.Popen[bytes]", into: IO[bytes], server_version: int, before: str, after: str) -> None:
    made = cast(IO[bytes], maker.stdout)
    into.write(before.encode())
    header = made.read(8192)
    # pg_restore's header sets what servers before 17 do not know, which would end the transaction.
    into.write(header if server_version >= 170_000 else header.replace(b"SET transaction_timeout = 0;\n", b""))
    while piece := made.read(262_144):
        into.write(piece)
    if maker.wait() != 0:
        # The end of input would commit what came so far.
        after = "\nDO $$ BEGIN RAISE EXCEPTION 'the dump could not be read to its end'; END $$;\n"
    into.write(after.encode())


def _place_files(
    source: Path,
    manifest: Manifest,
    folders: Mapping[str, Path],
    keyring: Path | None,
    report: Callable[[str], None],
) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    for kind, folder in folders.items():
        if names := _below(manifest, kind):
            new = folder.with_name(f"{folder.name}.restoring-{stamp}")
            for name in names:
                path = new / Path(name).relative_to(kind)
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copyfile(source / name, path)
                path.chmod(0o600)
            _replace(folder, new, stamp, report)
    if keyring is not None:
        keyring.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = keyring.with_name(f"{keyring.name}.restoring-{stamp}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write((source / KEYRING).read_bytes())
        _replace(keyring, fresh, stamp, report)


def _replace(path: Path, new: Path, stamp: str, report: Callable[[str], None]) -> None:
    hand_over(new, path)
    if path.exists():
        former = path.rename(path.with_name(f"{path.name}.before-{stamp}"))
        report(f"replaced {path}; what was there is now {former}")
    new.rename(path)


def _plain() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}
