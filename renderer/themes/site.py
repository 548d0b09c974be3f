"""One site as its row was read: what every page of it is drawn from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, TypeVar

from renderer.themes.addresses import redirect_key
from renderer.themes.drawn import Drawn
from renderer.themes.found.graph import Graph, draw_graph
from renderer.themes.found.indexing import Robots
from renderer.themes.found.share import Share, share_pages
from renderer.themes.load import Theme
from renderer.themes.parts import Parts
from renderer.themes.pieces import Pieces
from renderer.themes.provenance import Provenance
from renderer.themes.repair import Repair
from renderer.themes.source import SiteSource
from renderer.themes.text.words import Words
from renderer.themes.tokens import Look
from renderer.themes.views import Link, PageView, SiteView

P = ParamSpec("P")
T = TypeVar("T")


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
    heeds_dnt: bool
    """Whether visitors who send DNT are not told apart."""
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
    found: tuple[Repair, ...]
    """What was wrong in its documents."""
    others: tuple["Site", ...] = ()
    proof: Provenance = field(default_factory=lambda: Provenance(()), compare=False, repr=False)
    """What its owner vouched for."""
    parts: Parts | None = field(default=None, compare=False, repr=False)
    """For the next reading of the site."""
    is_as_before: bool = field(default=False, compare=False)
    """All but its heads is what it was in the reading before."""
    pieces: dict[str, Pieces] = field(default_factory=dict, compare=False, repr=False)
    """Sections as they were drawn last, by the address of their page."""
    kept: dict[str, tuple[Any, Drawn]] = field(default_factory=dict, compare=False, repr=False)
    """The page drawn last at each address, with all it was drawn from beside the site itself."""
    done: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `once` has worked out. Never passed on: what is made of this site may say it otherwise."""

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """All that was wrong in the row."""
        source = self.source
        given = {column: getattr(source, column) for column in ("favicon_url", "og_image_url")}
        unfit = [column for column, address in given.items() if address and source.pictures.vet(address) is None]
        return (*self.found, *(Repair(f"/{column}", "not on this site’s own origin; left out") for column in unfit))

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


def once(work: Callable[Concatenate[Site, P], T]) -> Callable[Concatenate[Site, P], T]:
    """`work`, done once for each site and whatever else it is given, of which there must be few: what follows from
    nothing else is the same on all of its pages."""

    def done(site: Site, /, *given: P.args, **named: P.kwargs) -> T:
        key = (work, *given, *named.items())
        if key not in site.done:
            site.done[key] = work(site, *given, **named)
        return site.done[key]  # type: ignore[no-any-return]  # what `work` gave

    return done
