"""A site in one language: every page drawn into views, under the address it has in that language."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from renderer.themes.actions import Linker, alive_in, keep_links
from renderer.themes.addresses import Addresses
from renderer.themes.centres import report_centres, set_centres
from renderer.themes.contract.components import Config, Privacy
from renderer.themes.contract.content import Content
from renderer.themes.cut import cut
from renderer.themes.facts import Reach, show_site
from renderer.themes.items import Workshop, show_items
from renderer.themes.layouts import report_layouts, set_layouts
from renderer.themes.manifest import Section
from renderer.themes.navigation import given_nav, made_nav
from renderer.themes.parts import Parts, name_of
from renderer.themes.picks import pick
from renderer.themes.plan import NOWHERE, PagePlan, Placed
from renderer.themes.privacy import privacy_text
from renderer.themes.provenance import VOUCHED_TYPES, Provenance
from renderer.themes.repair import Repairs
from renderer.themes.rhythm import report_grounds, set_grounds
from renderer.themes.room import Room
from renderer.themes.sections import show_section, size_of
from renderer.themes.source import SiteSource
from renderer.themes.text.markdown_price import Purse
from renderer.themes.text.rich import RichOptions
from renderer.themes.text.typography import heading, shorten
from renderer.themes.text.words import Words
from renderer.themes.tokens import Look
from renderer.themes.tongues import direction, mark, own_name
from renderer.themes.translate import overlay
from renderer.themes.views import Counting, Link, PageView, SectionView, SiteView, Tongue


@dataclass(frozen=True, slots=True)
class Edition:
    """`pages` by address; `nav` holds links with the address of the page they belong to."""

    language: str
    words: Words
    view: SiteView
    pages: Mapping[str, PageView]
    nav: tuple[tuple[Link, str], ...]
    parts: Parts


@dataclass(frozen=True, slots=True)
class Bindery:
    """What editions of one site share. `worded` names the pages that each translation really has words for."""

    source: SiteSource
    sections: Mapping[str, Section]
    """What the theme says of each section type."""
    config: Config
    zone: str
    look: Look
    proof: Provenance
    name: str
    language: str
    addresses: Addresses
    privacy_path: str
    counting: Counting
    placed: frozenset[str]
    """Paths of the site's own pages."""
    worded: Mapping[str, frozenset[str]]
    facts: bytes | None
    """A name of all that the row says but for its pages; None: of what has none, nothing is taken over."""
    room: Room = field(default_factory=Room)


