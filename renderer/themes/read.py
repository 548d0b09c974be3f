"""A row, read tolerantly into one frozen value that every page of the site is drawn from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import islice
from operator import attrgetter
from typing import Any

from renderer.themes.addresses import (
    MOST_LANGUAGES,
    Addresses,
    Spoken,
    language_tag,
    read_redirects,
    settle_addresses,
)
from renderer.themes.contract.components import Components, Config
from renderer.themes.contract.content import Content
from renderer.themes.contract.lenient import read_model
from renderer.themes.contract.spelling import says_nothing, snake
from renderer.themes.decode import MAX_DEPTH, TEXT_DEPTH, clean_text, decode, is_seen
from renderer.themes.edition import Bindery, bind
from renderer.themes.found.indexing import site_robots
from renderer.themes.load import Theme, Themes
from renderer.themes.parts import name_of
from renderer.themes.pieces import Pieces
from renderer.themes.plan import PagePlan, Standing, page_path, plan_pages
from renderer.themes.provenance import Provenance
from renderer.themes.repair import Repairs
from renderer.themes.sections import type_name
from renderer.themes.site import Site
from renderer.themes.source import SiteSource
from renderer.themes.text.typography import heading, shorten
from renderer.themes.text.words import words_for
from renderer.themes.tokens import settle
from renderer.themes.translate import says_something, translated
from renderer.themes.views import Counting, PageView
from renderer.zones import DEFAULT_ZONE, known_zone

_OF_HEADS = ("description", "seo_title", "seo_description", "favicon_url", "og_image_url", "updated_at")
"""Columns that nothing but heads, feeds and sitemaps say."""
_beside_heads = attrgetter(*(one.name for one in fields(SiteSource) if one.name not in _OF_HEADS))


def read_site(themes: Themes, source: SiteSource, before: Site | None = None) -> Site:
    """Read a row. Never raises on what a row can hold: what is wrong is left out and named in `repairs`.

    `before`: the same site as it was read before, by the same themes. It saves time and changes nothing.
    """
    known = read_heads(source, before) if before is not None else None
    return _read(themes, _clean(source), before) if known is None else known


def read_heads(source: SiteSource, before: Site) -> Site | None:
    """The same in no time where nothing but heads say anything new; None where more does."""
    source = _clean(source)
    if _beside_heads(source) != _beside_heads(before.source):
        return None
    return _newly_headed(before, source)


def _newly_headed(before: Site, source: SiteSource) -> Site:
    others = tuple(_newly_headed(other, source) for other in before.others)
    return replace(
        before,
        source=source,
        favicon=source.pictures.vet(source.favicon_url),
        others=others,
        is_as_before=True,
        pieces=_pieces(before, before.pages),
        kept={},
    )


def _pieces(before: Site | None, pages: Mapping[str, PageView]) -> dict[str, Pieces]:
    """What was drawn of pages that the site still has, for the next drawing to look at."""
    drawn = before.pieces if before else {}
    return {path: dict(pieces) for path, pieces in list(drawn.items()) if path in pages}


def _read(themes: Themes, source: SiteSource, before: Site | None) -> Site:
    repairs = Repairs()
    sites_before = {one.language: one for one in (before, *before.others)} if before else {}
    theme, instead = themes.allowed(source)
    if instead:
        repairs.add("/template_id", instead)
    # The other theme's: families and motifs that this one may lack.
    variables = None if source.template_id in themes and theme.id != source.template_id else source.css_variables
    given = _column(source.generated_content, "generated_content", repairs, TEXT_DEPTH)
    content = read_model(Content, given, "/generated_content", repairs)
    config = read_model(Config, _column(source.config, "config", repairs), "/config", repairs)
    components = _components(source, repairs)
    look = settle(
        theme.manifest,
        css_variables=variables,
        schemes=source.available_color_schemes,
        design_tokens=source.design_tokens,
        repairs=repairs,
    )
    language = _language(content, repairs)
    words = words_for(language)
    zone = _zone(config.timezone, repairs)
    plans = plan_pages(content, components, _defaults(source, theme), repairs)
    translations = _translations(content, language, repairs)
    addresses, redirects = _addresses(config, plans, language, translations, repairs)
    variant = _variant(source, theme, repairs)
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
        privacy_path=words.plain["privacy_path"],
        counting=_counting(config, repairs),
        placed=frozenset(plan.path for plan in plans),
        worded={spoken.code: _worded(spoken) for spoken in translations},
        facts=_facts(source, given, content),
    )
    own_before = sites_before.get(language)
    own = bind(shared, content, words, language, plans, repairs, own_before.parts if own_before else None)
    robots = site_robots(config.robots, is_protected=source.is_protected)
    site = Site(
        theme=theme,
        source=source,
        view=own.view,
        words=words,
        look=look,
        variant=variant,
        zone=zone,
        heeds_dnt=(config.analytics or {}).get("dnt") is not False,
        pages=own.pages,
        nav=own.nav,
        favicon=source.pictures.vet(source.favicon_url),
        robots=robots,
        indexnow=robots.index and config.indexnow,
        excerpt_feeds=_excerpts(config.feeds, repairs),
        proof=shared.proof,
        redirects=redirects,
        found=(),
        parts=own.parts,
        pieces=_pieces(own_before, own.pages),
    )
    others = _in_other_languages(site, shared, content, plans, translations, sites_before, repairs)
    if others and shared.room.short:
        repairs.add("/generated_content/translations", "more than is drawn in all languages; the rest was left out")
    return replace(site, others=others, found=repairs.done())


def _addresses(
    config: Config, plans: Sequence[PagePlan], language: str, translations: Sequence[Spoken], repairs: Repairs
) -> tuple[Addresses, Mapping[str, str]]:
    """Where each page stands in each language, and what leads there."""
    own_paths = [plan.path for plan in plans]
    privacy = words_for(language).plain["privacy_path"]
    paths = [*own_paths, privacy] if config.privacy and privacy not in own_paths else own_paths
    named = {(privacy, spoken.code): words_for(spoken.code).plain["privacy_path"] for spoken in translations}
    addresses = settle_addresses(paths, language, translations, named, repairs)
    taken = [address for of in addresses.of.values() for address in of.values()]
    redirects = read_redirects(config.redirects, taken, addresses.leads, repairs)
    return addresses.with_moved(redirects), redirects


def _in_other_languages(
    site: Site,
    shared: Bindery,
    content: Content,
    plans: tuple[PagePlan, ...],
    translations: Sequence[Spoken],
    sites_before: Mapping[str, Site],
    repairs: Repairs,
) -> tuple[Site, ...]:
    others = []
    for spoken in translations:
        said, other_plans = translated(content, plans, spoken.given, spoken.under, repairs)
        # What a second reading of the same places finds was found before.
        before = sites_before.get(spoken.code)
        parts = before.parts if before else None
        other = bind(shared, said, words_for(spoken.code), spoken.code, other_plans, Repairs(), parts)
        pieces = _pieces(before, other.pages)
        said_so = replace(site, view=other.view, words=other.words, pages=other.pages, nav=other.nav, kept={})
        others.append(replace(said_so, parts=other.parts, pieces=pieces))
    return tuple(others)


def _language(content: Content, repairs: Repairs) -> str:
    language = language_tag(content.language)
    if content.language and not language:
        repairs.add("/generated_content/language", "not a language tag; id is used")
    return language or "id"


def _variant(source: SiteSource, theme: Theme, repairs: Repairs) -> str:
    """The theme's first where the row names none that it has."""
    variants, variant = theme.manifest.variants, source.template_variant or ""
    if variant in variants:
        return variant
    if variant:
        repairs.add("/template_variant", f"not one of {', '.join(variants)}")
    return next(iter(variants))


def _worded(spoken: Spoken) -> frozenset[str]:
    """Paths of pages that a translation has words for."""
    return frozenset(path for page in spoken.given.pages if says_something(page) and (path := page_path(page.path)))


def _facts(source: SiteSource, given: Any, content: Content) -> bytes | None:
    """A name of everything that parts of pages hang on beside their own content, as the row spells it and as it was
    read."""
    rest = {key: value for key, value in given.items() if snake(key) not in _PAGES} if isinstance(given, dict) else {}
    try:
        spelled = json.dumps(rest)
    except (ValueError, RecursionError):
        return None
    columns = (source.id, source.subdomain, source.title, source.base_url, source.images, source.shows_examples)
    read = content.model_copy(update={"pages": []})
    return name_of(repr(columns), source.config, spelled, read)


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
_PAGES = frozenset({"pages", "sections"})
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
    changed = {name: text for name, text in cleaned.items() if text != getattr(source, name)}
    return replace(source, **changed) if changed else source


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
