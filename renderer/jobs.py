"""What the rooms have to do from time to time, beside requests; `upkeep.py` does it, in one process at a time."""

import contextlib

import asyncpg

from renderer import console, domains, forms, views
from renderer.edge.limits import forget_rates
from renderer.keyring import Keyring
from renderer.media import leftovers
from renderer.objects import open_pictures
from renderer.settings import Settings
from renderer.upkeep import OF_THE_DATABASE, Job, doubts_clock


def upkeep_jobs(settings: Settings, keyring: Keyring) -> list[Job]:
    """What the server does from time to time, and `renderer maintain` at once, after `live_jobs`."""

    async def keep_views(conn: asyncpg.Connection) -> str | None:
        doubt = await doubts_clock(conn)
        done = await views.keep_up(conn, keyring, settings.views.retention_days, deletes=doubt is None)
        return "; ".join(filter(None, (str(done), doubt)))

    async def check_domains(conn: asyncpg.Connection) -> str | None:
        proofs = domains.Proofs(settings.domains.resolvers)
        count = await domains.check_due(conn, proofs, settings.server.base_domains)
        return f"{count} checked" if count else None

    async def end_sessions(conn: asyncpg.Connection) -> str | None:
        count = await console.prune_sessions(conn)
        return f"{count} forgotten" if count else None

    async def keep_leads(conn: asyncpg.Connection) -> str | None:
        await forget_rates(conn)
        if doubt := await doubts_clock(conn):
            return doubt
        return await forms.keep_up(conn, settings.forms.keep_ip_days)

    async def clear_pictures(conn: asyncpg.Connection) -> str | None:
        async with contextlib.aclosing(open_pictures(settings)) as pictures:
            return await leftovers.clear(conn, pictures)

    return [
        Job("pictures", 600.0, clear_pictures),
        Job("leads", 3_600.0, keep_leads),
        Job("page views", 3_600.0, keep_views),
        Job("domains", 60.0, check_domains),
        Job("sessions", 3_600.0, end_sessions),
        *OF_THE_DATABASE,
    ]


def live_jobs(settings: Settings) -> list[Job]:
    """What owners wait for: today's figures. Beside the rest, which may take its time."""

    async def roll_up(conn: asyncpg.Connection) -> str | None:
        done = await views.roll_up_due(conn, settings.views.retention_days)
        return f"{done.days} days of sites summed, {done.views} views" if done.days else None

    return [Job("roll-up", 0.0, roll_up, quiet=True, paced=True)]
