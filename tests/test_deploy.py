"""deploy/ as it is delivered: Debian's Caddy over its Caddyfile, its logrotate, and settings that exist.

`.ci/install` brings both; TAPSITE_TEST_CADDY=required and TAPSITE_TEST_LOGROTATE=required insist on them.
"""

import asyncio
import gzip
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from renderer import settings as settings_module
from renderer.console import visit
from renderer.console.pictures import upload
from renderer.edge.slow import LINGERING_SECONDS
from renderer.forms import submission
from renderer.gate import submission as gate_submission
from renderer.internal.metrics import expose
from renderer.settings import ROOT
from renderer.settings.reading import section_models
from renderer.tally import GAUGES, Board
from renderer.views import handlers as views_handlers
from tests.databases import Database
from tests.internals import Program, Start
from tests.test_cli import environment, get, serving

DEPLOY = ROOT / "deploy"
CADDY = shutil.which("caddy")
needs_caddy = pytest.mark.skipif(
    CADDY is None and os.environ.get("TAPSITE_TEST_CADDY") != "required", reason="caddy is not installed"
)
LOGROTATE = shutil.which("logrotate", path=f"{os.environ['PATH']}:/usr/sbin")
needs_logrotate = pytest.mark.skipif(
    LOGROTATE is None and os.environ.get("TAPSITE_TEST_LOGROTATE") != "required", reason="logrotate is not installed"
)
NOT_YET_VALID = 9  # X509_V_ERR_CERT_NOT_YET_VALID
# What a test has instead of a public address: its own ports, and a certificate authority of Caddy's own.
OPTIONS = """{{
	local_certs
	skip_install_trust
	admin off
	http_port {http}
	https_port {https}
	storage file_system {storage}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Proxy:
    def __init__(self, folder: Path) -> None:
        self.port, self.plain_port = free_port(), free_port()
        self.folder = folder
        text = (DEPLOY / "Caddyfile").read_text()
        options = OPTIONS.format(http=self.plain_port, https=self.port, storage=folder)
        (folder / "Caddyfile").write_text(re.sub(r"^\{\n", lambda _: options, text, count=1, flags=re.M))

    async def get(self, host: str, path: str = "/") -> str:
        """Status line, headers and body. Raises OSError where there is no handshake."""
        reader, writer = await self._handshake(host)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        return answer

    async def _handshake(self, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The authority is as old as the test: a clock that is set back meanwhile makes it one of the future."""
        trusted = ssl.create_default_context(cafile=self.folder / "pki/authorities/local/root.crt")
        async with asyncio.timeout(60):
            while True:
                try:
                    return await asyncio.open_connection("127.0.0.1", self.port, ssl=trusted, server_hostname=host)
                except ssl.SSLCertVerificationError as refused:
                    if refused.verify_code != NOT_YET_VALID:
                        raise
                await asyncio.sleep(0.2)

    async def ask_plain(self, host: str, path: str) -> tuple[str, str]:
        """Status and Location, over http."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.plain_port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        location = re.search(r"^Location: (.*?)\r?$", answer, re.MULTILINE)
        return answer.split(" ")[1], location[1] if location else ""


@asynccontextmanager
async def running(program: Program, folder: Path) -> AsyncIterator[Proxy]:
    proxy = Proxy(folder)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "RENDERER_ASK": str(program.internal.make_url("/_edge/tls-ask")),
        "RENDERER_UPSTREAM": f"127.0.0.1:{program.worker.port}",
        "ACME_EMAIL": "certificates@example.com",
    }
    command = [CADDY or "caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(90):
            while not (folder / "pki/authorities/local/root.crt").exists() or not await _listens(proxy.port):
                assert process.returncode is None, "caddy ended"
                await asyncio.sleep(0.1)
        yield proxy
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@needs_caddy
async def test_a_verified_host_has_https_and_another_has_no_handshake(
    start: Start, conn: asyncpg.Connection, verified: str, tmp_path: Path
) -> None:
    await conn.execute("UPDATE website_domains SET is_primary = true WHERE host = 'kopi.example'")
    program = await start(trusted="127.0.0.1", scheme="https", tls_subdomains=True)
    async with running(program, tmp_path) as proxy:
        for host in ("kopi.example", "www.kopi.example", "kopi.sites.test"):
            answer = await proxy.get(host)
            # The site answers, by its page or by the way to its own address.
            assert re.match(r"HTTP/1.1 (200|301|302) ", answer), answer[:300]
            assert "\r\nServer:" not in answer
        assert "404" in (await proxy.get("kopi.example", "/nothing"))[:20]
        for host in ("teh.example", "nobody.sites.test", "a.kopi.example", "other.example"):
            with pytest.raises(ssl.SSLError):
                await proxy.get(host)
        for host, path, found in (
            ("kopi.example", "/menu", "/menu"),
            ("www.kopi.example", "//?a=1", "/?a=1"),
            ("kopi.sites.test", "/nothing", "/nothing"),
        ):
            status, location = await proxy.ask_plain(host, path)
            assert (status, location) == ("301", f"https://kopi.example{found}"), "one step, to where the page is"
        assert (await proxy.ask_plain("other.example", "/"))[0] == "404"


@needs_logrotate
def test_a_rotated_log_loses_no_line_and_is_written_on(tmp_path: Path, database: Database) -> None:
    """The places below tmp_path are the only difference to what is delivered."""
    log = tmp_path / "tapsite.log"
    text = (DEPLOY / "logrotate").read_text().replace("/var/log/tapsite.log", str(log))
    config = tmp_path / "logrotate"
    config.write_text(text)
    config.chmod(0o644)
    known = environment(tmp_path, database, TAPSITE_LOG_HITS="1.0")
    with log.open("ab") as opened, serving(known, "serve", "--workers", "2", stderr=opened.fileno()) as (_, port):
        for piece in range(3):
            for number in range(20):
                get(port, "nobody.localhost", f"/{piece}-{number}")
            deadline = time.monotonic() + 30
            while sum('"GET 404"' in line for line in log.read_text().splitlines()) < 20:
                assert time.monotonic() < deadline, "its lines are not in the file that is named so"
                time.sleep(0.05)
            if piece < 2:
                state = str(tmp_path / "state")
                subprocess.run([LOGROTATE or "logrotate", "-f", "-s", state, str(config)], check=True, timeout=60)
    said = log.read_text(), (tmp_path / "tapsite.log.1").read_text()
    packed = gzip.decompress((tmp_path / "tapsite.log.2.gz").read_bytes()).decode()
    for piece, lines in enumerate((packed, said[1], said[0])):
        assert lines.count('"GET 404"') == 20, piece
        assert "\0" not in lines, "cut in place, it is written to from its beginning"


def test_what_deploy_and_its_page_name_are_settings(tmp_path: Path) -> None:
    known = {
        f"TAPSITE_{section}_{key}".upper() for section, model in section_models().items() for key in model.model_fields
    }
    texts = [path.read_text("utf-8") for path in (*sorted(DEPLOY.iterdir()), ROOT / "docs" / "deploying.md")]
    named = {name for text in texts for name in re.findall(r"TAPSITE_[A-Z]+_[A-Z_]+", text)}
    assert named <= known
    assert {"TAPSITE_INTERNAL_PORT", "TAPSITE_CONSOLE_HOST", "TAPSITE_DATABASE_CONSOLE_URL"} <= named
    keyring = tmp_path / "keyring"
    keyring.touch()
    config = (DEPLOY / "config.toml").read_text().replace("/etc/tapsite/keyring", str(keyring))
    (tmp_path / "config.toml").write_text(config)
    settings = settings_module.load(tmp_path / "config.toml")
    assert settings.production
    assert not settings.console.host
    (tmp_path / "config.toml").write_text(re.sub(r"^# (?=\[|\w+ = )", "", config, flags=re.M))
    assert settings_module.load(tmp_path / "config.toml").console.host == "owners.example"
    assert tomllib.loads(config)["internal"]["port"] == settings.internal.port
    # The unit, the Caddyfile and the configuration speak of the same ports.
    assert f":{settings.internal.port}/_edge/tls-ask" in (DEPLOY / "Caddyfile").read_text()
    assert f"{settings.server.host}:{settings.server.port}" in (DEPLOY / "Caddyfile").read_text()
    assert f"ListenStream={settings.server.host}:{settings.server.port}" in (DEPLOY / "renderer.socket").read_text()


def test_times_that_bodies_have_are_as_they_are_told() -> None:
    told = (ROOT / "docs" / "deploying.md").read_text()
    section = " ".join(told[told.index("## Slow clients") : told.index("## Caches in front")].split())
    for seconds, text in (
        (submission.SECONDS, "{} seconds for a form"),
        (submission.SECONDS_WITH_FILES, "({} where it takes files)"),
        (upload.SECONDS, "{} for a picture"),
        (visit.FORM_SECONDS, "{} for what else the console is sent"),
        (gate_submission.SECONDS, "{} for a password"),
        (views_handlers.SECONDS, "{} for what a page's script tells"),
    ):
        assert text.format(round(seconds)) in section
    assert LINGERING_SECONDS == 5, "let go of after five seconds"


def test_no_secret_of_the_compose_file_is_in_an_image_or_a_commit() -> None:
    """The image is built from the whole tree (`build: ..`), and the keyring lies in it by then."""
    files = re.findall(r"\{file: (.+?)\}", (DEPLOY / "compose.yaml").read_text())
    assert len(files) == 3
    for name in ("dockerignore", "gitignore"):
        left_out = [line.strip("/") for line in (ROOT / f".{name}").read_text().splitlines()]
        assert [file for file in files if str(Path("deploy", file).parent) not in left_out] == [], name


def test_alerts_are_about_metrics_that_there_are() -> None:
    depths = {(metric, "forms"): 1.0 for metric in ("outbox_jobs", "spool_bytes")}
    shown = set(re.findall(r"^(renderer_\w+)", expose(Board(1), depths).decode(), re.M))
    # No worker has said anything yet, so none of its gauges is there.
    shown |= {f"renderer_{name}" for name in GAUGES}
    rules = (DEPLOY / "alerts.yml").read_text("utf-8")
    asked = [set(re.findall(r"\brenderer_\w+", text)) for text in re.findall(r"^\s+expr: (.+)$", rules, re.M)]
    assert len(asked) > 5
    assert set().union(*asked) <= shown
