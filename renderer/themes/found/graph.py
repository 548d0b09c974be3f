"""The JSON-LD graph (schema.org) of a page: who the site is, where the page stands, what its sections offer.

Made from views alone, once when a row is read; a page joins the parts of the sections that it shows today. Ratings,
testimonials, statistics and credentials are not in it at all: what a generator may not invent never gets here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from renderer.themes.found.business import FOOD
from renderer.themes.found.hours import exceptions, weekly
from renderer.themes.found.offers import menu, products, questions
from renderer.themes.found.share import Share
from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import plain, speaks_rows
from renderer.themes.source import SiteSource
from renderer.themes.views import PageView, SectionView, SiteView

# `</script>`, `<!--` and what ends a line in older JavaScript are spelt as escapes, so nothing breaks out.
_ESCAPES = tuple((mark, f"\\u{ord(mark):04x}") for mark in "<>&\u2028\u2029")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_MOST_EXCEPTIONS = 30
# A shop's or a writer's list in the shape of a menu is none of schema.org's.
_SERVES = FOOD | {"LocalBusiness", "Organization"}


@dataclass(frozen=True, slots=True)
class Graph:
    """Finished JSON: nodes of the site, of each page by path, and of each section by path and id."""

    site: str
    pages: Mapping[str, str]
    sections: Mapping[tuple[str, str], str]
    asked: Mapping[tuple[str, str], str]
    """Questions with their answers: those of all sections make one FAQPage."""

    def page(self, path: str, section_ids: Sequence[str]) -> Markup | None:
        """The script's content for a page with these sections; None for a page that is not in the graph."""
        if path not in self.pages:
            return None
        nodes = [self.site, self.pages[path]]
        nodes += [node for name in section_ids if (node := self.sections.get((path, name)))]
        asked = [node for name in section_ids if (node := self.asked.get((path, name)))]
        if asked:
            nodes.append(f'{{"@type":"FAQPage","mainEntity":[{",".join(asked)}]}}')
        return Markup(f'{{"@context":"https://schema.org","@graph":[{",".join(nodes)}]}}')  # noqa: S704 - escaped

    def around(self, nodes: Sequence[dict[str, Any]]) -> Markup:
        """The script's content of a page outside the graph: the site, and nodes of the page's own."""
        joined = ",".join([self.site, *map(as_json, nodes)])
        return Markup(f'{{"@context":"https://schema.org","@graph":[{joined}]}}')  # noqa: S704 - escaped


def draw_graph(source: SiteSource, view: SiteView, pages: Mapping[str, PageView], shares: Mapping[str, Share]) -> Graph:
    base = source.base_url
    sections: dict[tuple[str, str], str] = {}
    asked: dict[tuple[str, str], str] = {}
    for path, page in pages.items():
        for section in page.sections:
            nodes = _offered(section, absolute(base, f"{path}#{section.id}"), view, base)
            if nodes:
                sections[path, section.id] = ",".join(as_json(node) for node in nodes)
            if section.type == "faq" and (found := questions(section)):
                asked[path, section.id] = ",".join(as_json(node) for node in found)
    return Graph(
        site=",".join(as_json(node) for node in (_website(source, view, shares), _owner(source, view, pages))),
        pages={
            path: ",".join(as_json(node) for node in _page(source, view, page, shares[path]))
            for path, page in pages.items()
        },
        sections=sections,
        asked=asked,
    )


def _offered(section: SectionView, url: str, view: SiteView, base: str) -> list[dict[str, Any]]:
    if section.type == "products":
        return products(section, url, view.business.currency, base)
    if section.type == "menu" and view.business.type in _SERVES:
        node = menu(section, url, view)
        return [node] if node else []
    return []


def _website(source: SiteSource, view: SiteView, shares: Mapping[str, Share]) -> dict[str, Any]:
    return filled(
        {
            "@type": "WebSite",
            "@id": absolute(source.base_url, "/#website"),
            "url": absolute(source.base_url, view.home),
            "name": plain(view.name),
            "description": shares[view.home].description,
            "inLanguage": view.language,
            "publisher": {"@id": owner_id(source)},
        }
    )


