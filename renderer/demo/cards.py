"""A row of a demo site → what its card shows. By now it may say anything: it can be edited like any other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from renderer.themes import Themes
from renderer.themes.contract.content import Content
from renderer.themes.contract.lenient import read_model
from renderer.themes.decode import decode
from renderer.themes.motifs import draw_motif
from renderer.themes.repair import Repairs
from renderer.themes.tokens import Look, settle

_MOST = 120
# schema.org type → the trade, in Indonesian and English.
_TRADES = {
    "CafeOrCoffeeShop": ("Kedai kopi", "Coffee shop"),
    "Dentist": ("Klinik gigi", "Dental clinic"),
    "Store": ("Rumah batik", "Batik workshop"),
    "EventPlanner": ("Penyelenggara pernikahan", "Wedding organiser"),
    "TravelAgency": ("Pemandu wisata", "Tour guide"),
    "Person": ("Blog pribadi", "Personal blog"),
}
_LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}


@dataclass(frozen=True, slots=True)
class IndexSite:
    """A card's content. `trade` and `languages` are in the site's own words; `motif` is ready markup of ours."""

    subdomain: str
    primary_host: str | None
    name: str
    says: str
    trade: str
    lang: str
    languages: tuple[str, ...]
    look: Look
    motif: Markup


def read_card(themes: Themes, row: Mapping[str, Any]) -> IndexSite:
    """Read a row of edge_sites. Never raises on what a row can hold."""
    repairs = Repairs()
    raw, _ = decode(row["generated_content"])
    content = read_model(Content, raw, "/generated_content", repairs)
    look = settle(
        themes.get(row["template_id"]).manifest,
        css_variables=row["css_variables"],
        schemes=row["available_color_schemes"],
        design_tokens=row["design_tokens"],
        repairs=repairs,
    )
    lang = "en" if (content.language or "").lower().startswith("en") else "id"
    trades = _TRADES.get(content.site.business or "")
    given = [language for language in content.languages if language in _LANGUAGES]
    spoken = dict.fromkeys([lang, *given])
    name = content.site.name or row["title"] or row["subdomain"]
    return IndexSite(
        subdomain=row["subdomain"],
        primary_host=row["primary_host"],
        name=_short(name),
        says=_short(_headline(content) or content.site.tagline or row["description"] or name),
        trade=trades[lang == "en"] if trades else "",
        lang=lang,
        languages=tuple(_LANGUAGES[language] for language in spoken),
        look=look,
        motif=draw_motif(look.motif, row["subdomain"], ground=0),
    )


def _headline(content: Content) -> str | None:
    """The title of the first hero: what a visitor reads first."""
    sections = (section for page in content.pages for section in page.sections)
    return next((section.title for section in sections if section.type == "hero" and section.title), None)


def _short(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1].rstrip() + "…"
