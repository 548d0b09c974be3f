"""Backup and restore, with real servers: what was there comes back, or nothing is changed and the reason is said."""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from renderer.db import backup_programs
from renderer.db.backup import BackupError, backup, restore
from renderer.db.backup_restore import OBJECTS
from renderer.db.embedded import ADMINISTRATOR, EmbeddedServer, remove, start
from tests.databases import Database

FAST = {"fsync": "off"}
CONTENT: LiteralString = """
CREATE TYPE mood AS ENUM ('senang', 'sedih');
CREATE TABLE sites (id integer PRIMARY KEY, name text NOT NULL, mood mood, document jsonb);
INSERT INTO sites VALUES (1, 'Kopi Senja \\ "x" — ☕', 'senang', '{"a": 1e5000}'), (2, E'tab\\tnew\\nline', NULL, NULL);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$;
CREATE TRIGGER never BEFORE UPDATE OR DELETE ON sites EXECUTE FUNCTION refuse();
CREATE VIEW shown AS SELECT id, name FROM sites;
CREATE SEQUENCE numbers;
SELECT nextval('numbers'), nextval('numbers');
CREATE SCHEMA apart;
CREATE TABLE apart.more AS SELECT 7 AS seven;
"""


@dataclass(frozen=True)
class World:
    """A server, the URL of a database in it, and a folder to play in."""

    server: EmbeddedServer
    url: str
    folder: Path

    @property
    def var(self) -> Path:
        return self.folder / "var"

    def tell(self, command: LiteralString, url: str | None = None) -> None:
        with closing(psycopg.connect(url or self.url, autocommit=True)) as conn:
            conn.execute(command)

    def ask(self, query: LiteralString, url: str | None = None) -> object:
        with closing(psycopg.connect(url or self.url)) as conn:
            row = conn.execute(query).fetchone()
        return row and row[0]

    def another(self, name: str) -> str:
        """The URL of a new empty database of the same owner."""
        with closing(psycopg.connect(self.server.url(database="postgres"), autocommit=True)) as conn:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.server.url(database=name)


@pytest.fixture(scope="module")
def servers() -> Iterator[list[EmbeddedServer]]:
    """Two servers: the second one has never seen the first one's roles, and offers no extension."""
    above = Path(tempfile.mkdtemp(prefix="backup-"))
    above.chmod(0o755)
    both: list[EmbeddedServer] = []
    try:
        for name, more in (("one", {}), ("two", {"extension_control_path": "/nowhere"})):
            both.append(start(above / name, settings=FAST | more))
        yield both
    finally:
        for server in both:
            server.stop()
            remove(server.place.root)
        shutil.rmtree(above)


@pytest.fixture
def world(servers: list[EmbeddedServer], tmp_path: Path) -> World:
    made = World(servers[0], "", tmp_path)
    return World(servers[0], made.another("source"), tmp_path)


def test_what_was_there_comes_back_on_a_server_that_lacks_the_roles(
    world: World, servers: list[EmbeddedServer]
) -> None:
    world.tell(CONTENT)
    world.tell("CREATE ROLE tapsite_edge; GRANT SELECT ON shown TO tapsite_edge")
    world.tell(
        "ALTER DATABASE source SET timezone = 'Asia/Jakarta'; ALTER DATABASE source SET search_path = public, apart"
    )
    world.tell("REVOKE ALL ON DATABASE source FROM PUBLIC; GRANT CONNECT ON DATABASE source TO tapsite_edge")
    target = world.folder / "backups" / "monday"
    backup(world.url, target, var=world.var)

    elsewhere = servers[1]
    said: list[str] = []
    restore(elsewhere.url(), target, var=world.var, report=said.append)
    url = elsewhere.url()
    assert world.ask("SELECT count(*) FROM sites", url) == 2
    assert world.ask("SELECT name FROM sites WHERE id = 1", url) == 'Kopi Senja \\ "x" — ☕'
    assert world.ask("SELECT name FROM sites WHERE id = 2", url) == "tab\tnew\nline"
    assert world.ask("SELECT nextval('numbers')", url) == 3
    assert world.ask("SELECT seven FROM more", url) == 7
    assert world.ask("SHOW timezone", url) == "Asia/Jakarta"
    assert world.ask("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'sites'", url) == "tapsite_migrate"
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        world.tell("DELETE FROM sites", url)
    assert any("tapsite_edge" in line for line in said)
    elsewhere.enable_logins(["tapsite_edge"])
    edge = elsewhere.url("tapsite_edge")
    assert world.ask("SELECT count(*) FROM shown", edge) == 2
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        world.ask("SELECT count(*) FROM sites", edge)
    assert world.ask("SELECT has_database_privilege('public', current_database(), 'CONNECT')", url) is False


