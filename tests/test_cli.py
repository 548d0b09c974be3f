"""The command line, as real processes on real databases."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from renderer import settings
from renderer.cli.demo_address import as_answered, known_address
from renderer.cli.root import COMMANDS, command_line
from renderer.db import embedded
from renderer.keyring import new_inline
from renderer.settings import ENV_PREFIX, ROOT
from tests.databases import Database
from tests.processes import alive, descendants

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(ENV_PREFIX)}


@pytest.fixture(autouse=True)
def _nothing_left(tmp_path: Path) -> Iterator[None]:
    """A borrowed account cannot enter tmp_path, so an embedded server made below it keeps its files elsewhere."""
    yield
    for root in tmp_path.glob("**/var/postgres"):
        embedded.remove(root)


def environment(tmp_path: Path, database: Database | None = None, **more: str) -> dict[str, str]:
    found = {**ENVIRONMENT, "TAPSITE_PATHS_VAR": str(tmp_path / "var"), **more}
    if database is not None:
        found["TAPSITE_DATABASE_URL"] = database.url_as("tapsite_edge")
        found["TAPSITE_DATABASE_MIGRATE_URL"] = database.url
    return found


def renderer(environment: dict[str, str], *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "renderer", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@contextmanager
def serving(
    environment: dict[str, str], *arguments: str, stderr: int | None = None
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running `serve` or `demo` and the port it says it serves on; stopped with SIGINT, as Ctrl-C does."""
    command = [sys.executable, "-m", "renderer", *arguments, "--port", "0"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True
    )
    assert process.stdout is not None
    # A program that never says where it serves must not hold up the suite.
    guard = threading.Timer(180, process.kill)
    guard.start()
    try:
        for line in process.stdout:
            if found := re.search(r"http://[^/ ]+:(\d+)/", line):
                yield process, int(found[1])
                break
        else:
            pytest.fail("it ended before it served")
    finally:
        guard.cancel()
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        assert process.wait(90) == 0
        process.stdout.close()


def get(port: int, host: str, path: str = "/", *, seconds: float = 60) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_python_without_the_environment_is_led_to_it(tmp_path: Path) -> None:
    """`-I -S`: as any Python of the machine, which has none of what the program needs."""
    started = f"import runpy, sys; sys.path.insert(0, {str(ROOT)!r}); runpy.run_module('renderer', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", started],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_serves_six_sites_and_leaves_no_process_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        internal = free.getsockname()[1]
    with serving(environment(tmp_path, TAPSITE_INTERNAL_PORT=str(internal)), "demo") as (process, port):
        status, index = get(port, "localhost")
        assert status == 200
        assert get(internal, "localhost", "/healthz")[0] == 200
        sites = set(re.findall(rf"http://([a-z-]+)\.localhost:{port}/", index))
        assert len(sites) == 6
        for site in sites:
            status, page = get(port, f"{site}.localhost")
            assert status == 200
            assert f"http://{site}.localhost:{port}/" in page
        assert json.loads((tmp_path / "var" / "demo.json").read_bytes())["port"] == port
        started = descendants(process.pid)
        assert len(started) > 3, "a worker, a postmaster and its processes"
    assert not any(map(alive, started))
    done = renderer(environment(tmp_path), "demo", "--remove")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "var" / "postgres").exists()
    assert not (tmp_path / "var" / "demo.json").exists()


def test_commands_print_addresses_of_the_demo_that_runs(tmp_path: Path) -> None:
    configured = settings.load(None, {"paths": {"var": str(tmp_path)}})
    (tmp_path / "demo.json").write_text('{"port": "x"}')  # of no demo of ours
    assert as_answered(configured) == configured
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        served = settings.load(
            None, {"paths": {"var": str(tmp_path)}, "server": {"port": port}, "console": {"host": "console.localhost"}}
        )
        with known_address(served):
            found = as_answered(configured)
            assert found.origin("kopi.localhost") == f"http://kopi.localhost:{port}"
            assert found.console.host == "console.localhost"
            left = (tmp_path / "demo.json").read_bytes()
        assert as_answered(configured) == configured
    # Of one that was killed.
    (tmp_path / "demo.json").write_bytes(left)
    assert as_answered(configured) == configured


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_stop_before_it_serves_leaves_no_process_behind_either(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "renderer", "demo", "--port", "0"]
    process = subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "applied" in line:  # in the middle of the migrations
            break
    started = descendants(process.pid)
    process.send_signal(number)
    assert process.wait(90) == 128 + number
    process.stdout.close()
    assert started
    assert not any(map(alive, started))


