"""A site's navigation: what it states, or else its pages and most asked-for sections."""

from collections.abc import Mapping

from renderer.themes.actions import Linker
from renderer.themes.contract.content import Content
from renderer.themes.plan import PagePlan
from renderer.themes.text.typography import heading, shorten
from renderer.themes.text.words import Words
from renderer.themes.views import Link, PageView

_NAV_TYPES = (
    *("menu", "products", "services", "itinerary", "pricing", "gallery", "about", "team", "latest-posts", "faq"),
    "contact",
)
_NAV_MOST = 6


def given_nav(content: Content, linker: Linker, pages: Mapping[str, PageView]) -> tuple[tuple[Link, str], ...]:
    """The navigation as the site states it, where it leads somewhere."""
    stated = [(f"navigation/{index}", action) for index, action in enumerate(content.site.navigation)]
    links = linker.links(stated, {}, "/generated_content/site", most=_NAV_MOST + 2)
    there = {f"{page.path}#{section.id}" for page in pages.values() for section in page.sections}
    return tuple((link, link.href.partition("#")[0]) for link in links if link.kind != "section" or link.href in there)


def made_nav(
    pages: Mapping[str, PageView], plans: tuple[PagePlan, ...], at: Mapping[str, str], words: Words
) -> tuple[tuple[Link, str], ...]:
    """Pages in their order, then the home page's most asked-for sections, six links at most."""
    links: list[tuple[Link, str]] = []
    for plan in plans[1:_NAV_MOST]:
        address = at[plan.path]
        label = plan.content.nav or pages[address].title or plan.path.rpartition("/")[2].replace("-", " ").capitalize()
        links.append((Link(heading(shorten(label, 24)), address), address))
    taken = {link.label for link, _ in links}
    anchors: list[tuple[Link, str]] = []
    home = at["/"]
    for section in pages[home].sections:
        label = words[section.type] if section.type in _NAV_TYPES else ""
        if label and label not in taken and len(links) + len(anchors) < _NAV_MOST:
            anchors.append((Link(label, f"{home}#{section.id}", "section"), home))
            taken.add(label)
    return (*anchors[:-1], *links, *anchors[-1:]) if anchors else tuple(links)
