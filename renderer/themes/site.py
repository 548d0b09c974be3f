"""A row, read tolerantly into one frozen value that every page of the site is drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

from renderer.themes.addresses import (
    MOST_LANGUAGES,
    Spoken,
    language_tag,
    read_redirects,
    redirect_key,
    settle_addresses,
)
from renderer.themes.contract.components import Components, Config
from renderer.themes.contract.content import Content
from renderer.themes.contract.lenient import read_model
from renderer.themes.contract.spelling import says_nothing
from renderer.themes.decode import MAX_DEPTH, TEXT_DEPTH, clean_text, decode, is_seen
from renderer.themes.drawn import Drawn
from renderer.themes.edition import Bindery, bind
from renderer.themes.found.graph import Graph, draw_graph
from renderer.themes.found.indexing import Robots, site_robots
from renderer.themes.found.share import Share, share_pages
from renderer.themes.load import Theme, Themes
from renderer.themes.plan import Standing, page_path, plan_pages
from renderer.themes.provenance import Provenance
from renderer.themes.repair import Repair, Repairs
from renderer.themes.sections import type_name
from renderer.themes.source import SiteSource
from renderer.themes.text.typography import heading, shorten
from renderer.themes.text.words import Words, words_for
from renderer.themes.tokens import Look, settle
from renderer.themes.translate import says_something, translated
from renderer.themes.views import Counting, Link, PageView, SiteView
from renderer.zones import DEFAULT_ZONE, known_zone


@dataclass(frozen=True)
class Site:
    """One site, read, in its own language; `others` are the same site in further languages.

    `pages` holds every page of this language by address; `repairs` says what was wrong in the row.
    """

    theme: Theme
    source: SiteSource
    view: SiteView
    words: Words
    look: Look
    variant: str
    zone: str
    """An IANA name that exists."""
    pages: Mapping[str, PageView]
    nav: tuple[tuple[Link, str], ...]
    """Links with the address of the page they belong to."""
    favicon: str | None
    excerpt_feeds: bool
    """Feeds have the beginning of each post alone."""
    robots: Robots
    """Whether search engines may keep the site: the one flag that head, header and robots.txt ask."""
    indexnow: bool
    """Whether search engines may be told of changes; only of a site that they may keep."""
    redirects: Mapping[str, str]
    """Old paths, as `redirect_key` makes them, and the addresses they lead to."""
    repairs: tuple[Repair, ...]
    others: tuple["Site", ...] = ()
    proof: Provenance = field(default_factory=lambda: Provenance(()), compare=False, repr=False)
    """What its owner vouched for."""
    kept: dict[str, tuple[Any, Drawn]] = field(default_factory=dict, compare=False, repr=False)
    """The page drawn last at each address, with all it was drawn from beside the site itself."""

    @cached_property
    def shares(self) -> Mapping[str, Share]:
        """What each page is called and looks like where it is shared, by address."""
        composition = self.theme.manifest.composition(self.variant)
        return share_pages(self.source, self.view, self.pages, self.look, composition)

    @cached_property
    def graph(self) -> Graph:
        return draw_graph(self.source, self.view, self.pages, self.shares)

    @cached_property
    def lists_posts(self) -> bool:
        """Whether any page shows the newest posts, or leads to where they are shown."""
        pages = (page for spoken in (self, *self.others) for page in spoken.pages.values())
        return any(section.type == "latest-posts" for page in pages for section in page.sections)

    @property
    def name(self) -> str:
        return self.view.name

    @property
    def unmarked(self) -> "Site":
        """The same site for what is no page: its words are not marked with their language."""
        return replace(self, words=self.words.plain) if self.words.foreign else self

    @property
    def language(self) -> str:
        return self.view.language

    @property
    def paths(self) -> tuple[str, ...]:
        """Every address at which a page stands, in any language."""
        return tuple(path for site in (self, *self.others) for path in site.pages)

    def at(self, path: str) -> "Site | None":
        """The site in the language in which a page stands at `path`."""
        return next((site for site in (self, *self.others) if path in site.pages), None)

    def speaking_at(self, path: str) -> "Site":
        """The site in the language of what would stand at `path`: below `/en` it is English, also where nothing is."""
        below = (site for site in self.others if (path + "/").startswith(site.view.home + "/"))
        return self.at(path) or next(below, self)

    def redirect(self, path: str) -> str | None:
        """Where a path that is no page leads: a page spelled with other letters, or what the site redirects."""
        key = redirect_key(path)
        return self.redirects.get(key) or next((own for own in self.paths if redirect_key(own) == key), None)


def read_site(themes: Themes, source: SiteSource) -> Site:
    """Read a row. Never raises on what a row can hold: what is wrong is left out and named in `repairs`."""
    source = _clean(source)
    repairs = Repairs()
    theme, instead = themes.allowed(source)
    if instead:
        repairs.add("/template_id", instead)
    if source.template_id in themes and theme.id != source.template_id:
        source = replace(source, css_variables=None)  # the other theme's: families and motifs that this one may lack
    given = _column(source.generated_content, "generated_content", repairs, TEXT_DEPTH)
    content = read_model(Content, given, "/generated_content", repairs)
    config = read_model(Config, _column(source.config, "config", repairs), "/config", repairs)
    components = _components(source, repairs)
    look = settle(
        theme.manifest,
        css_variables=source.css_variables,
        schemes=source.available_color_schemes,
        design_tokens=source.design_tokens,
        repairs=repairs,
    )
    language = language_tag(content.language) or "id"
    if content.language and not language_tag(content.language):
        repairs.add("/generated_content/language", "not a language tag; id is used")
    words = words_for(language)
    zone = _zone(config.timezone, repairs)
    defaults = _defaults(source, theme)
    plans = plan_pages(content, components, defaults, repairs)
    own_paths = [plan.path for plan in plans]
    privacy = words.plain["privacy_path"]
    paths = [*own_paths, privacy] if config.privacy and privacy not in own_paths else own_paths
    translations = _translations(content, language, repairs)
    named = {(privacy, spoken.code): words_for(spoken.code).plain["privacy_path"] for spoken in translations}
    addresses = settle_addresses(paths, language, translations, named, repairs)
    variant = source.template_variant or ""
    if variant not in theme.manifest.variants:
        if variant:
            repairs.add("/template_variant", f"not one of {', '.join(theme.manifest.variants)}")
        variant = next(iter(theme.manifest.variants))
    for column in ("favicon_url", "og_image_url"):
        if getattr(source, column) and source.pictures.vet(getattr(source, column)) is None:
            repairs.add(f"/{column}", "not on this site’s own origin; left out")
    shared = Bindery(
        source=source,
        sections=theme.manifest.sections,
        config=config,
        zone=zone,
        look=look,
        proof=Provenance(content.provenance),
        name=heading(shorten(content.site.name or source.title or source.subdomain.replace("-", " ").title(), 80)),
        language=language,
        addresses=addresses,
        privacy_path=privacy,
        counting=_counting(config, repairs),
        placed=frozenset(own_paths),
        worded={
            spoken.code: frozenset(
                path for page in spoken.given.pages if says_something(page) and (path := page_path(page.path))
            )
            for spoken in translations
        },
    )
    own = bind(shared, content, words, language, plans, repairs)
    redirects = read_redirects(
        config.redirects,
        [address for of in addresses.of.values() for address in of.values()],
        addresses.leads,
        repairs,
    )
    robots = site_robots(config.robots, is_protected=source.is_protected)
    site = Site(
        theme=theme,
        source=source,
        view=own.view,
        words=words,
        look=look,
        variant=variant,
        zone=zone,
        pages=own.pages,
        nav=own.nav,
        favicon=source.pictures.vet(source.favicon_url),
        robots=robots,
        indexnow=robots.index and config.indexnow,
        excerpt_feeds=_excerpts(config.feeds, repairs),
        proof=shared.proof,
        redirects=redirects,
        repairs=(),
    )
    others = []
    for spoken in translations:
        said, other_plans = translated(content, plans, spoken.given, spoken.under, repairs)
        # What a second reading of the same places finds was found before.
        other = bind(shared, said, words_for(spoken.code), spoken.code, other_plans, Repairs())
        others.append(replace(site, view=other.view, words=other.words, pages=other.pages, nav=other.nav, kept={}))
    if others and shared.room.short:
        repairs.add("/generated_content/translations", "more than is drawn in all languages; the rest was left out")
    return replace(site, others=tuple(others), repairs=repairs.done())


def _counting(config: Config, repairs: Repairs) -> Counting:
    mode = (config.analytics or {}).get("mode")
    if mode in (None, "server", "beacon"):
        return mode or "server"
    if mode not in ("off", "none", False):
        repairs.add("/config/analytics/mode", "not server, beacon or off; nothing is counted")
    return "off"


def _translations(content: Content, language: str, repairs: Repairs) -> Sequence[Spoken]:
    """Translations by language, each language once, the site's own never."""
    found: dict[str, Spoken] = {}
    for index, given in enumerate(content.translations):
        under = f"/generated_content/translations/{index}"
        code = language_tag(given.language)
        name = (given.language or "an entry")[:20]
        if code is None or code == language or code in found or len(found) >= MOST_LANGUAGES:
            repairs.add(under, f"{name}: not another language; left out")
        elif not given.site.model_fields_set and not any(map(says_something, given.pages)):
            repairs.add(under, f"{name}: translates nothing; left out")
        else:
            found[code] = Spoken(code, under, given)
    return list(found.values())