def test_a_backup_of_the_running_demo_is_restored_elsewhere(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    target = tmp_path / "backup"
    with serving(environment(here), "demo") as (_, port):
        before = get(port, "kopi-senja.localhost")
        done = renderer(environment(here), "backup", str(target), "--with-keys")
        assert done.returncode == 0, done.stderr
        refused = renderer(environment(here), "restore", str(target))
        assert refused.returncode == 1
        assert "--force" in refused.stderr
    keys = [(path.name, path.stat().st_mode & 0o777) for path in target.rglob("keyring")]
    assert keys == [("keyring", 0o600)]
    done = renderer(environment(there), "restore", str(target), "--with-keys")
    assert done.returncode == 0, done.stderr
    with serving(environment(there), "serve") as (_, port):
        status, page = get(port, "kopi-senja.localhost")
        assert (status, len(page)) == (before[0], len(before[1]))


def test_serve_refuses_a_database_that_was_never_migrated_and_names_the_command(
    tmp_path: Path, empty_database: Database
) -> None:
    found = {**environment(tmp_path, empty_database), "TAPSITE_DATABASE_URL": empty_database.url}
    done = renderer(found, "serve", "--port", "0")
    assert done.returncode == 4
    assert "renderer migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hangup_reads_settings_anew_and_leaves_the_database_running(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[server]\nbase_redirect = "https://first.test/"\n')
    with socket.create_server(("127.0.0.1", 0)) as free:
        internal = free.getsockname()[1]
    found = environment(tmp_path, TAPSITE_INTERNAL_PORT=str(internal))
    assert renderer(found, "migrate", seconds=300).returncode == 0
    with serving(found, "serve", "--config", str(config), "--workers", "2") as (process, port):

        def leads_to() -> str:
            with socket.create_connection(("127.0.0.1", port), 10) as asking:
                asking.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return b"".join(iter(lambda: asking.recv(4096), b"")).decode().partition("Location: ")[2].split()[0]

        assert leads_to() == "https://first.test/"
        config.write_text('[server]\nbase_redirect = "https://second.test/"\n')
        process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 90
        while any(leads_to() != "https://second.test/" for _ in range(10)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        for path in ("readyz", "healthz", "metrics"):
            with urllib.request.urlopen(f"http://127.0.0.1:{internal}/{path}", timeout=60) as answer:
                assert answer.status == 200


def test_serve_works_on_what_migrate_made_and_never_migrates(tmp_path: Path, empty_database: Database) -> None:
    found = environment(tmp_path, empty_database)
    done = renderer(found, "migrate", seconds=300)
    assert done.returncode == 0, done.stderr
    assert "0001_foundation" in done.stdout
    assert "Nothing to do" in renderer(found, "migrate", seconds=300).stdout
    assert (
        "does not know server.base_domains"
        in renderer({**found, "TAPSITE_SERVER_BASE_DOMAINS": "new.test"}, "check").stdout
    )
    assert "base_domains" not in renderer(found, "check").stdout
    assert "pilar, spanduk: written" in renderer(found, "themes", "sync").stdout
    assert "Nothing to do" in renderer(found, "themes", "sync").stdout
    with serving(found, "serve", "--workers", "2") as (_, port):
        assert get(port, "nobody.localhost")[0] == 404
        assert get(port, "anything", "/_edge/health") == (200, "ok\n")


def test_check_finds_nothing_wrong_with_a_good_installation(tmp_path: Path, database: Database) -> None:
    done = renderer(environment(tmp_path, database), "check")
    assert done.returncode == 0, done.stderr
    assert "of-a-throw-away-server" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"TAPSITE_SERVER_PROT": "1"}, "TAPSITE_SERVER_PROT"),
        ({"TAPSITE_SERVER_MODE": "production"}, "secrets.keyring"),
        ({"TAPSITE_SECRETS_KEYRING": "nonsense", "TAPSITE_DATABASE_URL": ""}, "keyring"),
        ({"TAPSITE_PATHS_THEMES": "nowhere"}, "nowhere"),
        ({"TAPSITE_VIEWS_PLACES": "nowhere.mmdb"}, "nowhere.mmdb: cannot be read"),
        ({"TAPSITE_VIEWS_PLACES": "/dev/null"}, "not a file of MaxMind's format"),
        ({"TAPSITE_DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, "database"),
        ({"TAPSITE_DATABASE_URL": "mysql://u:hunter2@127.0.0.1/x"}, "database"),
    ],
)
def test_check_says_what_is_wrong_in_words(tmp_path: Path, variables: dict[str, str], said: str) -> None:
    done = renderer({**environment(tmp_path), **variables}, "check")
    assert done.returncode == 1, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_check_names_folders_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = environment(tmp_path, TAPSITE_PATHS_VAR=f"{tmp_path}/file/var", TAPSITE_MEDIA_DIRECTORY="/dev/null")
    done = renderer(found, "check")
    assert done.returncode == 1
    assert [line.partition(" is no folder")[0] for line in done.stderr.splitlines()] == [
        f"wrong: paths.var: {tmp_path}/file",
        "wrong: media.directory: /dev/null",
    ]


