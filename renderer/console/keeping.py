"""What is typed into a long form and not saved: kept for who typed it, until it is saved or given up. Posts have a
table of their own (`writing/unsaved.py`), as they are listed with what waits in them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from renderer.console.visit import Form, Visit
from renderer.db import queries
from renderer.drafts.merge import Unmergeable, read

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("unsaved")
PLACE = re.compile(
    r"(?=.{1,300}$)(?:facts|leads/forms/[\w-]+|texts/(?:section|entry|translation)\?[\w/=&.,:%~+-]+)", re.A
)
NO_TEXTS = re.compile(
    r"at|part|seen|do|of|list|lang|field|picture|_tab"
    r"|(?:.*/)?(?:kind|section|status|icon|provenance|vouched|from_|highlight|image|focus)"
)
"""Fields of forms that nobody types."""
SCREENS = {"facts": "tab_facts", "texts": "tab_texts", "leads/forms": "forms"}
"""Where such forms are, and what it is called there."""
MOST_KEPT = 20
"""Forms of a site; of more the oldest are forgotten."""
_TABS = re.compile(r"[\w-]{1,40}", re.A)


@dataclass(frozen=True, slots=True)
class Tabs:
    """Which open page types: `own`, its random name, and `known`, the names that what is kept may have."""

    own: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keeping:
    """For a template. `keep` is where a script sends what is typed; `pairs` the fields that were kept, none where the
    form has newer ones: `unsaved`."""

    keep: str
    tab: str
    pairs: list[tuple[str, str]]
    typed_at: datetime | None
    unsaved: bool

    @property
    def typed(self) -> str:
        return json.dumps(self.pairs, ensure_ascii=False)

    def fits(self, seen: str) -> bool:
        """Whether the form is still the one that it was typed into: another section may stand at its address by now."""
        return any(name in ("seen", "of") and value == seen for name, value in self.pairs)

    def texts(self, now: Iterable[str]) -> list[str]:
        """What somebody typed, to be copied, without what stands in the form anyway."""
        there = set(now)
        found = [value for name, value in self.pairs if value.strip() and not NO_TEXTS.fullmatch(name)]
        return [value for value in dict.fromkeys(found) if value.strip() not in there]


def tabs_of(form: Form) -> Tabs:
    known = tuple(_TABS.findall(form.text("_tab")[:100])[:2])
    return Tabs(known[0] if known else "", (*known, ""))


def place_of(visit: Visit, address: str) -> str:
    """`address` is the form's path, with its query."""
    return address.removeprefix(f"/sites/{visit.site.id}/")


async def keep_form(conn: "Connection", visit: Visit, place: str, pairs: Sequence[tuple[str, str]], tabs: Tabs) -> bool:
    """In place of what was kept before. False: another open page of this form keeps its own."""
    typed = json.dumps([pair for pair in pairs if pair[0] != "_tab"], ensure_ascii=False)
    whose = _whose(visit)
    made = await _queries.keep_form(conn, **whose, place=place, typed=typed, tab=tabs.own, tabs=list(tabs.known))
    await _queries.keep_newest(conn, **whose, most=MOST_KEPT)
    return made is not None


async def find_kept(conn: "Connection", visit: Visit, address: str, *, typed: bool = False) -> Keeping | None:
    """`typed`: the form shows what was typed and not taken, which is newer than what was kept. None: a form whose
    address says more than a form's has to."""
    place = place_of(visit, address)
    if not PLACE.fullmatch(place):
        return None
    row = await _queries.kept_form(conn, **_whose(visit), place=place)
    kept = [] if row is None or typed else _pairs(row["typed"])
    keep = f"/sites/{visit.site.id}/unsaved?for={quote(place, safe='')}"
    return Keeping(keep, row["tab"] if row else "", kept, row["typed_at"] if kept else None, typed)


async def kept_places(conn: "Connection", visit: Visit) -> list[str]:
    """Forms of the site that have some."""
    return [row["place"] async for row in _queries.kept_places(conn, **_whose(visit))]


def screens_of(places: Iterable[str]) -> dict[str, str]:
    """Of `SCREENS` those with something that was typed and not saved."""
    return {path: word for path, word in SCREENS.items() if any(one.startswith(path) for one in places)}


async def forget_kept(visit: Visit, address: str, form: Form | None = None) -> None:
    """`form`: it was saved, and what another open page typed stays. None: given up, whoever typed it."""
    tabs = list(tabs_of(form).known) if form and form.text("_tab") else None
    async with visit.db() as conn:
        await _queries.forget_form(conn, **_whose(visit), place=place_of(visit, address), tabs=tabs)


def _pairs(text: str | None) -> list[tuple[str, str]]:
    """Without what is nothing of ours."""
    try:
        value = read(text or "[]")
    except Unmergeable:
        return []
    return [
        (pair[0], pair[1])
        for pair in (value if isinstance(value, list) else [])
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
    ]


def _whose(visit: Visit) -> dict[str, object]:
    return {"website_id": visit.site.id, "user_id": visit.user.id}
