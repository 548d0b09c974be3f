"""What forms need for as long as an application runs."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from functools import partial

from aiohttp import web

from renderer.forms.files import Files, files_folder
from renderer.forms.judging import Judge, read_referrers
from renderer.forms.keeper import Keeper
from renderer.forms.kept_files import KeptFiles
from renderer.forms.spool import Spool, spool_folder
from renderer.keys import KEYRING, KNOWN, OUTBOX, POOL, SETTINGS
from renderer.known import Known
from renderer.objects import open_bucket
from renderer.settings import Settings

KEEPER = web.AppKey("keeper", Keeper)
JUDGE = web.AppKey("judge", Judge)
FILES = web.AppKey("files", KeptFiles)
log = logging.getLogger(__name__)


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """To be entered after the pool's, through which it stores what waits."""
    settings = app[SETTINGS]
    app[KNOWN] = Known(settings.var / "known", app[KEYRING])
    app[JUDGE] = Judge(settings.forms, app[KEYRING], _referrers(settings))
    spool = Spool(spool_folder(settings.var), app[KEYRING], settings.forms.spool_bytes)
    bucket = open_bucket(settings, "leads")
    app[FILES] = files = KeptFiles(Files(files_folder(settings.var), app[KEYRING]), bucket)
    app[KEEPER] = keeper = Keeper(app[POOL], spool, files, settings.forms.site_files_bytes, partial(_deliver, app))
    await asyncio.to_thread(app[KNOWN].clear_old)
    running = asyncio.create_task(keeper.run(), name="leads")
    yield
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    keeper.close()
    app[KNOWN].close()
    if bucket is not None:
        await bucket.aclose()


def _deliver(app: web.Application) -> None:
    app[OUTBOX].wake()


def _referrers(settings: Settings) -> frozenset[str]:
    try:
        return read_referrers(settings.spam_referrers_file)
    except OSError as fault:
        log.error("forms.spam_referrers cannot be read: %s", fault)
        return frozenset()
