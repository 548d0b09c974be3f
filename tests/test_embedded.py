"""The embedded PostgreSQL in ordinary life: made, shared, left, removed; and what it says when it cannot start."""

import stat
from pathlib import Path

import psycopg
import pytest

from renderer.db import embedded_locks, embedded_process
from renderer.db.embedded import ADMINISTRATOR, EmbeddedError, remove, start
from tests.embedded_servers import FAST, ask, leave, program, tell, word


def test_the_first_start_makes_a_database_owned_by_the_migrating_role(no_server: Path) -> None:
    with start(no_server, settings=FAST) as server:
        assert ask(server, "SELECT current_database() || ' ' || current_user") == "tapsite tapsite_migrate"
        assert ask(server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'tapsite'") == (
            "tapsite_migrate"
        )
        assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(server, "SELECT rolcreaterole AND rolcreatedb FROM pg_roles WHERE rolname = current_user") is True
        assert ask(server, "SHOW listen_addresses") == ""
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SHOW data_checksums") == "on"
        assert ask(server, "SELECT upper('é')") == "É"
        tell(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1")
    with start(no_server, settings=FAST) as server:
        assert ask(server, "SELECT count(*) FROM kept") == 1


def test_where_there_is_hardly_any_shared_memory_it_takes_files(
    no_server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_process, "SHARED_BYTES", 1 << 62)
    with start(no_server, settings=FAST) as server:
        assert ask(server, "SHOW dynamic_shared_memory_type") == "mmap"


def test_nobody_enters_without_the_password_and_the_files_are_private(stopped_server: Path) -> None:
    with start(stopped_server, settings=FAST) as server:
        for user in (ADMINISTRATOR, "tapsite_migrate"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(host=str(server.place.socket), user=user, password="guess", dbname="postgres")
        assert stat.S_IMODE(server.place.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.place.data.stat().st_mode) == 0o700
        assert stat.S_IMODE((stopped_server / "password").stat().st_mode) == 0o600
        password = (stopped_server / "password").read_text()
        assert len(password) >= 32
        assert password not in repr(server)
        assert password not in server.place.log.read_text()


def test_a_role_made_later_can_be_let_in(stopped_server: Path) -> None:
    with start(stopped_server, settings=FAST) as server:
        tell(server, "CREATE ROLE tapsite_late")
        with pytest.raises(psycopg.OperationalError):
            ask(server, user="tapsite_late")
        server.enable_logins(["tapsite_late"])
        server.enable_logins(["tapsite_late"])
        assert ask(server, "SELECT current_user", user="tapsite_late") == "tapsite_late"
        with pytest.raises(EmbeddedError, match="tapsite_unheard_of"):
            server.enable_logins(["tapsite_unheard_of"])


def test_the_last_one_out_stops_the_server(stopped_server: Path) -> None:
    server = start(stopped_server, settings=FAST)
    with program(stopped_server) as other:
        assert word(other) == "attached"
        server.stop()
        server.stop()
        assert embedded_locks.is_alive(stopped_server)
        leave(other)
    assert not embedded_locks.is_alive(stopped_server)


def test_programs_starting_at_once_share_one_server(no_server: Path) -> None:
    with program(no_server) as one, program(no_server) as two, program(no_server) as three:
        assert sorted(word(each) for each in (one, two, three)) == ["attached", "attached", "started"]
        for each in (one, two, three):
            assert embedded_locks.is_alive(no_server)
            leave(each)
    assert not embedded_locks.is_alive(no_server)


def test_data_of_another_major_version_name_backup_and_restore(stopped_server: Path) -> None:
    with start(stopped_server, settings=FAST) as server:
        version = server.place.data / "PG_VERSION"
    written = version.read_text()
    version.write_text("12\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL 12.*renderer backup.*renderer restore"):
        start(stopped_server, settings=FAST)
    version.write_text(written)


def test_a_failing_start_repeats_the_last_words_and_leaves_nothing_running(stopped_server: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"(?s)did not start.*shared_buffers"):
        start(stopped_server, settings={**FAST, "shared_buffers": "plenty"})
    assert not embedded_locks.is_alive(stopped_server)
    with pytest.raises(EmbeddedError, match="not the name of a PostgreSQL setting"):
        start(stopped_server, settings={"x=1 -c y": "z"})
    with start(stopped_server, settings=FAST) as server:
        assert ask(server) == "here"


def test_a_lost_password_file_is_said_in_words(stopped_server: Path) -> None:
    password = stopped_server / "password"
    written = password.rename(stopped_server / "aside")
    with pytest.raises(EmbeddedError, match="password is gone"):
        start(stopped_server, settings=FAST)
    written.rename(password)
    assert not embedded_locks.is_alive(stopped_server)


def test_remove_never_deletes_what_is_in_use(stopped_server: Path) -> None:
    with program(stopped_server) as other:
        word(other)
        with pytest.raises(EmbeddedError, match="in use"):
            remove(stopped_server)
        leave(other)
    with start(stopped_server, settings=FAST) as server:
        assert ask(server) == "here"