def test_a_backup_is_private_and_says_what_is_in_it_and_what_is_not(world: World) -> None:
    world.tell(CONTENT)
    spool = world.var / "spool" / "forms" / "1.rec"
    spool.parent.mkdir(parents=True)
    spool.write_bytes(b"\x00record")
    keyring = world.folder / "keyring"
    keyring.write_text("secret material")
    plain, keyed = world.folder / "plain", world.folder / "keyed"
    backup(world.url, plain, var=world.var)
    backup(world.url, keyed, var=world.var, keyring=keyring)
    for folder in (plain, keyed):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o600}
        assert (folder / "spool" / "forms" / "1.rec").read_bytes() == b"\x00record"
    assert not any(b"secret material" in path.read_bytes() for path in plain.rglob("*") if path.is_file())
    assert (keyed / "keys" / "keyring").read_text() == "secret material"
    says = json.loads((plain / "manifest.json").read_text())
    assert says["contains"] == ["database", "spool (1 files)"]
    assert any("keys" in line for line in says["left_out"])
    assert "keys" in json.loads((keyed / "manifest.json").read_text())["contains"]
    password = (world.server.place.root / "password").read_text()
    assert not any(password.encode() in path.read_bytes() for path in keyed.rglob("*") if path.is_file())


def test_spools_and_keys_come_back_and_what_stood_there_is_kept(world: World) -> None:
    spool, keyring = world.var / "spool" / "1.rec", world.var / "keys" / "keyring"
    for path, text in ((spool, "old record"), (keyring, "old keys")):
        path.parent.mkdir(parents=True)
        path.write_text(text)
    target = world.folder / "kept"
    backup(world.url, target, var=world.var, keyring=keyring)
    spool.write_text("new record")
    with pytest.raises(BackupError, match=r"spool is not empty.*--force"):
        restore(world.another("target"), target, var=world.var)
    keyring.write_text("new keys")
    with pytest.raises(BackupError, match=r"holds other keys.*--force"):
        restore(world.another("target"), target, var=world.var, keyring=keyring)
    restore(world.another("target"), target, var=world.var, force=True)
    assert (spool.read_text(), keyring.read_text()) == ("old record", "new keys")
    restore(world.another("target"), target, var=world.var, force=True, keyring=keyring)
    assert keyring.read_text() == "old keys"
    assert stat.S_IMODE(keyring.stat().st_mode) == 0o600
    assert {path.read_text() for path in keyring.parent.glob("keyring.before-*")} == {"new keys"}
    assert "new record" in {path.read_text() for path in world.var.glob("spool.before-*/1.rec")}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_restores_is_the_programs_users(world: World) -> None:
    world.tell(CONTENT)
    spooled, keyring = world.var / "spool" / "forms" / "1.rec", world.folder / "keyring"
    spooled.parent.mkdir(parents=True)
    spooled.write_bytes(b"record")
    keyring.write_text("secret material")
    backup(world.url, world.folder / "kept", var=world.var, keyring=keyring)
    var, mounted = world.folder / "elsewhere", world.folder / "mounted"
    var.mkdir()
    mounted.touch(0o640)
    mounted.chmod(0o640)
    os.chown(var, 12_345, 12_345)
    os.chown(mounted, 0, 12_345)
    restore(world.another("copy"), world.folder / "kept", var=var, force=True, keyring=mounted)
    restored = [path.stat() for path in (var / "spool").rglob("*")]
    assert {(state.st_uid, state.st_gid) for state in restored} == {(12_345, 12_345)}
    state = mounted.stat()
    assert (state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)) == (0, 12_345, 0o640)
    assert mounted.read_text() == "secret material"


def test_pictures_come_along_and_back(world: World) -> None:
    media, target = world.folder / "pictures", world.folder / "pictured"
    kept = media / "site" / "picture" / "320.webp"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"RIFF")
    (media / "link").symlink_to("/etc/passwd")
    backup(world.url, target, var=world.var, media=media)
    assert (target / "media" / "site" / "picture" / "320.webp").read_bytes() == b"RIFF"
    says = json.loads((target / "manifest.json").read_text())
    assert "media (1 files)" in says["contains"]
    assert not any("pictures" in line for line in says["left_out"])
    kept.write_bytes(b"other")
    with pytest.raises(BackupError, match=r"pictures is not empty.*--force"):
        restore(world.another("target"), target, var=world.var, media=media)
    assert kept.read_bytes() == b"other"
    restore(world.another("target"), target, var=world.var, media=world.folder / "new" / "place")
    assert (world.folder / "new" / "place" / "site" / "picture" / "320.webp").read_bytes() == b"RIFF"
    restore(world.another("target"), target, var=world.var, media=media, force=True)
    assert kept.read_bytes() == b"RIFF"
    assert {path.read_bytes() for path in world.folder.glob("pictures.before-*/site/picture/*")} == {b"other"}
    backup(world.url, world.folder / "bare", var=world.var)
    left = json.loads((world.folder / "bare" / "manifest.json").read_text())["left_out"]
    assert any("pictures" in line for line in left)