def bind(
    shared: Bindery,
    content: Content,
    words: Words,
    language: str,
    plans: tuple[PagePlan, ...],
    repairs: Repairs,
    before: Parts | None = None,
) -> Edition:
    """The edition in `language` of what `plans` place; the facts of `content` are already said in that language.

    `before`: the parts of the site's edition in this language as it was read before.
    """
    source = shared.source
    at = shared.addresses.of[language]
    reach = Reach(content, shared.name, words, repairs)
    homes = {
        key: f"{at[plan.path]}#{placed.html_id}"
        for plan in plans
        for placed in plan.sections
        for key in (placed.content.id, placed.html_id)
        if key
    }
    rich = RichOptions(3, source.pictures.vet, source.pictures.sizes, words, Purse())
    known = shared.addresses.known_to(language)
    own_language = shared.language if language != shared.language else None

    titles = {at[plan.path]: plan.content.title for plan in plans}

    def shop_for(path: str, sections: Callable[[str], str | None]) -> Workshop:
        return Workshop(
            str(source.id),
            shared.look.motif,
            source.pictures,
            reach,
            Linker(reach, path, known, sections, repairs, titles.get(path) or f"{source.base_url}{path}"),
            rich,
            own_language,
            repairs,
            shared.sections,
            shared.room,
        )

    def find(name: str, here: Mapping[str, str]) -> str | None:
        name = name.removeprefix("#")
        if name in here:
            return f"#{here[name]}"
        return homes.get(name)

    context = (shared.facts, shared.look.motif, shared.sections, shared.addresses, words, titles, homes)
    parts = Parts(context, before if shared.facts else None)
    first = shop_for(at["/"], lambda name: None)

    def facts() -> SiteView:
        view = show_site(source, content, shared.zone, shared.name, reach, words, shared.proof, repairs)
        under = "/generated_content/site/locations"
        view = replace(
            view,
            locations=show_items(content.site.locations, "locations", "locations", under, first),
            language=language,
            direction=direction(language),
            home=at["/"],
            motto=view.tagline,
            counting=shared.counting,
        )
        return _marked_facts(view, content, own_language) if own_language else view

    view = parts.take(shared.facts, first, facts)
    drawn: dict[str, list[tuple[SectionView, Placed]]] = {}
    for plan in plans:
        unproven = {
            placed.html_id for placed in plan.sections if not _vouched(placed, plan.path, shared.proof, repairs)
        }
        shown = source.shows_examples
        wanted = [placed for placed in plan.sections if shown or placed.html_id not in unproven]
        here = {
            key: placed.html_id for placed in reversed(wanted) for key in (placed.html_id, placed.content.id) if key
        }
        shop = shop_for(at[plan.path], lambda name, here=here: find(name, here))  # type: ignore[misc]
        shared.room.turn_page()
        drawn[at[plan.path]] = [
            (replace(section, is_example=True) if placed.html_id in unproven else section, placed)
            for section, placed in _draw_sections(wanted, view, shop, parts, f"{at[plan.path]} {here}")
        ]
    there = {f"{path}#{section.id}" for path, placed in drawn.items() for section, _ in placed}
    pages: dict[str, PageView] = {}
    for plan in plans:
        address = at[plan.path]
        alive = [
            (_without_dead_ends(section, placed, address, there, repairs), placed) for section, placed in drawn[address]
        ]
        page = _page(plan, alive, view, own_language, shared.sections, repairs)
        pages[address] = replace(page, path=address, tongues=_tongues(shared, plan.path, language))
    privacy = shared.config.privacy
    if privacy and shared.privacy_path in at:
        address = at[shared.privacy_path]
        view = replace(view, privacy=Link(words["privacy"], address))
        if address not in pages:
            page = _privacy(privacy, view, words, shared.sections, judged=shared.source.is_judged)
            pages[address] = replace(page, path=address, tongues=_tongues(shared, shared.privacy_path, language))
    linker = Linker(reach, "", known, lambda name: find(name, {}), repairs)
    nav = given_nav(content, linker, pages) or made_nav(pages, plans, at, words)
    return Edition(language, words, view, pages, nav, parts.done())


def _marked_facts(view: SiteView, content: Content, own_language: str) -> SiteView:
    address = content.site.contact.address
    if "tagline" in content.site.untranslated:
        view = replace(view, motto=mark(view.tagline, own_language))
    if address and "landmark" in address.untranslated:
        view = replace(view, landmark=mark(view.landmark, own_language))
    return view


def _tongues(shared: Bindery, path: str, language: str) -> tuple[Tongue, ...]:
    """The page in every language the site has; one entry alone means: nothing to switch."""
    ours = path == shared.privacy_path and path not in shared.placed
    return tuple(
        Tongue(
            code,
            own_name(code),
            own[path],
            current=code == language,
            worded=ours or code == shared.language or path in shared.worded[code],
        )
        for code, own in shared.addresses.of.items()
    )


def _draw_sections(
    wanted: list[Placed], view: SiteView, shop: Workshop, parts: Parts, page: str
) -> list[tuple[SectionView, Placed]]:
    """`page` names the page and what its sections are called."""
    drawn = []
    for placed in wanted:
        if not shop.room.section(placed.pointer, shop.repairs):
            continue
        over = (placed.content, placed.component, placed.over)
        name = name_of(page, placed.kind, placed.html_id, placed.pointer, placed.standing, *over)
        section = parts.take(name, shop, partial(_draw_section, placed, view, shop))
        if section is None and placed.pointer != NOWHERE.pointer:
            shop.repairs.add(placed.pointer, "nothing to show; left out")
        elif section is not None:
            drawn.append((_windowed(section, placed, shop.repairs), placed))
    return drawn


def _draw_section(placed: Placed, view: SiteView, shop: Workshop) -> SectionView | None:
    content = overlay(placed.content, placed.over, shop.room) if shop.own_language else placed.content
    return show_section(
        placed.kind,
        content,
        placed.component,
        placed.html_id,
        placed.pointer,
        placed.standing,
        view,
        shop,
    )


