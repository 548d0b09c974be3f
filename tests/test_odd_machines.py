"""Machines that are not as a careful operator would have them: streams, locales, limits, files."""

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from renderer.cli.faults import explain
from renderer.settings import SettingsError, load
from renderer.views.spool import Spool
from renderer.workers.sockets import listen
from tests.databases import Database
from tests.test_cli import environment, get, renderer, serving

PROGRAM = f"exec {sys.executable} -m renderer"


def shell(known: dict[str, str], command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], env=known, capture_output=True, text=True, timeout=180, check=False)


def test_a_server_with_closed_streams_in_a_machine_without_a_locale_serves(tmp_path: Path, database: Database) -> None:
    port = listen("127.0.0.1", 0, 1)
    known = {
        **environment(tmp_path, database),
        "TAPSITE_SERVER_PORT": str(port[0].getsockname()[1]),
        "TAPSITE_SERVER_WORKERS": "1",
        **{"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "No/Where"},
    }
    port[0].close()
    process = subprocess.Popen(["bash", "-c", f"{PROGRAM} serve <&- >&- 2>&-"], env=known)
    try:
        for _ in range(900):
            try:
                status = get(int(known["TAPSITE_SERVER_PORT"]), "nobody.localhost")[0]
                break
            except OSError:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(0.1)
        assert status == 404
    finally:
        process.terminate()
        assert process.wait(90) == 0


def test_a_reload_with_a_mistaken_configuration_changes_nothing_and_the_next_one_serves(
    tmp_path: Path, database: Database
) -> None:
    config = tmp_path / "config.toml"
    good = "[server]\nworkers = 1\n"
    config.write_text(good)
    ends = os.pipe()
    with serving(environment(tmp_path, database), "serve", "--config", str(config), stderr=ends[1]) as (process, port):
        os.close(ends[1])
        with os.fdopen(ends[0], encoding="utf-8") as log:
            config.write_text("[server]\nwrokers = 1\n")
            process.send_signal(signal.SIGHUP)
            assert any("config.toml: server.wrokers: unknown key" in line for line in log)
            assert "the successor cannot serve; the lines above say why" in next(log)
            assert get(port, "nobody.localhost")[0] == 404
            config.write_text(good)
            process.send_signal(signal.SIGHUP)
            assert any("the successor serves" in line for line in log)
            assert get(port, "nobody.localhost")[0] == 404


def test_a_log_that_nobody_reads_keeps_nobody_from_being_served(tmp_path: Path, database: Database) -> None:
    ends = os.pipe()
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, 4_096)
    known = environment(tmp_path, database, TAPSITE_LOG_HITS="1.0")
    with serving(known, "serve", "--workers", "1", stderr=ends[1]) as (_, port):
        os.close(ends[1])
        for _ in range(100):
            assert get(port, "nobody.localhost", seconds=10)[0] == 404
        with os.fdopen(ends[0], encoding="utf-8") as reader:
            said = [next(reader) for _ in range(100)]
            assert sum('"GET 404"' in line for line in said) >= 90


def test_a_full_disk_behind_standard_output_keeps_nobody_from_being_served(tmp_path: Path) -> None:
    for buffered in ("", "1"):  # "": what could not be written is still in memory when the program ends
        known = environment(tmp_path, PYTHONUNBUFFERED=buffered)
        said = shell(known, f"{PROGRAM} --version >/dev/full")
        assert (said.returncode, said.stderr) == (1, "renderer: cannot write: No space left on device\n")
    said, code = explain(OSError(errno.EMFILE, "Too many open files", "/themes")) or ("", 0)
    assert (said.startswith("Too many open files: this process may open "), code) == (True, 1)


def test_folders_that_lead_to_themselves_are_named(tmp_path: Path, database: Database) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")
    known = {**environment(tmp_path, database), "TAPSITE_PATHS_VAR": str(tmp_path / "round")}
    run = renderer(known, "serve", "--port", "0")
    assert run.returncode == 3
    assert run.stderr == f"renderer: Symlink loop from '{tmp_path / 'round'}'\n"


def test_it_serves_from_a_folder_with_any_name_on_ipv6_in_brackets(tmp_path: Path, database: Database) -> None:
    known = environment(tmp_path, database, TAPSITE_PATHS_VAR=str(tmp_path / "wadah ☕ é"), TAPSITE_SERVER_HOST="[::1]")
    with serving(known, "serve", "--workers", "1") as (_, port):
        assert port


def test_settings_are_read_as_windows_writes_them_and_never_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'\xef\xbb\xbf[server]\r\nport = 8192\r\nhost = "[::1]"\r\n')
    assert (load(file).server.port, load(file).server.host) == (8192, "::1")
    monkeypatch.chdir(tmp_path)
    file.unlink()
    file.mkdir()
    with pytest.raises(SettingsError, match="Is a directory"):
        load()
    file.rmdir()
    file.symlink_to(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="No such file"):
        load()


def test_trusted_peers_of_ipv4_are_meant_however_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[server]\ntrusted_proxies = ["::ffff:10.1.0.0/112", "::ffff:192.0.2.1", "::ffff:0:0/96", "fd00::/8"]'
    )
    assert [str(one) for one in load(file).trusted_networks] == ["10.1.0.0/16", "192.0.2.1/32", "0.0.0.0/0", "fd00::/8"]


def test_a_spool_that_is_deleted_under_its_worker_loses_nothing_that_is_open(tmp_path: Path) -> None:
    root = tmp_path / "spool"
    spool = Spool(root, 1 << 20)
    spool.append([b"one"])
    shutil.rmtree(root)
    spool.append([b"two"])
    spool.rotate()
    assert [piece.read_bytes() for piece in spool.pieces()] == [b"onetwo"]
    shutil.rmtree(root)
    assert spool.pieces() == []
    spool.append([b"three"])
    spool.rotate()
    assert [piece.read_bytes() for piece in spool.pieces()] == [b"three"]
    assert spool.adopt() == 0
    spool.close()
