"""A page of an edition as a view: its sections drawn, dead ends left out, and what it is called."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from renderer.themes.actions import alive_in, keep_links
from renderer.themes.centres import report_centres, set_centres
from renderer.themes.contract.components import Privacy
from renderer.themes.cut import cut
from renderer.themes.items import Workshop
from renderer.themes.layouts import report_layouts, set_layouts
from renderer.themes.manifest import Section
from renderer.themes.parts import Parts, name_of
from renderer.themes.picks import pick
from renderer.themes.plan import NOWHERE, PagePlan, Placed
from renderer.themes.privacy import privacy_text
from renderer.themes.provenance import VOUCHED_TYPES, Provenance
from renderer.themes.repair import Repairs
from renderer.themes.rhythm import report_grounds, set_grounds
from renderer.themes.sections import show_section, size_of
from renderer.themes.text.typography import heading, shorten
from renderer.themes.text.words import Words
from renderer.themes.tongues import mark
from renderer.themes.translate import overlay
from renderer.themes.views import PageView, SectionView, SiteView


def draw_sections(
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
            drawn.append((_windowed(section, placed, shop.repairs, parts), placed))
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


def without_dead_ends(
    section: SectionView, placed: Placed, path: str, there: Collection[str], repairs: Repairs
) -> SectionView:
    kept = keep_links(section, lambda href: alive_in(href, path, there))
    if kept is not section:
        repairs.add(placed.pointer, "a button leads to a section that is not shown; left out")
    return kept


def show_page(
    plan: PagePlan,
    placed: list[tuple[SectionView, Placed]],
    view: SiteView,
    own_language: str | None,
    says: Mapping[str, Section],
    repairs: Repairs,
    parts: Parts,
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
    sections = set_centres(set_layouts(set_grounds(drawn, parts.again), says, parts.again), says)
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


def show_privacy(
    privacy: Privacy, view: SiteView, words: Words, says: Mapping[str, Section], *, judged: bool
) -> PageView:
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


def is_vouched(placed: Placed, path: str, proof: Provenance, repairs: Repairs) -> bool:
    if placed.kind not in VOUCHED_TYPES:
        return True
    own = placed.content.provenance
    if proof.section(path, placed.content.id, repairs.spelled(placed.pointer), own):
        return True
    repairs.add(placed.pointer, "needs provenance “owner” to be shown to the public; left out")
    return False


def _windowed(section: SectionView, placed: Placed, repairs: Repairs, parts: Parts) -> SectionView:
    days = {}
    for name, text in (("from_", placed.component.from_), ("until", placed.component.until)):
        try:
            days[name] = date.fromisoformat(text[:10]) if text else None
        except ValueError:
            days[name] = None
            repairs.add(f"{placed.standing}/{name}", "not a date as 2027-03-10; ignored")
    first, last = days["from_"], days["until"]
    # A page without its first heading is none.
    if section.type == "hero" or (first, last) == (section.first, section.last):
        return section
    return parts.again(section, ("days", first, last), lambda: replace(section, first=first, last=last))