def test_check_tries_each_url_as_what_it_is_for(tmp_path: Path, database: Database) -> None:
    found = environment(
        tmp_path,
        database,
        TAPSITE_DATABASE_MAINTAIN_URL=database.url_as("tapsite_edge"),
        TAPSITE_DATABASE_DIRECT_URL="postgresql://u:hunter2@127.0.0.1:1/x",
        TAPSITE_SERVER_WORKERS="200",
    )
    done = renderer(found, "check")
    assert done.returncode == 1
    direct, maintain = done.stderr.splitlines()
    assert direct.startswith("wrong: database.direct_url: ConnectionRefusedError: ")
    assert maintain == (
        "wrong: database.maintain_url: its user is not in the role tapsite_maintain (GRANT tapsite_maintain TO …)"
    )
    assert re.search(r"^warning: database: its user may have \d+ connections, .* 4400: raise ", done.stdout, re.M)
    assert "hunter2" not in done.stdout + done.stderr
    console = {
        "TAPSITE_CONSOLE_HOST": "owners.example",
        "TAPSITE_DATABASE_CONSOLE_URL": database.url_as("tapsite_console"),
    }
    assert " may want 6000: raise " in renderer({**found, **console}, "check").stdout


def test_check_says_that_the_keyring_is_another_than_the_databases(tmp_path: Path, database: Database) -> None:
    one, other = (environment(tmp_path, database, TAPSITE_SECRETS_KEYRING=new_inline()) for _ in range(2))
    assert renderer(one, "maintain").returncode == 0
    done = renderer(other, "check")
    assert (done.returncode, "warning: keyring: it lacks " in done.stdout) == (0, True), done.stdout + done.stderr


def test_check_names_a_database_that_was_never_migrated(tmp_path: Path, empty_database: Database) -> None:
    found = {**environment(tmp_path, empty_database), "TAPSITE_DATABASE_URL": empty_database.url}
    done = renderer(found, "check")
    assert done.returncode == 1
    assert "renderer migrate" in done.stderr


def test_a_taken_port_is_said_and_has_its_own_exit_code(tmp_path: Path, database: Database) -> None:
    found = environment(tmp_path, database)
    with serving(found, "serve", "--workers", "1") as (_, port):
        done = renderer(found, "serve", "--port", str(port))
        assert done.returncode == 5
        assert done.stderr.startswith(f"renderer: server.host, server.port: cannot listen on 127.0.0.1:{port}: ")


def test_a_taken_port_is_said_before_a_demo_makes_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = renderer(environment(tmp_path), "demo", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (5, "")
    assert not (tmp_path / "var" / "postgres").exists()


def test_the_keyring_is_made_rotated_and_listed_without_being_shown(tmp_path: Path) -> None:
    found = environment(tmp_path, TAPSITE_SERVER_MODE="production", TAPSITE_SERVER_BASE_DOMAINS="a.test")
    assert renderer(found, "secrets", "list").returncode == 3
    assert renderer(found, "secrets", "rotate").returncode == 0
    assert renderer(found, "secrets", "rotate").returncode == 0
    listed = renderer(found, "secrets", "list")
    assert [line.split()[-1] for line in listed.stdout.splitlines()] == ["primary", "verifies"]
    file = tmp_path / "var" / "keys" / "keyring"
    assert file.stat().st_mode & 0o777 == 0o600
    secrets = re.findall(r'secret = "(.+)"', file.read_text())
    assert len(secrets) == 2
    assert not any(secret in listed.stdout for secret in secrets)


def test_every_command_has_help() -> None:
    app = command_line()
    for command in ([], ["serve"], ["demo"], ["migrate"], ["themes"], ["themes", "sync"], ["secrets"], ["backup"]):
        done = CliRunner().invoke(app, [*command, "--help"])
        assert done.exit_code == 0
        assert "Usage" in done.output


def test_the_modules_that_a_command_needs_are_the_ones_that_know_it() -> None:
    assert set(get_command(command_line()).commands) == set(COMMANDS)  # type: ignore[attr-defined]
    for command in COMMANDS:
        assert CliRunner().invoke(command_line([command]), [command, "--help"]).exit_code == 0


def test_an_unknown_command_is_a_usage_error() -> None:
    assert renderer(ENVIRONMENT, "sevre").returncode == 2
