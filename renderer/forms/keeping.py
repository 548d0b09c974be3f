"""The keeper's lifetime in an application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from renderer.forms.keeper import Keeper
from renderer.forms.spool import Spool, spool_folder
from renderer.keys import KEYRING, KNOWN, POOL, SETTINGS
from renderer.known import Known

KEEPER = web.AppKey("keeper", Keeper)


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """To be entered after the pool's, through which it stores what waits."""
    settings = app[SETTINGS]
    app[KNOWN] = Known(settings.var / "known", app[KEYRING])
    spool = Spool(spool_folder(settings.var), app[KEYRING], settings.forms.spool_bytes)
    app[KEEPER] = keeper = Keeper(app[POOL], spool)
    await asyncio.to_thread(app[KNOWN].clear_old)
    running = asyncio.create_task(keeper.run(), name="leads")
    yield
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    keeper.close()
    app[KNOWN].close()
