"""The embedded PostgreSQL when something is killed: program, postmaster, initdb, all of them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from renderer.db import embedded, embedded_locks, embedded_process
from renderer.db.embedded import ADMINISTRATOR, remove, start
from tests.embedded_servers import (
    FAST,
    PROGRAM,
    ask,
    kill_postmaster,
    leave,
    program,
    revive_until,
    running,
    tell,
    until,
    word,
)


def test_a_server_left_by_a_killed_program_is_found_again_and_really_stops(stopped_server: Path) -> None:
    with program(stopped_server) as other:
        assert word(other) == "started"
        other.kill()
        other.wait()
    assert embedded_locks.is_alive(stopped_server)
    server = start(stopped_server, settings=FAST)
    assert server.attached
    assert ask(server) == "here"
    pid = embedded_process.listener_pid(server.place)
    server.stop()
    assert not embedded_locks.is_alive(stopped_server)
    assert embedded_process.listener_pid(server.place) is None
    until(lambda: not running(pid))


def test_a_server_left_with_other_settings_is_started_anew(stopped_server: Path) -> None:
    with program(stopped_server) as other:
        assert word(other) == "started"
        other.kill()
        other.wait()
    with start(stopped_server, settings={**FAST, "work_mem": "5MB"}) as server:
        assert not server.attached
        assert ask(server, "SHOW work_mem") == "5MB"


@pytest.mark.parametrize("also_the_program", [False, True])
def test_a_killed_postmaster_is_no_hindrance(stopped_server: Path, also_the_program: bool) -> None:
    with program(stopped_server) as other:
        word(other)
        with start(stopped_server, settings=FAST) as server:
            tell(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1")
            kill_postmaster(server)
            if also_the_program:
                other.kill()
                other.wait()
        with start(stopped_server, settings=FAST) as server:
            assert ask(server, "SELECT count(*) FROM kept") == 1
            if not also_the_program:
                leave(other)
                assert ask(server) == "here"
    assert not embedded_locks.is_alive(stopped_server)


def test_orphans_deep_in_a_query_are_ended(stopped_server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "ORPHAN_PATIENCE", 0.3)
    server = start(stopped_server, settings=FAST)
    with closing(psycopg.connect(server.url())) as conn:
        busy = conn.info.backend_pid
        conn.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1e10::bigint)")
        time.sleep(0.2)
        kill_postmaster(server)
        with start(stopped_server, settings=FAST) as again:
            assert ask(again) == "here"
            until(lambda: not running(busy))
            server.stop()
    assert not embedded_locks.is_alive(stopped_server)


def test_a_killed_postmaster_is_revived_at_the_same_address(
    stopped_server: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with program(stopped_server) as other:
        word(other)
        with start(stopped_server, settings=FAST) as server:
            address = server.url()
            server.revive()
            for times in (1, 2):  # first as one who had attached, then as the one who started it
                kill_postmaster(server)
                revive_until(server, lambda: len(caplog.messages) == times)  # noqa: B023 - called in this turn
                assert server.url() == address
                assert ask(server) == "here"
        assert embedded_locks.is_alive(stopped_server)
        leave(other)
    server.revive()
    assert not embedded_locks.is_alive(stopped_server)
    assert caplog.messages == ["the embedded PostgreSQL had ended and was started again"] * 2


def test_a_server_that_cannot_be_revived_is_said_and_nothing_is_raised(
    stopped_server: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = start(stopped_server, settings=FAST)
    hidden = server.place.data.rename(server.place.data.with_name("hidden"))
    kill_postmaster(server)
    revive_until(server, lambda: len(caplog.messages) > 0)
    server.revive()
    assert len(caplog.messages) == 1
    assert "could not be started again" in caplog.messages[0]
    server.stop()
    hidden.rename(server.place.data)


def test_a_process_number_taken_by_a_stranger_is_no_hindrance(stopped_server: Path) -> None:
    with start(stopped_server, settings=FAST) as server:
        place = server.place
        socket_lock = place.socket / ".s.PGSQL.5432.lock"
        written, written_socket = (place.data / "postmaster.pid").read_text(), socket_lock.read_text()
    # The same account, since PostgreSQL itself already overlooks processes that it may not signal.
    with subprocess.Popen(["sleep", "60"], **place.account.popen()) as stranger:
        for path, text in ((place.data / "postmaster.pid", written), (socket_lock, written_socket)):
            path.write_text(text.replace(text.split("\n")[0], str(stranger.pid), 1))
            place.account.give(path)
        try:
            with start(stopped_server, settings=FAST) as server:
                assert ask(server) == "here"
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_an_initdb_cut_short_by_a_kill_is_made_again(no_server: Path) -> None:
    with program(no_server) as other:
        until(lambda: list(no_server.glob("data.making/PG_VERSION")))
        other.kill()
        other.wait()
    assert not (no_server / "data").exists()
    with start(no_server, settings=FAST) as server:
        assert ask(server) == "here"
    assert not (no_server / "data.making").exists()
    assert not list(no_server.glob("password.making*"))


def test_a_kill_right_after_initdb_leaves_nothing_missing(stopped_server: Path) -> None:
    with start(stopped_server, settings=FAST) as server, psycopg.connect(server.url(ADMINISTRATOR, "postgres")) as conn:
        conn.autocommit = True
        conn.execute("DROP DATABASE tapsite")
        conn.execute("DROP ROLE tapsite_migrate")
    with start(stopped_server, settings=FAST) as server:
        assert ask(server) == "here"


def test_ctrl_c_in_the_terminal_reaches_the_program_but_not_postgresql(stopped_server: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(stopped_server)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as other:
        try:
            assert word(other) == "started"
            os.killpg(other.pid, signal.SIGINT)
            assert word(other) == "asked"
            with start(stopped_server, settings=FAST) as server:
                assert server.attached
                assert ask(server) == "here"
            leave(other)
        finally:
            other.kill()
    assert not embedded_locks.is_alive(stopped_server)


def test_remove_stops_what_a_killed_program_left_and_deletes_it(no_server: Path) -> None:
    remove(no_server)
    with program(no_server) as other:
        word(other)
        other.kill()
        other.wait()
    pid = int((no_server / "data" / "postmaster.pid").read_text().split()[0])
    remove(no_server)
    assert not running(pid)
    assert not no_server.exists()
    assert no_server.parent.exists()


def test_a_directory_deleted_under_the_running_server_leaves_no_process(no_server: Path) -> None:
    server = start(no_server, settings=FAST)
    pid = embedded_process.listener_pid(server.place)
    shutil.rmtree(no_server)
    server.stop()
    assert not running(pid)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python 3.12 warns of threads; the child only exits
def test_a_forked_child_does_not_stop_its_parents_server(stopped_server: Path) -> None:
    with start(stopped_server, settings=FAST) as server:
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                server.stop()
            os._exit(0)
        os.waitpid(child, 0)
        assert ask(server) == "here"
