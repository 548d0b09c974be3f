"""From behind the counter: prices and what is sold out; name, numbers, address and opening hours."""

from dataclasses import fields, replace
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from renderer.console import audit, draw, editing
from renderer.console.editing import Facts, FactsWrong, Holiday, Moved, Priced, Unreadable
from renderer.console.editing.of_profile import PARTS
from renderer.console.keeping import find_kept, forget_kept, kept_places, screens_of
from renderer.console.visit import Form, Visit
from renderer.keys import KEYRING

TEXTS = tuple(one.name for one in fields(Facts) if one.name not in ("days", "holidays"))
LONG = 20
"""Prices from which on they are looked for by name."""
BLANKS = 2
"""Empty rows for further holidays."""


async def show_prices(visit: Visit) -> web.StreamResponse:
    """Of a long list those whose name, or the heading above it, has all `words`."""
    return await _prices(visit, words=_words(visit.request.query.get("words", "")))


async def change_price(visit: Visit) -> web.StreamResponse:
    """Another price, or sold out and back, for the one thing that the form is about."""
    form = await visit.form()
    seen = Priced(
        form.text("pointer")[:500], "", form.text("called")[:200], form.text("was")[:200], form.ticked("was_gone")
    )
    deed, words = form.text("do"), _words(form.text("words"))
    done = {"gone": "price_gone", "back": "price_back"}.get(deed, "price_changed")

    def change(document: dict[str, object]) -> None:
        if deed == "gone":
            editing.set_sold_out(document, seen, True)
        elif deed == "back":
            editing.set_sold_out(document, seen, False)
        else:
            editing.set_price(document, seen, form.text("price"))

    try:
        async with visit.db() as conn:
            await editing.change_content(conn, visit.user.id, visit.site.id, change)
            old = {"name": seen.name, "price": seen.price}
            new = {"price": form.text("price")[: editing.MOST_PRICE]} if done == "price_changed" else None
            await audit.note_site(conn, visit, done, old=old, new=new)
    except Moved:
        typed = replace(seen, price=form.text("price")[: editing.MOST_PRICE]) if done == "price_changed" else None
        return await _prices(visit, 409, "prices_moved", typed)
    except (Unreadable, LookupError):
        return await _prices(visit, 422, "content_unreadable")
    if done == "price_changed" and replace(seen, price=form.text("price")).is_words:
        done = "price_words"
    narrowed = f"?{urlencode({'words': words})}" if words else ""
    return draw.redirect(f"/sites/{visit.site.id}/prices{narrowed}#{quote(seen.pointer, safe='/')}", done=done)


async def show_facts(visit: Visit) -> web.StreamResponse:
    try:
        async with visit.db() as conn:
            facts = editing.read_facts(await editing.read_content(conn, visit.user.id, visit.site.id))
    except (Unreadable, LookupError):
        return await _facts(visit, Facts(name=visit.site.title), status=422, notice="content_unreadable")
    return await _facts(visit, facts)


async def change_facts(visit: Visit) -> web.StreamResponse:
    """Of two editors the second is told: `seen` is what the form began with."""
    form = await visit.form()
    wanted, before = _read(form), list[Facts]()

    def change(document: dict[str, object]) -> None:
        now = editing.read_facts(document)
        if _digest(now) != form.text("seen"):
            raise Moved
        before.append(now)
        editing.write_facts(document, now, wanted)

    try:
        async with visit.db() as conn:
            await editing.change_content(conn, visit.user.id, visit.site.id, change)
            old, new = _logged(visit, before[0], wanted)
            await audit.note_site(conn, visit, "facts_changed", old=old, new=new)
    except Moved:
        async with visit.db() as conn:
            now = editing.read_facts(await editing.read_content(conn, visit.user.id, visit.site.id))
        return await _facts(visit, wanted, seen=now, status=409, notice="facts_moved")
    except FactsWrong as wrong:
        return await _facts(visit, wanted, status=422, wrong=wrong.fields, digest=form.text("seen")[:64])
    except (Unreadable, LookupError):
        return await _facts(visit, wanted, status=422, notice="content_unreadable")
    await forget_kept(visit, f"{_root(visit)}/facts", form)
    return draw.redirect(f"{_root(visit)}/facts", done="facts_changed")


async def _prices(
    visit: Visit, status: int = 200, notice: str = "", typed: Priced | None = None, words: str = ""
) -> web.StreamResponse:
    """`typed`: a price that was not taken, as it was typed."""
    try:
        async with visit.db() as conn:
            kept = await kept_places(conn, visit)
            document = await editing.read_content(conn, visit.user.id, visit.site.id)
        listed = editing.price_list(document)
    except (Unreadable, LookupError):
        listed, notice = [], "content_unreadable"
    shown = [one for one in listed if all(word in f"{one.name} {one.under}".casefold() for word in words.split())]
    headings = [(heading, list(rows)) for heading, rows in groupby(shown, attrgetter("under"))]
    found = typed is not None and any((one.pointer, one.name) == (typed.pointer, typed.name) for one in listed)
    return draw.page(
        visit,
        "prices.html",
        status=status,
        headings=headings,
        words=words,
        is_long=len(listed) >= LONG,
        problem=notice,
        typed=typed,
        lost=typed if typed and not found else None,
        typing=screens_of(one for one in kept if one == "facts"),
        root=_root(visit),
    )


def _words(text: str) -> str:
    return " ".join(text[:100].casefold().split())


async def _facts(
    visit: Visit,
    facts: Facts,
    *,
    status: int = 200,
    notice: str = "",
    seen: Facts | None = None,
    digest: str = "",
    wrong: list[tuple[str, str]] | None = None,
) -> web.StreamResponse:
    async with visit.db() as conn:
        keeping = await find_kept(conn, visit, f"{_root(visit)}/facts", typed=visit.request.method == "POST")
    return draw.page(
        visit,
        "facts.html",
        status=status,
        facts=facts,
        now=seen,
        digest=digest or _digest(seen or facts),
        problem=notice,
        wrong=dict(wrong or []),
        profile=PARTS,
        keeping=keeping,
        holidays=[*facts.holidays, *([Holiday()] * BLANKS)][: editing.MOST_HOLIDAYS],
        root=_root(visit),
    )


def _read(form: Form) -> Facts:
    texts: dict[str, Any] = {name: " ".join(form.text(name).split())[:500] for name in TEXTS}
    days = tuple(" ".join(form.text(f"day-{number}").split())[:100] for number in range(7))
    holidays = []
    for number in range(editing.MOST_HOLIDAYS):
        first, last, label, opened, closed = (
            form.text(f"holiday-{number}-{part}")[:80] for part in ("first", "last", "label", "open", "close")
        )
        holidays.append(Holiday(first, last or first, label, opened, closed))
    while holidays and holidays[-1] == Holiday():
        holidays.pop()
    return replace(Facts(**texts), days=days, holidays=tuple(holidays))


def _logged(visit: Visit, before: Facts, after: Facts) -> tuple[dict[str, Any], dict[str, Any]]:
    """What changed, for the log: numbers, addresses and names as digests."""
    keyring = visit.request.app[KEYRING]
    changed = [name for name in (*TEXTS, "days", "holidays") if getattr(before, name) != getattr(after, name)]
    old, new = (
        {name: audit.personal(keyring, str(getattr(facts, name) or "")) for name in changed}
        for facts in (before, after)
    )
    return old, new


def _digest(facts: Facts) -> str:
    return sha256(repr(facts).encode("utf-8", "replace")).hexdigest()


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}"
