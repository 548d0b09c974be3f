"""Pages that show what a theme does with every list, however many entries it has and however long their names are."""

import json
from collections.abc import Iterator
from typing import Any

from renderer.demo.files import DemoFile, read_files
from renderer.themes import Site, Theme, Themes, read_site
from tests.pages import source

COUNTS = (1, 2, 3, 4, 5, 7, 12)
LISTS = (
    *("features", "services", "gallery", "testimonials", "team", "pricing", "menu", "products", "faq", "steps"),
    *("statistics", "logos", "locations", "itinerary"),
)
SHORT = "Teh"
LONG = "Paket lengkap perawatan dan pembersihan menyeluruh untuk keluarga besar di kota"
_NAMES = (SHORT, (LONG + " kita")[:80])
_TEXT = "Satu kalimat yang menjelaskan apa ini, untuk siapa, dan berapa lama."
_SITE: dict[str, Any] = {
    "name": "Rumah Contoh",
    "tagline": "Yang dicoba dengan segala isi",
    "contact": {
        "whatsapp": {"number": "081355500123"},
        "phone": "022-555-0101",
        "email": "halo@contoh.example",
        "address": {"street": "Jalan Kaliurang 12", "city": "Sleman", "province": "DI Yogyakarta"},
    },
    "hours": {"weekly": [{"days": ["mo", "tu", "we", "th", "fr"], "open": "07:00", "close": "16:00"}]},
}
TITLES = (
    "Kopi",
    "Klinik gigi keluarga",
    "Perawatan gigi yang tenang di Bandung",
    "Perawatan gigi yang tenang untuk anak dan orang tua kita ya.",
)
"""First headings of 4, 20, 37 and 60 characters."""


def variants(themes: Themes) -> list[tuple[str, str]]:
    """Every theme with each of its variants."""
    return [(theme.id, variant) for theme in themes for variant in theme.manifest.variants]


def count_pages(themes: Themes, theme: str, variant: str, tokens: Any = None) -> dict[str, Site]:
    """Every list type in each of its variants, in every count and with short and long names, some thirty a page."""
    every = list(_lists(themes.get(theme)))
    pages = {}
    for first in range(0, len(every), 36):
        pages[f"counts-{first // 36}"] = made(themes, theme, variant, every[first : first + 36], tokens)
    return pages


def _lists(theme: Theme) -> Iterator[tuple[dict[str, Any], str]]:
    for name in _NAMES:
        for count in COUNTS:
            for kind in LISTS:
                for shown in theme.manifest.sections[kind].variants if kind in theme.manifest.sections else ():
                    size = "short" if name == SHORT else "long"
                    section = {"id": f"{kind}-{shown}-{count}-{size}", "type": kind, "title": f"{kind} {count}"}
                    yield section | {"items": entries(count, name), "provenance": "owner"}, shown


def entries(count: int, name: str, **more: Any) -> list[dict[str, Any]]:
    """Entries with whatever a list may draw of them."""
    return [
        {
            "id": f"e{index}",
            "name": name,
            "text": _TEXT,
            "price": 25_000 + index * 500,
            "value": str(12 + index),
            "role": "Perawat",
            "address": "Jalan Kaliurang 12, Sleman",
            "duration": "45 menit",
            **more,
        }
        for index in range(count)
    ]


def made(
    themes: Themes,
    theme: str,
    variant: str,
    sections: list[tuple[dict[str, Any], str]],
    tokens: Any = None,
    **site: Any,
) -> Site:
    """A site of one page with these sections, each in the variant that stands beside it."""
    content = {
        "site": {**_SITE, **site},
        "language": "id",
        "pages": [{"path": "/", "sections": [section for section, _ in sections]}],
        "provenance": {"": "owner"},
    }
    components = [{"id": one["id"], "type": one["type"], "page": "/", "variant": shown} for one, shown in sections]
    return read_site(
        themes,
        source(
            template_id=theme,
            template_variant=variant,
            design_tokens=json.dumps(tokens or {}),
            generated_content=json.dumps(content),
            components_config=json.dumps(components),
        ),
    )


def demo_site(themes: Themes, file: DemoFile, theme: str, variant: str, tokens: Any = None) -> Site:
    """A demo site as this theme draws it."""
    row = file.website
    return read_site(
        themes,
        source(
            template_id=theme,
            template_variant=variant,
            subdomain=row.subdomain,
            title=row.title,
            design_tokens=json.dumps({**row.design_tokens, **(tokens or {})}),
            generated_content=json.dumps(row.generated_content),
            components_config=json.dumps(row.components_config),
            config=json.dumps(row.config),
        ),
    )


def demo_sites(themes: Themes, theme: str, variant: str) -> dict[str, Site]:
    return {file.website.subdomain: demo_site(themes, file, theme, variant) for file in read_files()}


def long_menu(themes: Themes, theme: str, variant: str, kind: str = "menu") -> Site:
    """Forty dishes in four groups, as a warung has them."""
    groups = [
        {"id": f"g{number}", "name": f"Golongan {number + 1}", "items": entries(10, "Nasi goreng kampung", text=None)}
        for number in range(4)
    ]
    section = {"id": "menu", "type": kind, "title": "Menu", "groups": groups}
    return made(
        themes,
        theme,
        variant,
        [
            ({"id": "hero", "type": "hero", "title": TITLES[1]}, ""),
            (section, ""),
            ({"id": "contact", "type": "contact"}, ""),
        ],
    )


def ladder(themes: Themes, theme: str, variant: str) -> dict[int, Site]:
    """The same site with 0, 1, 3, 8 and 18 sections; with none it is a name and a telephone number."""
    order = (
        *("hero", "services", "about", "steps", "faq", "contact", "features", "gallery", "products", "menu", "team"),
        *("pricing", "statistics", "testimonials", "logos", "itinerary", "text", "cta"),
    )
    rungs = {}
    for count in (1, 3, 8, 18):
        sections = [
            ({"id": kind, "type": kind, "title": f"Bagian {kind}", "text": _TEXT, "items": entries(4, LONG[:24])}, "")
            for kind in order[:count]
        ]
        rungs[count] = made(themes, theme, variant, sections)
    rungs[0] = read_site(
        themes,
        source(
            template_id=theme,
            template_variant=variant,
            generated_content=json.dumps(
                {"site": {"name": "Warung Bu Tini", "contact": {"phone": "022-555-0101"}}, "pages": []}
            ),
        ),
    )
    return rungs
