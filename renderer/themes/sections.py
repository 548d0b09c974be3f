"""One section of content, placed → SectionView, or None when it would show nothing but its heading."""

import re
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from renderer.themes.actions import placed_actions
from renderer.themes.contract.components import Component
from renderer.themes.contract.content import SectionContent
from renderer.themes.contract.sections import LISTS, drawn_fields
from renderer.themes.cut import cut
from renderer.themes.facts import show_photo
from renderer.themes.forms import DEFAULT, NEWSLETTER
from renderer.themes.items import Workshop, show_groups, show_items
from renderer.themes.motifs import draw_motif
from renderer.themes.repair import Repairs
from renderer.themes.rich_repairs import show_rich
from renderer.themes.text.typography import heading, polish
from renderer.themes.tongues import mark_section
from renderer.themes.videos import show_video
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
        *("payments", "locations", "itinerary", "video", "form"),
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
    "film": "video", "forms": "form", "contact-form": "form", "order-form": "form", "inquiry": "form",
    "newsletter": "form", "subscribe": "form", "subscription": "form",
    "youtube": "video", "movie": "video",
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
_MOST_FACTS = 8
GROUPED = frozenset({"menu", "products", "services", "pricing"})
FROM_SITE = frozenset({"contact", "channels", "payments", "locations", "hero", "latest-posts"})
"""Types that have something to say from the site's own facts, with no content of their own."""


_NEWSLETTERS = frozenset({"newsletter", "subscribe", "subscription"})
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HEADING = re.compile(r"<(/?)h[1-6](?: [^>]*)?>")


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
    kind: str,
    content: SectionContent,
    placed: Component,
    html: str,
    under: str,
    standing: str,
    site: SiteView,
    shop: Workshop,
) -> SectionView | None:
    """`under` and `standing` are the places of the content and of its component."""
    repairs = shop.repairs

    def short(value: str | None, most: int, name: str) -> str | None:
        return cut(value, most, under, name, repairs) or None if value else None

    title, label = short(content.title, 160, "title"), short(content.label, 60, "label")
    lead, text = _lead(kind, content, under, shop)
    grouped = kind in GROUPED and (bool(content.groups) or kind == "menu" or _has_categories(content))
    groups = show_groups(content.groups, content.items, kind, html, under, shop) if grouped else ()
    items = () if grouped else show_items(content.items, kind, html, f"{under}/items", shop)
    names = {item.id: item.name for item in content.items if item.id and item.name}
    names |= {item.id: item.name for group in content.groups for item in group.items if item.id and item.name}
    view = SectionView(
        id=html,
        type=kind,
        variant=_variant(kind, placed, standing, shop),
        ground=_ground(placed, standing, repairs),
        label=polish(label) if label else None,
        title=heading(title) if title else None,
        size=size_of(title),
        lead=lead,
        text=text,
        note=polish(content.note) if content.note else None,
        items=items,
        groups=groups,
        facts=_facts(content, under, repairs),
        actions=shop.linker.links(placed_actions(content), names, under),
        photo=show_photo(content.image, shop.pictures, f"{under}/image", repairs),
        motif=_motif(kind, html, shop),
        video=show_video(content, under, shop) if kind == "video" else None,
        count=_count(content.count, under, repairs),
        form_key=_form_key(content, placed, under, repairs) if kind == "form" else None,
        pointer=under if under.startswith("/generated_content/") else "",
    )
    if kind == "locations" and not items:
        view = replace(view, items=site.locations)
    if not _worth_showing(view, site):
        return None
    for field in sorted(content.model_fields_set & LISTS - drawn_fields(kind)):
        if getattr(content, field):
            repairs.add(f"{under}/{field}", f"not drawn by a section of type {kind}")
    return mark_section(view, content, shop.own_language)


def _facts(content: SectionContent, under: str, repairs: Repairs) -> tuple[Pair, ...]:
    facts: list[Pair] = []
    for index, fact in enumerate(content.facts):
        place = f"{under}/facts/{index}"
        if not fact.label or not fact.value:
            repairs.add(place, "needs a label and a value; left out")
        elif len(facts) == _MOST_FACTS:
            repairs.add(place, f"more than {_MOST_FACTS} facts; left out")
        else:
            label, value = cut(fact.label, 60, place, "label", repairs), cut(fact.value, 160, place, "value", repairs)
            facts.append(Pair(polish(label), polish(value)))
    return tuple(facts)