def _without_dead_ends(
    section: SectionView, placed: Placed, path: str, there: Collection[str], repairs: Repairs
) -> SectionView:
    kept = keep_links(section, lambda href: alive_in(href, path, there))
    if kept is not section:
        repairs.add(placed.pointer, "a button leads to a section that is not shown; left out")
    return kept


def _page(
    plan: PagePlan,
    placed: list[tuple[SectionView, Placed]],
    view: SiteView,
    own_language: str | None,
    says: Mapping[str, Section],
    repairs: Repairs,
) -> PageView:
    """`says` is what the theme says of each type, `own_language` that of what a translation left as it was.

    It is None outside translations.
    """
    under = f"/generated_content/pages/{plan.index}"
    title = heading(cut(plan.content.title, 120, under, "title", repairs)) if plan.content.title else None
    shown = mark(title, own_language) if own_language and "title" in plan.content.untranslated else title
    drawn = [section for section, _ in placed]
    if not any(section.type == "hero" for section in drawn):
        banner = [section for section in drawn if section.type == "announcement"]
        rest = [section for section in drawn if section.type != "announcement"]
        name = (title or view.name) if plan.path != "/" else (view.tagline or view.name)
        drawn = [*banner, replace(_plain_hero(name), title=_as_shown(name, title, shown, view)), *rest]
    drawn = [_named(section, view, title, shown) if section.type == "hero" else section for section in drawn]
    one = next(section for section in drawn if section.type == "hero")
    before = [section for section in drawn[: drawn.index(one)] if section.type == "announcement"]
    # The page's first heading comes first, wherever the row has it: what stands under it are its parts.
    drawn = [*before, one, *(section for section in drawn if section.type != "hero" and section not in before)]
    description = plan.content.description
    sections = set_centres(set_layouts(set_grounds(drawn), says), says)
    report_centres(sections, placed, repairs)
    report_grounds(sections, placed, repairs)
    report_layouts(sections, placed, repairs)
    return PageView(
        plan.path,
        title,
        cut(description, 160, under, "description", repairs) if description else None,
        sections,
        home=plan.path == "/",
        picks=pick(sections),
    )


def _plain_hero(title: str) -> SectionView:
    return SectionView(id="hero", type="hero", variant="", title=heading(title), size=size_of(title))


def _privacy(privacy: Privacy, view: SiteView, words: Words, says: Mapping[str, Section], *, judged: bool) -> PageView:
    text = privacy_text(
        privacy,
        words,
        name=view.name,
        address=view.address,
        reach=[link for link in (view.email, view.whatsapp or view.phone) if link],
        counted=view.counting != "off",
        judged=judged,
    )
    title = words["privacy"]
    body = SectionView(id="text", type="text", variant="", text=text)
    return PageView("", title, words["privacy_description"], set_layouts(set_grounds((_plain_hero(title), body)), says))


def _named(hero: SectionView, view: SiteView, title: str | None, shown: str | None) -> SectionView:
    """The page's only first heading is never empty: the site's tagline or name stands in."""
    if hero.title:
        return hero
    name = view.tagline or title or view.name
    return replace(hero, title=_as_shown(heading(shorten(name, 160)), title, shown, view), size=size_of(name))


def _as_shown(name: str, title: str | None, shown: str | None, view: SiteView) -> str | None:
    """A heading made of the page's title or the site's tagline, marked where that one is marked."""
    if name == title:
        return shown
    return view.motto if name == view.tagline else heading(name)


def _vouched(placed: Placed, path: str, proof: Provenance, repairs: Repairs) -> bool:
    if placed.kind not in VOUCHED_TYPES:
        return True
    own = placed.content.provenance
    if proof.section(path, placed.content.id, repairs.spelled(placed.pointer), own):
        return True
    repairs.add(placed.pointer, "needs provenance “owner” to be shown to the public; left out")
    return False


def _windowed(section: SectionView, placed: Placed, repairs: Repairs) -> SectionView:
    days = {}
    for name, text in (("from_", placed.component.from_), ("until", placed.component.until)):
        try:
            days[name] = date.fromisoformat(text[:10]) if text else None
        except ValueError:
            days[name] = None
            repairs.add(f"{placed.standing}/{name}", "not a date as 2027-03-10; ignored")
    if section.type == "hero":
        return section  # a page without its first heading is none
    return replace(section, first=days["from_"], last=days["until"])
