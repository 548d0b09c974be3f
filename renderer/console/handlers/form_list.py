"""Forms of a site, and how long what is sent with them is kept."""

from typing import TYPE_CHECKING

from aiohttp import web

from renderer.console import audit, draw
from renderer.console.forms import queries, retention
from renderer.console.handlers.forms import tongues_spoken
from renderer.console.keeping import kept_places
from renderer.console.visit import Visit
from renderer.drafts.merge import Unmergeable
from renderer.themes.text.words import words_for

if TYPE_CHECKING:
    from renderer.db.lease import Connection


async def show_forms(visit: Visit) -> web.StreamResponse:
    return await _list(visit)


async def change_retention(visit: Visit) -> web.StreamResponse:
    """How long leads are kept. What would be deleted at once is deleted only for who ticks that it may be."""
    form = await visit.form()
    typed, sure = form.text("days")[:20], form.text("sure")
    async with visit.db() as conn:
        wrong, old = await _retain(conn, visit, typed, sure)
    if wrong:
        return await _list(visit, 422, typed, wrong, old)
    return draw.redirect(f"{_root(visit)}/forms", done="retention_changed")


async def _retain(conn: "Connection", visit: Visit, typed: str, sure: str) -> tuple[str, int]:
    """A word of what is wrong, or "", and how many leads would be deleted at once."""
    try:
        days = retention.read_days(typed)
        config = await queries.read_config(conn, visit.user.id, visit.site.id, hold=True)
        made = retention.state_days(config, days)
    except Unmergeable:
        return "config_unreadable", 0
    except ValueError:
        return "no_days", 0
    before = retention.stated_days(config)
    if days == before:
        return "", 0
    if days is not None:
        tier = (await queries.rights(conn, visit.user.id)).days
        if tier is not None and days > tier:
            return "days_beyond_tier", 0
        old = await queries.older_leads(conn, visit.site.id, days)
        if old and sure != str(days):
            return "days_delete", old
    await queries.write_config(conn, visit.user.id, visit.site.id, made)
    await audit.note_site(conn, visit, "retention_changed", old={"days": before or ""}, new={"days": days or ""})
    return "", 0


async def _list(
    visit: Visit, status: int = 200, typed: str | None = None, wrong: str = "", old: int = 0
) -> web.StreamResponse:
    """`typed`: days that were not taken, and why; `old`: leads that they would delete."""
    async with visit.db() as conn:
        cards = await queries.list_forms(conn, visit.site.id)
        kept = await kept_places(conn, visit)
        tongue = (await tongues_spoken(conn, visit))[0]
        tier = (await queries.rights(conn, visit.user.id)).days
        try:
            days = retention.stated_days(await queries.read_config(conn, visit.user.id, visit.site.id))
        except Unmergeable:
            days, wrong = None, "config_unreadable"
    return draw.page(
        visit,
        "forms.html",
        status=status,
        listed=[(card, card.form(words_for(tongue), tongue).title) for card in cards],
        waiting={card.key for card in cards if f"leads/forms/{card.key}" in kept},
        days=days if typed is None else typed,
        tier_days=tier,
        wrong=wrong,
        old=old,
        root=_root(visit),
    )


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/leads"
