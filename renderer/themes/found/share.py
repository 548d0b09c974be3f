"""What a page is called, and what its link preview shows, wherever it is shared: settled once, when a row is read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from renderer.themes.found.wording import page_description, page_title, plain
from renderer.themes.pictures.card import Card
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
    source: SiteSource, view: SiteView, pages: Mapping[str, PageView], look: Look, variant: str
) -> Mapping[str, Share]:
    """By address. What stands on a page for some days only does not describe it."""
    shares = {}
    for path, page in pages.items():
        lasting = tuple(section for section in page.sections if section.first is None and section.last is None)
        page = replace(page, sections=lasting)
        card = _card(source, view, page, look, variant)
        title, described = page_title(source, view, page), page_description(source, view, page)
        shares[path] = Share(title, described, card, card.digest)
    return shares


def _card(source: SiteSource, view: SiteView, page: PageView, look: Look, variant: str) -> Card:
    """What the page's first heading says, over the site's name and host."""
    first = look.dark if look.mode == "dark" else look.light
    hero = next((section.title for section in page.sections if section.type == "hero"), None)
    board = variant == "papan-nama"  # a board in the brand's colour, as its pages begin
    pairing = look.pairing
    return Card(
        title=plain(hero) or plain(page.title) or plain(view.name),
        name=plain(view.name),
        host=urlsplit(source.base_url).netloc,
        motif=look.motif if look.motif != "none" else "kertas",
        seed=f"{source.id}/card",
        ground=first["band"] if board else first["ground"],
        ink=first["on-band"] if board else first["ink"],
        muted=first["band-muted"] if board else first["muted"],
        line=first["band-line"] if board else first["brand-edge"],
        brand=first["ground"] if board else first["brand"],
        on_brand=first["motif-1"] if board else first["on-brand"],
        accent=first["motif-2"] if board else first["accent"],
        band_line=first["motif-3"] if board else first["band-line"],
        radius=look.radius,
        heading=pairing.preload[0] if pairing.preload else None,
        body=pairing.preload[-1] if pairing.preload else None,
        heading_weight=pairing.heading_weight,
        strong_weight=pairing.strong_weight,
        scale=pairing.heading_scale,
    )