def _excerpts(feeds: str | None, repairs: Repairs) -> bool:
    wanted = (feeds or "full").strip().casefold()
    if wanted not in ("full", "excerpt"):
        repairs.add("/config/feeds", "neither “full” nor “excerpt”; feeds have the whole text")
    return wanted == "excerpt"


def _zone(name: str | None, repairs: Repairs) -> str:
    known = known_zone(name)
    if known is None:
        repairs.add("/config/timezone", f"not a time zone; {DEFAULT_ZONE} is used")
    return known or DEFAULT_ZONE


_MOST_DEFAULTS = 100
_TEXT_COLUMNS = ("subdomain", "title", "description", "favicon_url", "seo_title", "seo_description", "og_image_url")


def _clean(source: SiteSource) -> SiteSource:
    """The plain text columns, as text that can be encoded and shown."""
    cleaned: dict[str, Any] = {}
    for name in _TEXT_COLUMNS:
        text = getattr(source, name)
        if text is not None:
            text = clean_text(text).strip()
            nothing = says_nothing(text) or not is_seen(text)
            cleaned[name] = text if not nothing else "situs" if name == "subdomain" else None
    return replace(source, **cleaned)


def _column(text: str | None, column: str, repairs: Repairs, max_depth: int = MAX_DEPTH) -> Any:
    value, lost = decode(text, max_depth=max_depth)
    if lost:
        repairs.add(f"/{column}", lost)
    return value


def _components(source: SiteSource, repairs: Repairs) -> list[Standing]:
    """An empty list, or one in which nothing could be read, means: none given."""
    raw, under = _column(source.components_config, "components_config", repairs), "/components_config"
    if isinstance(raw, dict) and isinstance(raw.get("components"), list | dict):
        raw, under = raw["components"], f"{under}/components"
    read = read_model(Components, raw, under, repairs, root="components")
    standing = [Standing(f"{under}/{index}", component) for index, component in enumerate(read.components)]
    for one in standing:
        if not one.component.id and not one.component.type:
            repairs.add(one.pointer, "needs an id or a type; left out")
    return [one for one in standing if one.component.id or one.component.type]


def _defaults(source: SiteSource, theme: Theme) -> tuple[str, ...]:
    given = islice(source.default_sections or (), _MOST_DEFAULTS)
    known = tuple(dict.fromkeys(name for name in given if isinstance(name, str) and type_name(name)))
    return known or theme.manifest.default_sections
