"""Content to look at a theme with: every list in any number of entries."""

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from renderer.themes import Around, PostList, PostRow, PostSource, Site, SiteSource, Theme, Themes, read_site

COUNTS = (0, 1, 2, 3, 5, 12)
_TEXT = "Satu kalimat yang menjelaskan apa ini, untuk siapa, dan berapa lama."
_SITE = {
    "name": "Rumah Contoh",
    "tagline": "Yang dicoba dengan segala isi",
    "contact": {
        "whatsapp": {"number": "081355500123"},
        "phone": "022-555-0101",
        "address": {"street": "Jalan Kaliurang 12", "city": "Sleman", "province": "DI Yogyakarta"},
    },
    "hours": {"weekly": [{"days": ["mo", "tu", "we", "th", "fr"], "open": "07:00", "close": "16:00"}]},
}


def section(kind: str, count: int) -> dict[str, Any]:
    """One section of that type with so many entries, each with whatever a list may draw of it."""
    entries = [
        {
            "id": f"{kind}-{index}",
            "name": f"Contoh {index + 1}",
            "text": _TEXT,
            "price": 25_000 + index * 500,
            "value": str(12 + index),
            "role": "Perawat",
            "address": "Jalan Kaliurang 12, Sleman",
            "duration": "45 menit",
        }
        for index in range(count)
    ]
    return {"id": f"{kind}-s", "type": kind, "title": f"Judul {kind}", "text": _TEXT, "items": entries}


def fixture(
    themes: Themes, theme: Theme, sections: list[tuple[dict[str, Any], str | None]], variant: str | None = None
) -> Site:
    """A site of one page with these sections, each in the variant of it that stands beside it."""
    content = {
        "language": "id",
        "site": _SITE,
        "pages": [{"path": "/", "sections": [one for one, _ in sections]}],
        "provenance": {"": "owner"},
    }
    components = [{"id": one["id"], "type": one["type"], "page": "/", "variant": shown} for one, shown in sections]
    columns = dict.fromkeys(name for name in SiteSource.__dataclass_fields__ if name not in _DEFAULTED)
    row: dict[str, Any] = {
        **columns,
        "id": UUID(int=1),
        "subdomain": "contoh",
        "template_id": theme.id,
        "template_variant": variant,
        "generated_content": json.dumps(content),
        "components_config": json.dumps(components),
        "base_url": "https://contoh.example",
    }
    return read_site(themes, SiteSource(**row))


def full_post() -> tuple[PostRow, Around]:
    """A post with all that one can have, and what stands beside it."""
    text = "\n\n".join(f"## Bagian {number}\n\n{_TEXT}" for number in range(1, 5))
    labels = [("resep", "Resep"), ("kedai", "Kedai")]
    post = bare_post(
        slug="lengkap",
        excerpt=_TEXT,
        content=json.dumps({"type": "markdown", "text": text}),
        featured_image="/foto/satu.jpg",
        gallery_images=["/foto/dua.jpg", "/foto/tiga.jpg"],
        updated_at=_DAY.replace(month=12),
        words=900,
        categories=labels,
        tags=labels,
    )
    shelf = listed(3)
    return post, Around(shelf[0], shelf[1], shelf)


def bare_post(**columns: Any) -> PostRow:
    """A post with nothing but a title, beside what is named."""
    row = {field.name: None for field in fields(PostRow) if field.default is MISSING}
    given = {
        "id": UUID(int=2),
        "slug": "pendek",
        "title": "Pendek",
        "gallery_images": (),
        "visible_from": _DAY,
        "words": 0,
    }
    return PostRow(**{**row, **given, **columns})


def listed(count: int) -> list[PostSource]:
    """Posts of a list, every other with a picture."""
    return [
        PostSource(f"contoh-{n}", f"Contoh {n}", _TEXT, "/foto/satu.jpg" if n % 2 else None, _DAY, 300 * n)
        for n in range(count)
    ]


def post_list(count: int) -> PostList:
    return PostList(listed(count), more=count > 1, categories=[("resep", "Resep")])


_DAY = datetime(2026, 11, 1, 5, tzinfo=UTC)
_DEFAULTED = frozenset({"is_protected", "images", "tier", "owner", "shows_examples"})
