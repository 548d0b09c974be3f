"""A row, read tolerantly into one frozen value that every page of the site is drawn from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from renderer.themes.actions import Linker
from renderer.themes.contract.components import Component, Components, Config
from renderer.themes.contract.content import Content
from renderer.themes.contract.lenient import read_model
from renderer.themes.decode import clean_text, decode
from renderer.themes.facts import Reach, show_site
from renderer.themes.items import Workshop, show_items
from renderer.themes.load import Theme, Themes
from renderer.themes.plan import PagePlan, Placed, plan_pages
from renderer.themes.provenance import VOUCHED_TYPES, Provenance
from renderer.themes.repair import Repair, Repairs
from renderer.themes.rhythm import set_grounds
from renderer.themes.sections import show_section, size_of, type_name
from renderer.themes.source import SiteSource
from renderer.themes.text.links import own_path
from renderer.themes.text.rich import RichOptions
from renderer.themes.text.typography import heading, shorten
from renderer.themes.text.words import Words, words_for
from renderer.themes.tokens import Look, settle
from renderer.themes.views import Link, PageView, SectionView, SiteView

_NAV_TYPES = (
    "menu",
    "products",
    "services",
    "itinerary",
    "pricing",
    "gallery",
    "about",
    "team",
    "latest-posts",
    "faq",
    "contact",
)
_NAV_MOST = 6
DEFAULT_ZONE = "Asia/Jakarta"


@dataclass(frozen=True)
class Site:
    """One site, read. `pages` holds every page by path; `repairs` says what was wrong in the row."""

    theme: Theme
    source: SiteSource
    view: SiteView
    words: Words
    look: Look
    variant: str
    zone: str
    """An IANA name that exists."""
    pages: dict[str, PageView]
    nav: tuple[tuple[Link, str], ...]
    """Links with the path of the page they belong to."""
    favicon: str | None
    repairs: tuple[Repair, ...]

    @property
    def name(self) -> str:
        return self.view.name

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.pages)


def read_site(themes: Themes, source: SiteSource) -> Site:
    """Read a row. Never raises on what a row can hold: what is wrong is left out and named in `repairs`."""
    source = _clean(source)
    repairs = Repairs()
    theme = themes.get(source.template_id)
    if source.template_id not in themes:
        repairs.add("/template_id", f"no such theme; drawn with {theme.id}")
    content = read_model(
        Content, _column(source.generated_content, "generated_content", repairs), "/generated_content", repairs
    )
    config = read_model(Config, _column(source.config, "config", repairs), "/config", repairs)
    components = _components(source, repairs)
    look = settle(
        theme.manifest,
        css_variables=source.css_variables,
        schemes=source.available_color_schemes,
        design_tokens=source.design_tokens,
        repairs=repairs,
    )
    words = words_for(content.language)
    name = heading(shorten(content.site.name or source.title or source.subdomain.replace("-", " ").title(), 80))
    proof = Provenance(content.provenance)
    reach = Reach(content, name, words, repairs)
    view = show_site(source, content, config, name, reach, words, proof, repairs)
    plans = plan_pages(content, components, _defaults(source, theme), repairs)
    pages, view = _draw_pages(plans, source, content, view, reach, proof, look, repairs)
    variant = source.template_variant or ""
    return Site(
        theme=theme,
        source=source,
        view=view,
        words=words,
        look=look,
        variant=variant if variant in theme.manifest.variants else next(iter(theme.manifest.variants)),
        zone=_zone(config.timezone, repairs),
        pages=pages,
        nav=_nav(pages, plans, words),
        favicon=own_path(source.favicon_url, source.base_url),
        repairs=repairs.done(),
    )


def _zone(name: str | None, repairs: Repairs) -> str:
    try:
        return ZoneInfo(name or DEFAULT_ZONE).key
    except (ValueError, OSError, KeyError):
        repairs.add("/config/timezone", f"not a time zone; {DEFAULT_ZONE} is used")
        return DEFAULT_ZONE


_TEXT_COLUMNS = ("subdomain", "title", "description", "favicon_url", "seo_title", "seo_description", "og_image_url")


def _clean(source: SiteSource) -> SiteSource:
    """The plain text columns, as text that can be encoded and shown."""
    cleaned: dict[str, Any] = {}
    for name in _TEXT_COLUMNS:
        text = getattr(source, name)
        if text is not None:
            cleaned[name] = clean_text(text).strip()
    return replace(source, **cleaned)


def _column(text: str | None, column: str, repairs: Repairs) -> Any:
    value, lost = decode(text)
    if lost:
        repairs.add(f"/{column}", lost)
    return value


def _components(source: SiteSource, repairs: Repairs) -> list[Component]:
    """An empty list, or one in which nothing could be read, means: none given."""
    raw = _column(source.components_config, "components_config", repairs)
    if isinstance(raw, dict) and "components" in raw:
        raw = raw["components"]
    read = read_model(Components, {"components": raw}, "/components_config", repairs)
    return [component for component in read.components if component.id or component.type]


def _defaults(source: SiteSource, theme: Theme) -> tuple[str, ...]:
    given = tuple(name for name in source.default_sections or () if isinstance(name, str) and type_name(name))
    return given or theme.manifest.default_sections


def _draw_pages(
    plans: tuple[PagePlan, ...],
    source: SiteSource,
    content: Content,
    view: SiteView,
    reach: Reach,
    proof: Provenance,
    look: Look,
    repairs: Repairs,
) -> tuple[dict[str, PageView], SiteView]:
    paths = {plan.path for plan in plans}
    homes = {
        key: plan.path
        for plan in plans
        for placed in plan.sections
        for key in (placed.content.id, placed.html_id)
        if key
    }
    rich = RichOptions(first_heading=3, picture=lambda text: own_path(text, source.base_url))

    def shop_for(path: str, sections: Callable[[str], str | None]) -> Workshop:
        return Workshop(
            str(source.id), look.motif, source.base_url, reach, Linker(reach, path, paths, sections), rich, repairs
        )

    first = shop_for("/", lambda name: None)
    branches = show_items(content.site.locations, "locations", "locations", "/generated_content/site/locations", first)
    view = replace(view, locations=branches)
    pages: dict[str, PageView] = {}
    for plan in plans:
        wanted = [placed for placed in plan.sections if _vouched(placed, plan.path, proof, repairs)]
        here = {
            key: placed.html_id for placed in reversed(wanted) for key in (placed.html_id, placed.content.id) if key
        }

        def find(name: str, here: dict[str, str] = here) -> str | None:
            name = name.removeprefix("#")
            if name in here:
                return f"#{here[name]}"
            return f"{homes[name]}#{name}" if name in homes else None

        shop = shop_for(plan.path, find)
        drawn = []
        for placed in wanted:
            section = show_section(
                placed.kind, placed.content, placed.component, placed.html_id, placed.pointer, view, shop
            )
            if section is None:
                repairs.add(placed.pointer, "nothing to show; left out")
            else:
                drawn.append(_windowed(section, placed))
        pages[plan.path] = _page(plan, _without_dead_anchors(drawn, plan.path), view)
    return pages, view


def _page(plan: PagePlan, drawn: list[SectionView], view: SiteView) -> PageView:
    title = heading(shorten(plan.content.title, 120)) if plan.content.title else None
    if not any(section.type == "hero" for section in drawn):
        banner = [section for section in drawn if section.type == "announcement"]
        rest = [section for section in drawn if section.type != "announcement"]
        name = (title or view.name) if plan.path != "/" else (view.tagline or view.name)
        hero = SectionView(id="hero", type="hero", variant="plain", title=heading(name), size=size_of(name))
        drawn = [*banner, hero, *rest]
    drawn = [_named(section, view, title) if section.type == "hero" else section for section in drawn]
    one = next(section for section in drawn if section.type == "hero")
    drawn = [section for section in drawn if section.type != "hero" or section is one]
    description = plan.content.description
    return PageView(plan.path, title, shorten(description, 160) if description else None, set_grounds(drawn))


def _named(hero: SectionView, view: SiteView, title: str | None) -> SectionView:
    """The page's only first heading is never empty: the site's tagline or name stands in."""
    if hero.title:
        return hero
    name = view.tagline or title or view.name
    return replace(hero, title=heading(shorten(name, 160)), size=size_of(name))


def _vouched(placed: Placed, path: str, proof: Provenance, repairs: Repairs) -> bool:
    if placed.kind not in VOUCHED_TYPES:
        return True
    own = placed.content.provenance
    if proof.section(path, placed.content.id, placed.page, placed.index, own):
        return True
    repairs.add(placed.pointer, "needs provenance “owner” to be shown to the public; left out")
    return False


def _windowed(section: SectionView, placed: Placed) -> SectionView:
    return replace(section, first=_day(placed.component.from_), last=_day(placed.component.until))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _without_dead_anchors(drawn: list[SectionView], path: str) -> list[SectionView]:
    """Buttons to sections that turned out empty go too."""
    there = {f"#{section.id}" for section in drawn}
    return [
        replace(section, actions=tuple(link for link in section.actions if link.href[0] != "#" or link.href in there))
        for section in drawn
    ]


def _nav(pages: dict[str, PageView], plans: tuple[PagePlan, ...], words: Words) -> tuple[tuple[Link, str], ...]:
    """Pages in their order, then the home page's most asked-for sections, six links at most."""
    links: list[tuple[Link, str]] = []
    for plan in plans[1:_NAV_MOST]:
        page = pages[plan.path]
        label = plan.content.nav or page.title or plan.path.rpartition("/")[2].replace("-", " ").capitalize()
        links.append((Link(heading(shorten(label, 24)), plan.path), plan.path))
    taken = {link.label for link, _ in links}
    anchors: list[tuple[Link, str]] = []
    for section in pages["/"].sections:
        label = words[section.type] if section.type in _NAV_TYPES else ""
        if label and label not in taken and len(links) + len(anchors) < _NAV_MOST:
            anchors.append((Link(label, f"/#{section.id}", "section"), "/"))
            taken.add(label)
    return (*anchors[:-1], *links, *anchors[-1:]) if anchors else tuple(links)
