"""All of a site in one file, for its owner to keep or to take elsewhere."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from aiohttp import web

from renderer import statistics as figures
from renderer.console import audit, takeout
from renderer.console.handlers.leads import lead_table
from renderer.console.handlers.newsletter import subscriber_table
from renderer.console.handlers.statistics import figure_table
from renderer.console.tables import in_bytes, send_pieces
from renderer.console.takeout import Entry, once
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.writing import find_post
from renderer.inbox import STATUSES, Status, Wanted
from renderer.keys import PICTURES
from renderer.media.queries import all_pictures
from renderer.statistics import MOST_DAYS, Period, Table
from renderer.themes.pictures.own import STEPS

_TABLES = (Table.DAYS, Table.PAGES)


async def give_takeout(visit: Visit) -> web.StreamResponse:
    """A ZIP archive. What is in it, each file at the moment when it is read, `takeout_about` tells its owner."""
    async with visit.db() as conn:
        await audit.note_site(conn, visit, "site_taken")
    now = datetime.now(visit.site.zone)
    name = f"{visit.site.host}-{now:%Y-%m-%d}.zip"
    return await send_pieces(visit, name, "application/zip", takeout.archive(_entries(visit), now))


async def _entries(visit: Visit) -> AsyncIterator[Entry]:
    words = words_for(visit.language)
    yield Entry(words["takeout_read_me"], once(words("takeout_about", title=visit.site.title, url=visit.site.url)))
    async with visit.db() as conn:
        site, posts = await takeout.site_text(conn, visit.site.id), await takeout.post_ids(conn, visit.site.id)
        pictures, today = await all_pictures(conn, visit.site.id), await figures.today(conn, visit.site.id)
    yield Entry("site.json", once(site))
    taken: set[str] = set()
    for post_id in posts:
        async for entry in _post(visit, post_id, taken):
            yield entry
    wanted = Wanted(tuple(map(Status, STATUSES)))
    yield Entry("messages.csv", in_bytes(await lead_table(visit, wanted)))
    yield Entry("newsletter.csv", in_bytes(subscriber_table(visit)))
    for table in _TABLES:
        yield Entry(f"statistics-{table}.csv", in_bytes(figure_table(visit, table, Period.last_days(MOST_DAYS, today))))
    missing, widest = [], max(STEPS)
    for kept in pictures:
        name = kept.picture.file_for(widest)
        try:
            body = await visit.request.app[PICTURES].get(f"{kept.place}/{name}")
        except OSError:
            body = None
        if body is None:
            missing.append(kept.name)
        else:
            yield Entry(f"pictures/{kept.name}.webp", once(body), is_packed=True)
    if missing:
        yield Entry("pictures/missing.txt", once("\n".join([*missing, ""])))


async def _post(visit: Visit, post_id: UUID, taken: set[str]) -> AsyncIterator[Entry]:
    async with visit.db() as conn:
        post = await find_post(conn, visit.site.id, post_id, visit.site.zone)
    if post is None:  # deleted just now
        return
    name = takeout.post_name(post, taken)
    yield Entry(f"posts/{name}.md", once(takeout.post_text(post)))
