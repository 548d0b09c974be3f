"""Reading drawn pages back: what a browser would find in them."""

from dataclasses import MISSING
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from renderer.themes import PostSource, Site, SiteSource, draw_page
from tests.judge import Page
from tests.judge_safety import BASE_URL
from tests.judged import Element

__all__ = ["NOW", "ROOT", "Element", "Page", "draw", "source"]

NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
ROOT = Path(__file__).parent.parent / "themes"


def source(**columns: object) -> SiteSource:
    """A row with nothing in it but what a test names."""
    columns_of = SiteSource.__dataclass_fields__.values()
    needed = [column.name for column in columns_of if column.default is column.default_factory is MISSING]
    row: dict[str, object] = dict.fromkeys(needed)
    row.update(id=UUID(int=7), subdomain="kopi-senja", template_id="pilar", base_url=BASE_URL)
    return SiteSource(**{**row, **columns})  # type: ignore[arg-type]


def draw(site: Site, path: str = "/", posts: list[PostSource] | None = None, now: datetime = NOW) -> Page:
    drawn = draw_page(site, path, posts or [], now)
    assert drawn is not None
    page = Page(drawn.html)
    assert page.problems == [], page.problems
    return page