def owner_id(source: SiteSource) -> str:
    return absolute(source.base_url, "/#owner")


def _owner(source: SiteSource, view: SiteView, pages: Mapping[str, PageView]) -> dict[str, Any]:
    """The business behind the site, or the person: what every page of it shows of who and where they are."""
    base, business = source.base_url, view.business
    logo = absolute(base, view.logo.src) if view.logo else None
    hero = next((section.photo for section in _home(pages).sections if section.type == "hero"), None)
    image = absolute(base, hero.src) if hero else logo
    node: dict[str, Any] = {
        "@type": business.type,
        "@id": owner_id(source),
        "name": plain(view.name),
        "url": absolute(base, "/"),
        "description": plain(source.description) if speaks_rows(_home(pages)) else None,
        "image": image,
        "telephone": _telephone(view),
        "email": view.email.label if view.email else None,
        "address": _address(view),
        "sameAs": [link.href for link in view.channels if link.foreign],
    }
    if business.type != "Person":
        node |= {"slogan": plain(view.tagline) or None, "logo": logo}
    if business.is_place:
        node |= {"geo": _geo(view), "hasMap": view.route.href if view.route else None}
        if view.week:
            node["openingHoursSpecification"] = weekly(view.week.week)
            node["specialOpeningHoursSpecification"] = exceptions(view.week.week)[:_MOST_EXCEPTIONS]
    if business.type in FOOD:
        node["hasMenu"] = _first_menu(base, pages)
    return filled(node)


def _home(pages: Mapping[str, PageView]) -> PageView:
    return next(page for page in pages.values() if page.home)


def _first_menu(base: str, pages: Mapping[str, PageView]) -> str | None:
    places = (
        f"{path}#{section.id}" for path, page in pages.items() for section in page.sections if section.type == "menu"
    )
    first = next(places, None)
    return absolute(base, first) if first else None


def _telephone(view: SiteView) -> str | None:
    """E.164, as the links of the page dial it."""
    if view.phone:
        return view.phone.href.removeprefix("tel:")
    if view.whatsapp:
        return "+" + view.whatsapp.href.removeprefix("https://wa.me/").partition("?")[0]
    return None


def _address(view: SiteView) -> dict[str, Any] | None:
    place = view.business
    parts = {
        "streetAddress": place.street,
        "addressLocality": place.locality,
        "addressRegion": place.region,
        "postalCode": place.postal_code,
    }
    return filled({"@type": "PostalAddress", **parts, "addressCountry": "ID"}) if any(parts.values()) else None


def _geo(view: SiteView) -> dict[str, Any] | None:
    place = view.business
    if place.latitude is None or place.longitude is None:
        return None
    return {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}


def _page(source: SiteSource, view: SiteView, page: PageView, share: Share) -> list[dict[str, Any]]:
    base, url = source.base_url, absolute(source.base_url, page.path)
    crumbs = {"@id": f"{url}#breadcrumb"} if not page.home else None
    node = {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": share.title,
        "description": share.description,
        "isPartOf": {"@id": absolute(base, "/#website")},
        "about": {"@id": owner_id(source)} if page.home else None,
        "inLanguage": view.language,
        "breadcrumb": crumbs,
    }
    if crumbs is None:
        return [filled(node)]
    trail = [(plain(view.name), absolute(base, view.home)), (plain(page.title) or share.title, url)]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": item}
        for position, (name, item) in enumerate(trail, 1)
    ]
    return [filled(node), {"@type": "BreadcrumbList", "@id": f"{url}#breadcrumb", "itemListElement": items}]


def filled(node: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: a machine is told nothing rather than null."""
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def as_json(node: dict[str, Any]) -> str:
    """JSON that nothing breaks out of a script element with."""
    text = _JSON.encode(node)
    for mark, escape in _ESCAPES:  # far cheaper than str.translate
        text = text.replace(mark, escape)
    return text
