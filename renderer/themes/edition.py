"""A site in one language: every page drawn into views, under the address it has in that language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from renderer.themes.actions import Linker
from renderer.themes.addresses import Addresses
from renderer.themes.contract.components import Config
from renderer.themes.contract.content import Content
from renderer.themes.facts import Reach, show_site
from renderer.themes.items import Workshop, show_items
from renderer.themes.manifest import Section
from renderer.themes.navigation import given_nav, made_nav
from renderer.themes.page_view import draw_sections, is_vouched, show_page, show_privacy, without_dead_ends
from renderer.themes.parts import Parts
from renderer.themes.plan import PagePlan, Placed
from renderer.themes.provenance import Provenance
from renderer.themes.repair import Repairs
from renderer.themes.room import Room
from renderer.themes.source import SiteSource
from renderer.themes.text.markdown_price import Purse
from renderer.themes.text.rich import RichOptions
from renderer.themes.text.words import Words
from renderer.themes.tokens import Look
from renderer.themes.tongues import direction, mark, own_name
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
    binder = _Binder(shared, content, words, language, plans, repairs, before)
    view = binder.view()
    pages = binder.pages(view, binder.drawn(view))
    view = binder.with_privacy(view, pages)
    linker = Linker(binder.reach, "", binder.known, partial(binder.find, {}), repairs)
    nav = given_nav(content, linker, pages) or made_nav(pages, plans, binder.at, words)
    return Edition(language, words, view, pages, nav, binder.parts.done())


class _Binder:
    """One edition while it is bound. `at`: the address of each path; `homes`: where what is named stands."""

    def __init__(
        self,
        shared: Bindery,
        content: Content,
        words: Words,
        language: str,
        plans: tuple[PagePlan, ...],
        repairs: Repairs,
        before: Parts | None,
    ) -> None:
        self._shared, self._content, self._words, self._language = shared, content, words, language
        self._plans, self._repairs = plans, repairs
        self.at = at = shared.addresses.of[language]
        self.known = shared.addresses.known_to(language)
        self.reach = Reach(content, shared.name, words, repairs)
        self._homes = {
            key: f"{at[plan.path]}#{placed.html_id}"
            for plan in plans
            for placed in plan.sections
            for key in (placed.content.id, placed.html_id)
            if key
        }
        self._titles = {at[plan.path]: plan.content.title for plan in plans}
        pictures = shared.source.pictures
        self._rich = RichOptions(3, pictures.vet, pictures.sizes, words, Purse())
        self._own_language = shared.language if language != shared.language else None
        look, sections = shared.look.motif, shared.sections
        context = (shared.facts, look, sections, shared.addresses, words, self._titles, self._homes)
        self.parts = Parts(context, before if shared.facts else None)

    def find(self, here: Mapping[str, str], name: str) -> str | None:
        """Where a link to what is called `name` leads, from a page that has `here`: ids by name."""
        name = name.removeprefix("#")
        return f"#{here[name]}" if name in here else self._homes.get(name)

    def view(self) -> SiteView:
        shop = self._shop(self.at["/"], lambda name: None)
        return self.parts.take(self._shared.facts, shop, partial(self._facts, shop))

    def _facts(self, shop: Workshop) -> SiteView:
        shared, content = self._shared, self._content
        source, proof = shared.source, shared.proof
        view = show_site(source, content, shared.zone, shared.name, self.reach, self._words, proof, self._repairs)
        under = "/generated_content/site/locations"
        view = replace(
            view,
            locations=show_items(content.site.locations, "locations", "locations", under, shop),
            language=self._language,
            direction=direction(self._language),
            home=self.at["/"],
            motto=view.tagline,
            counting=shared.counting,
        )
        return _marked_facts(view, content, self._own_language) if self._own_language else view

    def _shop(self, path: str, sections: Callable[[str], str | None]) -> Workshop:
        shared, repairs = self._shared, self._repairs
        source = shared.source
        title = self._titles.get(path) or f"{source.base_url}{path}"
        return Workshop(
            str(source.id),
            shared.look.motif,
            source.pictures,
            self.reach,
            Linker(self.reach, path, self.known, sections, repairs, title),
            self._rich,
            self._own_language,
            repairs,
            shared.sections,
            shared.room,
        )

    def drawn(self, view: SiteView) -> dict[str, list[tuple[SectionView, Placed]]]:
        """What each page shows, by address."""
        return {self.at[plan.path]: self._drawn(plan, view) for plan in self._plans}

    def _drawn(self, plan: PagePlan, view: SiteView) -> list[tuple[SectionView, Placed]]:
        shared, path = self._shared, self.at[plan.path]
        unproven = {
            placed.html_id for placed in plan.sections if not is_vouched(placed, plan.path, shared.proof, self._repairs)
        }
        shown = shared.source.shows_examples
        wanted = [placed for placed in plan.sections if shown or placed.html_id not in unproven]
        here = {
            key: placed.html_id for placed in reversed(wanted) for key in (placed.html_id, placed.content.id) if key
        }
        shop = self._shop(path, partial(self.find, here))
        shared.room.turn_page()
        return [
            (replace(section, is_example=True) if placed.html_id in unproven else section, placed)
            for section, placed in draw_sections(wanted, view, shop, self.parts, f"{path} {here}")
        ]

    def pages(self, view: SiteView, drawn: Mapping[str, list[tuple[SectionView, Placed]]]) -> dict[str, PageView]:
        """By address, without links to sections that are shown nowhere."""
        shared, repairs = self._shared, self._repairs
        there = {f"{path}#{section.id}" for path, placed in drawn.items() for section, _ in placed}
        pages: dict[str, PageView] = {}
        for plan in self._plans:
            address = self.at[plan.path]
            alive = [
                (without_dead_ends(section, placed, address, there, repairs), placed)
                for section, placed in drawn[address]
            ]
            page = show_page(plan, alive, view, self._own_language, shared.sections, repairs, self.parts)
            pages[address] = replace(page, path=address, tongues=_tongues(shared, plan.path, self._language))
        return pages

    def with_privacy(self, view: SiteView, pages: dict[str, PageView]) -> SiteView:
        """The view that names the privacy page, which joins `pages` where the site has none of its own."""
        shared, words = self._shared, self._words
        privacy = shared.config.privacy
        if not privacy:
            return view
        view = replace(view, kept_days=privacy.retention_days)
        if shared.privacy_path not in self.at:
            return view
        address = self.at[shared.privacy_path]
        view = replace(view, privacy=Link(words["privacy"], address))
        if address not in pages:
            page = show_privacy(privacy, view, words, shared.sections, judged=shared.source.is_judged)
            tongues = _tongues(shared, shared.privacy_path, self._language)
            pages[address] = replace(page, path=address, tongues=tongues)
        return view


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
