"""Content to look at a theme with: every list in any number of entries."""

import json
from typing import Any
from uuid import UUID

from renderer.themes import Site, SiteSource, Theme, Themes, read_site

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


_DEFAULTED = frozenset({"is_protected", "images", "tier", "owner"})
