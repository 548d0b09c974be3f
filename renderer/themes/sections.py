"""One section of content, placed → SectionView, or None when it would show nothing but its heading."""

import re
from dataclasses import replace
from typing import Any

from renderer.themes.contract.components import Component
from renderer.themes.contract.content import SectionContent
from renderer.themes.facts import NOT_OURS, show_photo
from renderer.themes.items import Workshop, show_groups, show_items
from renderer.themes.motifs import draw_motif
from renderer.themes.text.rich import render_rich
from renderer.themes.text.typography import heading, polish, shorten
from renderer.themes.tongues import mark_section
from renderer.themes.views import Pair, SectionView, SiteView

TYPES = frozenset(
    (
        *(
            "announcement",
            "hero",
            "features",
            "about",
            "services",
            "gallery",
            "testimonials",
            "team",
            "pricing",
            "menu",
        ),
        *("products", "faq", "steps", "statistics", "logos", "cta", "contact", "latest-posts", "text", "channels"),
        *("payments", "locations", "itinerary"),
    )
)
_SAME = {
    "posts": "latest-posts", "blog": "latest-posts", "news": "latest-posts", "articles": "latest-posts",
    "stats": "statistics", "numbers": "statistics", "counters": "statistics", "reviews": "testimonials",
    "testimonial": "testimonials", "feature": "features", "benefits": "features", "service": "services",
    "product": "products", "catalog": "products", "catalogue": "products", "portfolio": "gallery", "works": "gallery",
    "process": "steps", "how-it-works": "steps", "timeline": "steps", "call-to-action": "cta", "clients": "logos",
    "partners": "logos", "packages": "pricing", "plans": "pricing", "faqs": "faq", "questions": "faq", "story": "about",
    "content": "text", "rich-text": "text", "richtext": "text", "header": "hero", "banner": "announcement",
    "schedule": "itinerary", "tour": "itinerary", "location": "contact", "contacts": "contact", "hours": "contact",
    "marketplaces": "channels", "social": "channels", "payment": "payments", "branches": "locations", "staff": "team",
}  # fmt: skip
GROUNDS = frozenset({"ground", "surface", "sunk", "band"})
_GROUND_WORDS = {
    "brand": "band",
    "primary": "band",
    "accent": "band",
    "muted": "surface",
    "alt": "surface",
    "card": "surface",
}
GROUPED = frozenset({"menu", "products", "services", "pricing"})
FROM_SITE = frozenset({"contact", "channels", "payments", "locations", "hero", "latest-posts"})
"""Types that have something to say from the site's own facts, with no content of their own."""


def type_name(text: str | None) -> str | None:
    """`latestPosts`, `latest_posts`, `posts` → `latest-posts`; None for what this program does not draw."""
    if not text:
        return None
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text).replace("_", "-").replace(" ", "-").casefold()
    name = _SAME.get(name, name)
    return name if name in TYPES else None


def html_id(text: str | None, fallback: str) -> str:
    """An id that is safe in HTML, CSS and an address."""
    cleaned = re.sub(r"[^a-z0-9_-]+", "-", (text or "").casefold()).strip("-")[:60]
    return cleaned if cleaned and cleaned[0].isalpha() else f"{fallback}-{cleaned}" if cleaned else fallback


def show_section(
    kind: str, content: SectionContent, placed: Component, html: str, under: str, site: SiteView, shop: Workshop
) -> SectionView | None:
    title = heading(shorten(content.title, 160)) if content.title else None
    judge = shop.pictures.reporting(lambda: shop.repairs.add(under, NOT_OURS))
    shop = replace(shop, rich=replace(shop.rich, picture=judge))
    lead, text = _lead(kind, content, shop)
    grouped = kind in GROUPED and (bool(content.groups) or kind == "menu" or _has_categories(content))
    groups = show_groups(content.groups, content.items, kind, html, under, shop) if grouped else ()
    items = () if grouped else show_items(content.items, kind, html, under, shop)
    names = {item.id: item.name for item in content.items if item.id and item.name}
    names |= {item.id: item.name for group in content.groups for item in group.items if item.id and item.name}
    facts = tuple(
        Pair(polish(shorten(fact.label, 60)), polish(shorten(fact.value, 160)))
        for fact in content.facts[:8]
        if fact.label and fact.value
    )
    ground = (placed.background or "").casefold()
    view = SectionView(
        id=html,
        type=kind,
        variant=(placed.variant or "default").casefold(),
        ground=_GROUND_WORDS.get(ground, ground) if _GROUND_WORDS.get(ground, ground) in GROUNDS else "",
        label=polish(shorten(content.label, 60)) if content.label else None,
        title=title,
        size=size_of(title),
        lead=lead,
        text=text,
        note=polish(content.note) if content.note else None,
        items=items,
        groups=groups,
        facts=facts,
        actions=shop.linker.links(content.actions, names),
        photo=show_photo(content.image, shop.pictures, f"{under}/image", shop.repairs),
        motif=_motif(kind, html, shop),
        count=min(12, max(1, content.count)) if content.count else 3,
    )
    if kind == "locations" and not items:
        view = replace(view, items=site.locations)
    view = mark_section(view, content, shop.own_language)
    return view if _worth_showing(view, site) else None


def size_of(title: str | None) -> str:
    """The step of a first heading by its length, so that 60 characters stay within four lines of a phone."""
    length = len(title or "")
    return "xl" if length <= 18 else "l" if length <= 34 else "m" if length <= 60 else "s"


def _lead(kind: str, content: SectionContent, shop: Workshop) -> tuple[Any, Any]:
    """What stands under the heading, and the section's own text. Outside text sections they are the same thing."""
    lead = render_rich(content.intro, shop.rich) if content.intro else None
    rich = shop.rich
    if kind == "text" and not content.title and not content.label:
        rich = replace(rich, first_heading=2)  # nothing above it but the page's own heading
    text = render_rich(content.text, rich)
    if kind in ("about", "text"):
        return lead, text
    return (lead, text) if lead is not None else (text, None)


def _has_categories(content: SectionContent) -> bool:
    return len({item.category for item in content.items if item.category}) > 1


def _motif(kind: str, html: str, shop: Workshop) -> Any:
    if shop.motif == "none" or kind not in ("hero", "cta", "about", "text", "statistics"):
        return None
    seed = f"{shop.seed}/{html}"
    if kind in ("hero", "about"):
        return draw_motif(shop.motif, seed, ground=4 if kind == "hero" else None, shape="tile")
    return draw_motif(shop.motif, seed, ground=4, shape="strip")


def _worth_showing(view: SectionView, site: SiteView) -> bool:
    kind = view.type
    if kind in ("hero", "latest-posts"):
        return True
    if kind == "announcement":
        return bool(view.lead or view.title)
    if kind in ("text", "about"):
        return bool(view.text or view.lead or view.facts or view.items)
    if kind == "cta":
        return bool(view.title and (view.actions or site.whatsapp or site.phone))
    if kind == "contact":
        return bool(site.whatsapp or site.phone or site.email or site.address or site.week)
    if kind == "channels":
        return bool(site.channels)
    if kind == "payments":
        return bool(site.payments)
    return bool(view.items or view.groups)
