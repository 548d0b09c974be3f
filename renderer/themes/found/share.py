"""What a page is called, and what its link preview shows, wherever it is shared: settled once, when a row is read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from renderer.themes.found.wording import page_description, page_title, plain
from renderer.themes.pictures.card import SHADES, Card
from renderer.themes.source import SiteSource
from renderer.themes.tokens import Look
from renderer.themes.views import PageView, SiteView


@dataclass(frozen=True, slots=True)
class Share:
    """`digest` names the card."""

    title: str
    description: str | None
    card: Card
    digest: str


def share_pages(
    source: SiteSource, view: SiteView, pages: Mapping[str, PageView], look: Look, composition: str
) -> Mapping[str, Share]:
    """By address. What stands on a page for some days only does not describe it."""
    shares = {}
    for path, page in pages.items():
        lasting = tuple(section for section in page.sections if section.first is None and section.last is None)
        page = replace(page, sections=lasting)
        card = _card(source, view, page, look, composition)
        title, described = page_title(source, view, page), page_description(source, view, page)
        shares[path] = Share(title, described, card, card.digest)
    return shares


def _card(source: SiteSource, view: SiteView, page: PageView, look: Look, composition: str) -> Card:
    """What the page's first heading says, over the site's name and host."""
    shades = look.dark if look.mode == "dark" else look.light
    hero = next((section.title for section in page.sections if section.type == "hero"), None)
    pairing = look.pairing
    heading, body = pairing.faces
    return Card(
        composition=composition,
        title=plain(hero) or plain(page.title) or plain(view.name),
        name=plain(view.name),
        note="",
        host=urlsplit(source.base_url).netloc,
        motif=look.motif if look.motif != "none" else "kertas",
        seed=f"{source.id}/card",
        shades=tuple((name, shades[name]) for name in SHADES),
        radius=look.radius,
        heading=heading,
        body=body,
        heading_weight=pairing.heading_weight,
        strong_weight=pairing.strong_weight,
        scale=pairing.heading_scale,
    )
