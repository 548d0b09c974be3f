"""What forms of texts have in common: what they are about, what was typed, and where they lead when that is gone."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from renderer.console import draw
from renderer.console.designing.desk import Desk, open_desk, places_of
from renderer.console.editing import texts
from renderer.console.editing.of_profile import PARTS
from renderer.console.editing.places import Places
from renderer.console.editing.tongues import tongues_of
from renderer.console.keeping import NO_TEXTS, kept_places
from renderer.console.preview_link import preview_of
from renderer.console.visit import Form, Visit
from renderer.themes.tongues import own_name

MOST_PART = 40


async def list_texts(
    visit: Visit, problem: str = "", status: int = 200, typed: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """`typed`: a form's fields, where what it was about is gone; its texts are shown to be copied."""
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
        kept = await kept_places(conn, visit)
    places = await places_of(desk)
    if places is None:
        problem, status = problem or "content_unreadable", max(status, 422)
    pages: dict[str, list[texts.SectionLine]] = {}
    for line in texts.list_sections(places) if places else ():
        pages.setdefault(line.page, []).append(line)
    return draw.page(
        visit,
        "texts.html",
        status=status,
        problem=problem,
        desk=desk,
        pages=pages,
        titles={page.path: page.title for page in places.content.pages if page.path and page.title} if places else {},
        parts=PARTS if places else (),
        waiting={_about(place) for place in kept},
        typed=[value for name, value in (typed or {}).items() if value and not NO_TEXTS.fullmatch(name)],
        forms=[preview_of(visit)],
        root=f"/sites/{visit.site.id}",
    )


def _about(place: str) -> str:
    """Which line of the list a form is below."""
    query = parse_qs(urlsplit(place).query)
    at, part = query.get("at", [""])[0], query.get("part", query.get("list", [""]))[0].partition("/")[0]
    return f"{at} {part}" if at == "/site" and part in PARTS else at


async def say_gone(visit: Visit, places: Places | None, typed: Mapping[str, str] | None = None) -> web.StreamResponse:
    """What a form was about is no longer there, or nothing of the content can be read."""
    problem, status = ("texts_gone", 404) if places else ("content_unreadable", 422)
    return await list_texts(visit, problem, status, typed)


def pointer_of(text: str) -> str:
    """As it is told by a preview, or by one of our own forms."""
    return text[:80].removeprefix("/generated_content")


def typed_in(form: Form) -> dict[str, str]:
    """Fields by name; of what is ticked several times under one name, a line each."""
    wanted: dict[str, str] = {}
    for name, value in form.items():
        wanted[name] = f"{wanted[name]}\n{value}" if wanted.get(name) else value
    return {name: value.strip() for name, value in wanted.items()}


def part_of_form(text: str) -> str:
    """An entry, or a part of the profile, as a form names it."""
    return text[:MOST_PART]


def texts_root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/texts"


def form_address(visit: Visit, pointer: str, part: str = "") -> str:
    return f"{texts_root(visit)}/section?at={pointer}" + (f"&part={part}" if part else "")


def surroundings(visit: Visit, desk: Desk, places: Places, pointer: str, part: str) -> dict[str, Any]:
    """What every form of texts shows beside its fields."""
    return {
        "desk": desk,
        "at": pointer,
        "part": part,
        "line": next((one for one in texts.list_sections(places) if one.pointer == pointer), None),
        "tongues": [(tag, own_name(tag)) for tag in tongues_of(places)],
        "own_language": own_name(places.content.language or "id"),
        "forms": [preview_of(visit)],
        "root": f"/sites/{visit.site.id}",
    }
