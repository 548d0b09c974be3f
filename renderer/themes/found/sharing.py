"""What a site looks like where it is shared or kept: cards of link previews, icons, the web manifest."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from renderer.themes.decode import clean_text
from renderer.themes.found.paths import icon_path
from renderer.themes.found.wording import plain
from renderer.themes.pictures.card import Card
from renderer.themes.pictures.icon import Icon
from renderer.themes.posts import day_of
from renderer.themes.site import Site
from renderer.themes.text.typography import heading, shorten
from renderer.themes.views import Photo

TOUCH = "180.png"
ICON_SIZES = {"32.png": (32, False), TOUCH: (180, True), "192.png": (192, False), "512.png": (512, False)}
MASKABLE = "maskable.png"
SCALABLE = "any.svg"
ICON_NAMES = (*ICON_SIZES, MASKABLE, SCALABLE)
_LEAST_LOGO = 144
"""Pixels of a logo that a launcher can use."""


def find_card(site: Site, digest: str) -> Card | None:
    """The card of that name among the pages that the site has now, in any language."""
    shares = (share for spoken in (site, *site.others) for share in spoken.shares.values())
    return next((share.card for share in shares if share.digest == digest), None)


def post_card(site: Site, slug: str, title: str, visible_from: datetime) -> Card:
    """The card of a post: its title and day in the composition of the site's pages, with a figure of its own."""
    words = site.unmarked.words
    home = site.shares[site.view.home].card
    shown = plain(heading(shorten(clean_text(title), 200)))
    note = words.date(day_of(visible_from, site.zone))
    return replace(home, title=shown or home.name, note=note, seed=f"{site.source.id}/post/{slug}")


def card_fonts(site: Site) -> Mapping[str, bytes]:
    """The theme's font files that the site's cards are written in, by name."""
    theme = site.theme
    return {name: theme.assets[theme.files[name]].body for name in site.look.pairing.preload if name in theme.files}


def site_icon(site: Site) -> Icon:
    look = site.look
    first = look.dark if look.mode == "dark" else look.light
    return Icon(first["brand"], first["on-brand"], look.radius)


def own_icon(site: Site) -> str | None:
    """The owner's icon, or their logo where it is square; None: a drawn one stands in."""
    logo = site.view.logo
    return site.favicon or (logo.src if logo and _is_square(logo) else None)


def touch_icon(site: Site) -> str:
    """For home screens: the logo where it is large enough, else a drawn one of 180 pixels."""
    logo = site.view.logo
    return logo.src if logo and _is_large(logo) else icon_path(site_icon(site).digest, TOUCH)


def web_manifest(site: Site) -> str:
    """JSON (W3C Web Application Manifest): what a phone shows where the site is kept on its home screen."""
    look, view = site.look, site.view
    ground = (look.dark if look.mode == "dark" else look.light)["ground"]
    digest = site_icon(site).digest
    icons: list[dict[str, Any]] = [
        {"src": icon_path(digest, name), "sizes": f"{size}x{size}", "type": "image/png"}
        for name, (size, _) in ICON_SIZES.items()
        if size >= 192
    ]
    icons.append({"src": icon_path(digest, MASKABLE), "sizes": "512x512", "type": "image/png", "purpose": "maskable"})
    if view.logo and _is_large(view.logo):
        icons = [{"src": view.logo.src, "sizes": f"{view.logo.width}x{view.logo.height}"}, *icons[-1:]]
    name = plain(site.name)
    manifest = {
        "name": name,
        "short_name": name if len(name) <= 12 else shorten(name, 20),
        "description": site.shares[view.home].description,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "lang": view.language,
        "dir": view.direction,
        "background_color": ground,
        "theme_color": ground,
        "icons": icons,
    }
    return json.dumps({key: value for key, value in manifest.items() if value}, ensure_ascii=False)


def _is_square(logo: Photo) -> bool:
    return bool(logo.width and logo.height and 0.9 <= logo.width / logo.height <= 1.11)


def _is_large(logo: Photo) -> bool:
    vector = urlsplit(logo.src).path.lower().endswith(".svg")  # home screens of iOS take none
    return _is_square(logo) and (logo.width or 0) >= _LEAST_LOGO and not vector
