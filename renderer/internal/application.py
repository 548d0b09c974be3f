"""The application of the internal port."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
from aiohttp import web

from renderer.db.pool import TEMPORARY, can_connect, open_pool
from renderer.edge.reader import Reader
from renderer.internal import queries
from renderer.internal.certificates import Certificates
from renderer.internal.door import Door
from renderer.internal.metrics import CONTENT_TYPE, expose
from renderer.keys import FRONT, POOL, SETTINGS
from renderer.settings import Settings
from renderer.tally import Board

# Its few questions wait for nobody.
MOST_CONNECTIONS = 2
CLOSING_SECONDS = 2.0
READY_PULSE_SECONDS = 0.1
# Figures of the database and the disk are looked at no more often, however often they are asked for.
DEPTHS_SECONDS = 10.0

BOARD = web.AppKey("board", Board)
CERTIFICATES = web.AppKey("certificates", Certificates)
_DEPTHS: web.AppKey["_Depths"] = web.AppKey("depths")


def make_internal_app(settings: Settings, board: Board, url: str, direct_url: str, spools: Path) -> web.Application:
    """`board` is where the workers count, `spools` the folder of what waits on disk. Opens nothing before its start."""
    app = web.Application()
    app[SETTINGS] = settings
    app[BOARD] = board
    bases = settings.server.base_domains
    own = {*bases, *([settings.console.host] if settings.console.host else [])}
    app[CERTIFICATES] = Certificates(
        lambda: app[POOL],
        bases,
        own,
        subdomains=settings.internal.tls_subdomains,
        previews=settings.preview_domain,
    )
    app[FRONT] = Door(settings, app[CERTIFICATES])
    app[_DEPTHS] = _Depths(spools)
    app.add_routes(
        [web.get("/healthz", show_health), web.get("/readyz", show_readiness), web.get("/metrics", show_metrics)]
    )
    app.cleanup_ctx.append(_lifetime(settings, url, direct_url))
    return app


async def until_loaded(app: web.Application) -> None:
    """Until the verified hosts are known, and the workers beside are ready: whoever asked the generation before was
    told so, and would be told otherwise."""
    await app[CERTIFICATES].loaded.wait()
    while not all(one.is_ready for one in app[BOARD].read()):  # noqa: ASYNC110
        await asyncio.sleep(READY_PULSE_SECONDS)  # shared memory wakes nobody


async def show_health(request: web.Request) -> web.Response:
    """200 while every worker shows signs of life; a restart is of no use to anything else."""
    silent = [number for number, one in enumerate(request.app[BOARD].read()) if not one.is_alive]
    return _plain([f"worker {number}: silent" for number in silent] or ["ok"], 503 if silent else 200)


async def show_readiness(request: web.Request) -> web.Response:
    """200 once every worker reached the database and follows its changes. It stays so while the database is away:
    what is kept is served then."""
    seen = request.app[BOARD].read()
    lines = [f"worker {number}: {'ready' if one.is_ready else 'not ready'}" for number, one in enumerate(seen)]
    is_ready = all(one.is_ready and one.is_alive for one in seen)
    return _plain(lines, 200 if is_ready else 503)


async def show_metrics(request: web.Request) -> web.Response:
    depths = {**await request.app[_DEPTHS].read(request.app[POOL])}
    depths["certificate_hosts", "verified"] = len(request.app[CERTIFICATES])
    body = await asyncio.to_thread(expose, request.app[BOARD], depths)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})


def _plain(lines: list[str], status: int) -> web.Response:
    return web.Response(text="\n".join(lines) + "\n", status=status, headers={"Cache-Control": "no-store"})


class _Depths:
    """How much waits, by metric and kind."""

    def __init__(self, spools: Path) -> None:
        self._spools = spools
        self._read_at = -DEPTHS_SECONDS
        self._found: dict[tuple[str, str], float] = {}

    async def read(self, pool: asyncpg.Pool) -> dict[tuple[str, str], float]:
        if time.monotonic() - self._read_at >= DEPTHS_SECONDS:
            self._read_at = time.monotonic()
            spools = await asyncio.to_thread(_spooled, self._spools)
            found: dict[tuple[str, str], float] = {("spool_bytes", kind): size for kind, size in spools.items()}
            with contextlib.suppress(*TEMPORARY, asyncpg.PostgresError):
                async with pool.acquire(timeout=1.0) as conn:
                    jobs = await queries.outbox_depths(conn)
                found.update({("outbox_jobs", kind): float(count) for kind, count in jobs.items()})
            self._found = found
        return self._found


def _spooled(folder: Path) -> dict[str, int]:
    """Bytes of each spool."""
    found = {}
    with contextlib.suppress(OSError):
        for spool in folder.iterdir():
            size = 0
            for place, _, files in os.walk(spool):
                for name in files:
                    with contextlib.suppress(OSError):
                        size += (Path(place) / name).stat().st_size
            found[spool.name] = size
    return found


def _lifetime(settings: Settings, url: str, direct_url: str) -> Callable[[web.Application], AsyncIterator[None]]:
    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        seconds = settings.database.connect_seconds
        app[POOL] = await open_pool(
            url,
            largest=MOST_CONNECTIONS,
            connect_seconds=seconds,
            # Reading all verified hosts is no visitor's request.
            statement_seconds=max(60.0, settings.database.statement_seconds),
        )
        certificates = app[CERTIFICATES]
        reader = Reader(direct_url, certificates, lambda: can_connect(url, seconds), seconds)
        running = [asyncio.create_task(reader.run()), asyncio.create_task(certificates.run())]
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        app[FRONT].close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await app[POOL].close()
        app[POOL].terminate()

    return lifetime