def _variant(kind: str, placed: Component, standing: str, shop: Workshop) -> str:
    """The variant that was asked for, or nothing."""
    variant = (placed.variant or "").casefold()
    section = shop.sections.get(kind)
    if variant and section is not None and variant not in section.variants:
        shop.repairs.add(f"{standing}/variant", f"not one of {', '.join(section.variants)}")
        return ""
    return variant


def _ground(placed: Component, standing: str, repairs: Repairs) -> str:
    ground = (placed.background or "").casefold()
    ground = _GROUND_WORDS.get(ground, ground)
    if ground and ground not in GROUNDS:
        repairs.add(f"{standing}/background", f"not one of {', '.join(sorted(GROUNDS))}")
        return ""
    return ground


def _form_key(content: SectionContent, placed: Component, under: str, repairs: Repairs) -> str:
    """Which of the site's forms it is: the one of its type where it does not say."""
    asked = (placed.type or content.type or "").casefold()
    key = content.form or (NEWSLETTER if asked in _NEWSLETTERS else DEFAULT)
    if not _FORM_KEY.fullmatch(key):
        repairs.add(f"{under}/form", "not a form's type or id; the usual one stands there")
        return DEFAULT
    return key


def _count(count: int | None, under: str, repairs: Repairs) -> int:
    if count is not None and not 1 <= count <= 12:
        repairs.add(f"{under}/count", "not between 1 and 12")
    return min(12, max(1, count)) if count else 3


def size_of(title: str | None) -> str:
    """The step of a first heading by its length, so that 60 characters stay within four lines of a phone."""
    length = len(title or "")
    return "xl" if length <= 18 else "l" if length <= 34 else "m" if length <= 60 else "s"


def _lead(kind: str, content: SectionContent, under: str, shop: Workshop) -> tuple[Any, Any]:
    """What stands under the heading, and the section's own text. Outside text sections they are the same thing."""
    rich = shop.rich
    if kind == "hero" or (kind == "text" and not content.title and not content.label):
        rich = replace(rich, first_heading=2)  # nothing above it but the page's own heading
    lead = show_rich(content.intro, rich, f"{under}/intro", shop.repairs) if content.intro else None
    text = show_rich(content.text, rich, f"{under}/text", shop.repairs)
    if kind == "announcement":
        lead, text = _without_headings(lead), _without_headings(text)
    if content.text and text is None:
        shop.repairs.add(f"{under}/text", "nothing to read in it; left out")
    if kind in ("about", "text"):
        return lead, text
    if lead is not None and text is not None:
        shop.repairs.add(f"{under}/text", f"not drawn by a section of type {kind} that has an intro")
    return (lead, text) if lead is not None else (text, None)


def _without_headings(text: Markup | None) -> Markup | None:
    """Stands above the page's first heading, so that it may have none of its own. On the engine's own markup only."""
    return Markup(_HEADING.sub(r"<\1p>", text)) if text is not None else None  # noqa: S704 - rich text, escaped before


def _has_categories(content: SectionContent) -> bool:
    return len({item.category for item in content.items if item.category}) > 1


def _motif(kind: str, html: str, shop: Workshop) -> Any:
    if shop.motif == "none" or kind not in ("hero", "cta", "about", "text", "statistics", "video"):
        return None
    seed = f"{shop.seed}/{html}"
    if kind in ("hero", "about", "video"):
        return draw_motif(shop.motif, seed, ground=4 if kind == "hero" else None, shape="tile")
    return draw_motif(shop.motif, seed, ground=4, shape="strip")


def _worth_showing(view: SectionView, site: SiteView) -> bool:
    kind = view.type
    if kind in ("hero", "latest-posts", "form"):
        return True
    if kind == "announcement":
        return bool(view.lead or view.title)
    if kind in ("text", "about"):
        return bool(view.text or view.lead or view.facts or (view.items and kind == "about"))
    if kind == "video":
        return view.video is not None
    if kind == "cta":
        return bool(view.title and (view.actions or site.whatsapp or site.phone))
    if kind == "contact":
        return bool(site.whatsapp or site.phone or site.email or site.address or site.week)
    if kind == "channels":
        return bool(site.channels)
    if kind == "payments":
        return bool(site.payments or site.qris)
    return bool(view.items or view.groups)