def test_keys_are_not_restored_from_a_backup_without_them(world: World) -> None:
    backup(world.url, world.folder / "plain", var=world.var)
    with pytest.raises(BackupError, match="holds no keys"):
        restore(world.another("target"), world.folder / "plain", var=world.var, keyring=world.var / "keyring")
    with pytest.raises(BackupError, match="there is no file"):
        backup(world.url, world.folder / "keyed", var=world.var, keyring=world.var / "keyring")


def test_a_database_with_content_is_replaced_only_by_force_and_then_wholly(world: World) -> None:
    world.tell(CONTENT)
    world.tell("CREATE TABLE parts (at date NOT NULL) PARTITION BY RANGE (at); CREATE INDEX ON parts (at)")
    world.tell("CREATE TABLE parts_now PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
    backup(world.url, world.folder / "b", var=world.var)
    target = world.another("target")
    world.tell("CREATE TABLE sites (other integer); CREATE DOMAIN d AS text; CREATE SCHEMA later", target)
    world.tell("CREATE TABLE later.too (x d, y serial); CREATE MATERIALIZED VIEW v AS SELECT x FROM later.too", target)
    with pytest.raises(BackupError, match=r"not empty.*--force"):
        restore(target, world.folder / "b", var=world.var)
    assert world.ask("SELECT count(*) FROM v", target) == 0
    restore(target, world.folder / "b", var=world.var, force=True)
    world.tell("INSERT INTO parts VALUES ('2026-05-05')", target)
    restore(target, world.folder / "b", var=world.var, force=True)
    assert world.ask("SELECT count(*) FROM sites", target) == 2
    assert world.ask("SELECT count(*) FROM parts", target) == 0
    assert world.ask("SELECT to_regclass('later.too') IS NULL AND to_regtype('d') IS NULL", target) is True
    assert world.ask("SELECT has_schema_privilege('public', 'public', 'USAGE')", target) is True


def test_a_restore_that_fails_half_way_changes_nothing(world: World) -> None:
    world.tell(CONTENT)
    # Valid when it was written, impossible to restore: as a backup from a server with something ours lacks would be.
    world.tell("CREATE FUNCTION volatile_check(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true $$")
    world.tell("ALTER TABLE sites ADD CONSTRAINT odd CHECK (volatile_check(name))")
    world.tell(
        "CREATE OR REPLACE FUNCTION volatile_check(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT false $$"
    )
    world.tell("CREATE ROLE tapsite_half; GRANT SELECT ON sites TO tapsite_half")
    backup(world.url, world.folder / "b", var=world.var)
    world.tell("REVOKE ALL ON sites FROM tapsite_half; DROP ROLE tapsite_half")
    target = world.another("target")
    world.tell("CREATE TABLE precious AS SELECT 1 AS one", target)
    with pytest.raises(BackupError, match=r"(?s)changed nothing.*odd"):
        restore(target, world.folder / "b", var=world.var, force=True)
    assert world.ask("SELECT one FROM precious", target) == 1
    assert world.ask("SELECT to_regclass('sites') IS NULL", target) is True
    assert world.ask("SELECT count(*) FROM pg_roles WHERE rolname = 'tapsite_half'", target) == 0


def test_damage_is_found_before_anything_is_touched(world: World) -> None:
    world.tell(CONTENT)
    made = world.folder / "made"
    backup(world.url, made, var=world.var)
    target = world.another("target")
    for number, harm in enumerate(("flip", "truncate", "delete", "manifest", "outside", "format", "nothing")):
        harmed = world.folder / f"harmed{number}"
        shutil.copytree(made, harmed)
        dump, manifest = harmed / "database.dump", harmed / "manifest.json"
        body = bytearray(dump.read_bytes())
        if harm == "flip":
            body[len(body) // 2] ^= 1
            dump.write_bytes(body)
        elif harm == "truncate":
            dump.write_bytes(body[:-10])
        elif harm == "delete":
            dump.unlink()
        elif harm == "manifest":
            manifest.write_text("{")
        elif harm == "outside":
            manifest.write_text(manifest.read_text().replace('"database.dump"', '"../made/database.dump"'))
        elif harm == "format":
            manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
        else:
            manifest.unlink()
        with pytest.raises(BackupError):
            restore(target, harmed, var=world.var)
    assert world.ask("SELECT to_regclass('sites') IS NULL", target) is True
    restore(target, made, var=world.var)
    assert world.ask("SELECT count(*) FROM sites", target) == 2


def test_a_dump_that_ends_early_is_not_committed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.tell(CONTENT)
    made = world.folder / "made"
    backup(world.url, made, var=world.var)
    clients = backup_programs.choose_clients(18, "this test")
    fake = world.folder / "bin"
    fake.mkdir()
    for name in ("psql", "pg_dump"):
        (fake / name).symlink_to(clients.path(name))
    script = f'#!/bin/sh\ncase "$*" in *--list*) exec {clients.path("pg_restore")} "$@";; esac\n'
    (fake / "pg_restore").write_text(f'{script}{clients.path("pg_restore")} "$@" | head -n 60\nexit 1\n')
    (fake / "pg_restore").chmod(0o755)
    broken = backup_programs.Clients(fake, clients.major)
    monkeypatch.setattr("renderer.db.backup_restore.choose_clients", lambda *_: broken)
    target = world.another("target")
    with pytest.raises(BackupError, match="changed nothing"):
        restore(target, made, var=world.var)
    assert world.ask("SELECT to_regtype('mood') IS NULL", target) is True


def test_an_index_of_an_extension_that_is_absent_is_left_out_and_said(
    world: World, servers: list[EmbeddedServer]
) -> None:
    world.tell("CREATE EXTENSION vector", world.server.url(ADMINISTRATOR, "source"))
    world.tell(CONTENT)
    world.tell("CREATE FUNCTION embed(text) RETURNS real[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[1, 2]::real[] $$")
    world.tell("CREATE INDEX near ON sites USING hnsw ((embed(name)::vector(2)) vector_l2_ops)")
    world.tell("COMMENT ON INDEX near IS 'needs the extension'")
    world.tell("CREATE INDEX by_name ON sites (name)")
    backup(world.url, world.folder / "index", var=world.var)
    bare = World(servers[1], "", world.folder)
    said: list[str] = []
    url = bare.another("target")
    restore(url, world.folder / "index", var=world.var, report=said.append)
    assert said == ["left out: index near, for this server does not offer the extension vector"]
    assert world.ask("SELECT to_regclass('by_name') IS NOT NULL AND to_regclass('near') IS NULL", url) is True

    world.tell("ALTER TABLE sites ADD COLUMN place vector(2)")
    backup(world.url, world.folder / "column", var=world.var)
    with pytest.raises(BackupError, match="does not offer the extension vector, which column place of table sites"):
        restore(bare.another("target"), world.folder / "column", var=world.var)


def test_a_target_that_exists_is_never_overwritten_and_a_failure_leaves_nothing(world: World) -> None:
    taken = world.folder / "taken"
    taken.mkdir()
    with pytest.raises(BackupError, match="never overwrites"):
        backup(world.url, taken, var=world.var)
    nowhere = world.url.replace("/source?", "/nowhere?")
    with pytest.raises(BackupError, match="cannot be reached"):
        backup(nowhere, world.folder / "new", var=world.var)
    assert sorted(path.name for path in world.folder.iterdir()) == ["taken"]


def test_the_password_is_on_no_command_line(world: World) -> None:
    dbname, environment = backup_programs.connection(world.url)
    password = (world.server.place.root / "password").read_text()
    assert password not in dbname
    assert environment["PGPASSWORD"] == password
    assert "PGPASSWORD" not in os.environ


def test_programs_older_than_the_server_are_refused_in_words(world: World) -> None:
    with pytest.raises(BackupError, match=r"version 99 or newer; found: .*18"):
        backup_programs.choose_clients(99, "a backup of PostgreSQL 99")


def test_what_ends_with_its_table_is_not_dropped_before_it(database: Database) -> None:
    described = f"SELECT pg_describe_object(classid, objid, 0) FROM ({OBJECTS}) AS found"
    with psycopg.connect(database.url) as conn:
        dropped = {name for (name,) in conn.execute(described)}
    assert "table change_log" in dropped
    assert "sequence change_log_id_seq" not in dropped, "of an identity column: PostgreSQL refuses"
