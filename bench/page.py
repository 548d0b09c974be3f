"""A page of eighteen sections, from its row to bytes: kept, drawn anew, and read for the first time."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import jinja2
from markupsafe import Markup

from bench import Figure, cpu
from renderer.shelf import Shelf
from renderer.themes import Drawn, Site, SiteSource, Themes, draw_page, load_themes, read_site

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 25, 5, tzinfo=UTC)
SECTIONS = 18


def run() -> list[Figure]:
    themes = load_themes(ROOT / "themes")
    row = source(eighteen_sections())
    site = read_site(themes, row)
    sections = len(site.pages["/"].sections)
    if sections != SECTIONS:
        raise RuntimeError(f"the page has {sections} sections; expected {SECTIONS}")
    html = _bytes(_drawn(site))
    alone = _jinja_alone(html.decode())
    baseline, _ = cpu(alone, 300)
    loading, _ = cpu(lambda: json.loads(row.generated_content or ""), 300)
    numbers = count()

    def figure(name: str, work: Any, target: float, runs: int, beside: float, against: str) -> Figure:
        value, worst = cpu(work, runs)
        return Figure(name, value, target, beside, against, worst)

    return [
        figure("row to bytes, the page kept", _kept(themes, row), 1, 500, baseline, "Jinja2 alone"),
        figure("site to bytes, drawn anew", lambda: _bytes(_drawn(site)), 1, 200, baseline, "Jinja2 alone"),
        figure(
            "row to bytes, read for the first time",
            lambda: _bytes(_drawn(read_site(themes, row))),
            1,
            100,
            loading,
            "json.loads of it",
        ),
        figure(
            "the same after one section changed", _changed(themes, row, _with_text), 4, 100, baseline, "Jinja2 alone"
        ),
        figure(
            "the same after its title changed", _changed(themes, row, _with_title), 1, 300, baseline, "Jinja2 alone"
        ),
        figure(
            "row to bytes with colours never seen before",
            lambda: _bytes(_drawn(read_site(themes, _with_colour(row, next(numbers))))),
            50,
            60,
            loading,
            "json.loads of it",
        ),
    ]


def eighteen_sections() -> dict[str, Any]:
    """Content of the demo sites: their sections on one page, one of each type first."""
    sections: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    facts: dict[str, Any] = {}
    for path in sorted((ROOT / "demo" / "sites").glob("*.json")):
        content = json.loads(path.read_text("utf-8"))["website"]["generated_content"]
        facts = {**content["site"], **facts}
        for number, section in enumerate(one for page in content["pages"] for one in page["sections"]):
            named = {**section, "id": f"{path.stem}-{number}", "provenance": "owner"}
            (more if any(one["type"] == section["type"] for one in sections) else sections).append(named)
    drawn_once = {"hero", "announcement", "latest-posts", "contact"}
    rest = [section for section in more if section["type"] not in drawn_once]
    chosen = [section for section in sections if section["type"] != "latest-posts"]
    return {"site": facts, "pages": [{"path": "/", "sections": [*chosen, *rest][:SECTIONS]}]}


def source(content: dict[str, Any]) -> SiteSource:
    placed = [{"id": one["id"], "type": one["type"], "page": "/"} for one in content["pages"][0]["sections"]]
    required = [field.name for field in fields(SiteSource) if field.default is field.default_factory is MISSING]
    columns = {
        "id": UUID(int=1),
        "subdomain": "bench",
        "template_id": "pilar",
        "base_url": "https://bench.example",
        "design_tokens": json.dumps({"color": {"primary": "#0b6e4f"}}),
        "generated_content": json.dumps(content, ensure_ascii=False),
        "components_config": json.dumps(placed),
    }
    return SiteSource(**{**dict.fromkeys(required), **columns})


def _changed(themes: Themes, row: SiteSource, change: Callable[[SiteSource, int], SiteSource]) -> Callable[[], bytes]:
    """Each time something else, with the reading before at hand; what the changed row is made of does not count."""
    last = read_site(themes, row)
    draw_page(last, "/", [], NOW)
    rows = iter([change(row, number) for number in range(400)])

    def work() -> bytes:
        nonlocal last
        last = read_site(themes, next(rows), last)
        return _bytes(draw_page(last, "/", [], NOW))

    return work


def _with_title(row: SiteSource, number: int) -> SiteSource:
    return replace(row, seo_title=f"Judul {number}")


def _with_text(row: SiteSource, number: int) -> SiteSource:
    content = json.loads(row.generated_content or "")
    content["pages"][0]["sections"][3]["title"] = f"Judul {number}"
    return replace(row, generated_content=json.dumps(content, ensure_ascii=False))


def _with_colour(row: SiteSource, number: int) -> SiteSource:
    tokens = json.dumps({"color": {"primary": f"#{0x101010 + number * 0x010F:06x}"}})
    return replace(row, design_tokens=tokens)


def _drawn(site: Site) -> Drawn | None:
    """All of it anew."""
    site.kept.clear()
    site.pieces.clear()
    return draw_page(site, "/", [], NOW)


def _bytes(drawn: Drawn | None) -> bytes:
    return drawn.html.encode() if drawn else b""


def _kept(themes: Themes, row: SiteSource) -> Any:
    """As a request finds it: the row's text is new each time, and equal to what was read before."""
    shelf = Shelf(themes)

    async def serve() -> Drawn | None:
        again = replace(row, generated_content="".join([row.generated_content or ""]))
        return await shelf.draw(await shelf.read(again), "/", [], NOW)

    loop = asyncio.new_event_loop()

    def work() -> bytes:
        return _bytes(loop.run_until_complete(serve()))

    return work


def _jinja_alone(html: str) -> Any:
    """The page's own texts between its own tags, put there by Jinja2 without a sandbox: what the framework takes."""
    parts = re.split(r"(?<=>)([^<>\n]+)(?=<)", html)
    environment = jinja2.Environment(autoescape=True)
    template = environment.from_string("{% for tags, text in parts %}{{ tags }}{{ text }}{% endfor %}")
    pairs = [(Markup(tags), text) for tags, text in zip(parts[::2], parts[1::2], strict=False)]
    return lambda: template.render(parts=pairs)
