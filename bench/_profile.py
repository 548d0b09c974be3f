"""Where a hot request's time goes: a worker under the profiler while wrk asks. `python -m bench._profile`.

The profiler makes calls of Python dear and leaves the system's alone; shares, not times, are what this tells.
"""

import asyncio
import cProfile
import pstats
import tempfile
import time
from pathlib import Path

import uvloop
from aiohttp import web

from bench._servers import SECONDS, wrk
from bench.edge import database
from renderer import settings, views
from renderer.app import make_app
from renderer.keyring import Keyring
from renderer.themes import load_themes
from renderer.workers import listen
from renderer.workers.protocol import Runner

LINES = 28


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, database(folder) as (_, url):
        config = Path(folder) / "config.toml"
        config.touch()
        given = {"server": {"base_domains": ["sites.test"]}, "paths": {"var": folder}, "log": {"access": False}}
        made = settings.load(config, given)
        views.warm_up()
        profiler = cProfile.Profile(time.process_time)
        uvloop.run(_serve(make_app(made, url, Keyring.generate(), load_themes(made.themes_dir)), profiler))
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(LINES)


async def _serve(app: web.Application, profiler: cProfile.Profile) -> None:
    runner = Runner(app, access_log=None, auto_decompress=False)
    await runner.setup()
    listener = listen("127.0.0.1", 0, 1)[0]
    await runner.accept(listener)
    port = listener.getsockname()[1]
    await _load(port)
    await _load(port)
    profiler.enable()
    await _load(port)
    profiler.disable()
    await runner.cleanup()


async def _load(port: int) -> None:
    with wrk(port, None, SECONDS) as process:
        await asyncio.to_thread(process.communicate)


if __name__ == "__main__":
    main()
