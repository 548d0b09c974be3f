"""Frozen values that templates draw: absence is None or an empty tuple, markup is Markup, all else is escaped."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from markupsafe import Markup

from renderer.themes.forms import FileBounds, FormView
from renderer.themes.found.paths import qris_path
from renderer.themes.pings import mark_of
from renderer.themes.prices import Money
from renderer.themes.text.hours import Exception_, Week
from renderer.themes.text.qris import Qris

Counting = Literal["server", "beacon", "off"]


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    kind: str = "page"
    current: bool = False
    note: str | None = None
    """What stands beside it."""
    way: str = ""
    """Of a channel: which one."""

    @property
    def foreign(self) -> bool:
        return self.href.startswith(("http:", "https:"))

    @property
    def marks(self) -> Markup:
        """What stands beside the address in its element."""
        rel = ' rel="noopener"' if self.foreign else ""
        return Markup(rel + mark_of(self.kind, self.way, self.href))  # noqa: S704 - words of our own


@dataclass(frozen=True, slots=True)
class Photo:
    src: str
    alt: str
    width: int | None
    height: int | None
    focus: str
    srcset: str | None = None
    webp: str | None = None
    """Candidates in WebP, beside `src` for who reads none."""
    avif: str | None = None
    """The same in AVIF, where there are some."""
    small: str = ""
    """The address for where it is shown as small as a logo."""


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ItemView:
    id: str
    name: str | None
    text: Markup | None = None
    role: str | None = None
    value: str | None = None
    price: Money | None = None
    status: str | None = None
    status_kind: str | None = None
    badge: str | None = None
    duration: str | None = None
    when: str | None = None
    place: str | None = None
    features: tuple[str, ...] = ()
    highlight: bool = False
    photo: Photo | None = None
    motif: Markup | None = None
    actions: tuple[Link, ...] = ()
    lines: tuple[str, ...] = ()
    hours: tuple[Pair, ...] = ()
    exceptions: tuple[Exception_, ...] = ()
    """Days with other hours; those that are near are drawn below `hours`."""
    cells: str = ""
    """Classes that place it in its row (`grid.cells`)."""


@dataclass(frozen=True, slots=True)
class GroupView:
    name: str | None
    text: str | None
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class DayRow:
    name: str
    times: tuple[str, ...]
    bars: tuple[tuple[float, float], ...]
    """Each bar's start and width in percent of the chart."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring days with equal hours; no times: closed."""

    label: str
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeekView:
    days: tuple[DayRow, ...]
    short: tuple[Run, ...]
    ticks: tuple[tuple[float, str], ...]
    zone: str | None
    note: str | None
    week: Week
    clock: str
    """JSON for the theme's script, which says from it whether the place is open now."""


@dataclass(frozen=True, slots=True)
class VideoView:
    """A film that is loaded when its card is clicked. `href` shows it without script."""

    href: str
    play: str | None
    """What the theme's script appends to the player's address; None: it plays the file at `href` itself."""
    length: str | None

    @property
    def foreign(self) -> bool:
        return self.href.startswith("https:")


@dataclass(frozen=True, slots=True)
class SectionView:
    id: str
    type: str
    variant: str
    layout: str = ""
    ground: str = "ground"
    label: str | None = None
    title: str | None = None
    size: str = "m"
    lead: Markup | None = None
    text: Markup | None = None
    note: str | None = None
    items: tuple[ItemView, ...] = ()
    groups: tuple[GroupView, ...] = ()
    facts: tuple[Pair, ...] = ()
    actions: tuple[Link, ...] = ()
    photo: Photo | None = None
    motif: Markup | None = None
    video: VideoView | None = None
    count: int = 3
    form_key: str | None = None
    form: FormView | None = None
    """The form itself, which is known only when the page is drawn."""
    first: date | None = None
    last: date | None = None
    is_example: bool = False
    """Shown in a preview alone, until its owner vouches for it."""
    pointer: str = field(default="", compare=False)
    """Where its content stands, as the models count: `/generated_content/pages/0/sections/1`; "" where it has none."""

    @property
    def shelves(self) -> tuple[GroupView, ...]:
        """The groups, or all items as one group without a name."""
        return self.groups or (GroupView(None, None, self.items),)

    @property
    def texts(self) -> tuple[Markup | None, ...]:
        """Everything of it that is rich text."""
        items = (item for shelf in self.shelves for item in shelf.items)
        return self.lead, self.text, *(item.text for item in items)


@dataclass(frozen=True, slots=True)
class PostView:
    href: str
    title: str
    excerpt: str | None
    date: str
    iso: str
    minutes: int
    motif: Markup
    month: str = ""
    """Month and year of its date."""
    photo: Photo | None = None
    found: Markup | None = None
    """In search results: where its words stand, marked."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """A page in one of the site's languages. `worded`: it really says something in it, and is no mere copy."""

    code: str
    name: str
    href: str
    current: bool
    worded: bool


@dataclass(frozen=True, slots=True)
class Pick:
    """An entry shown on the first screen, and where on the page it stands."""

    item: ItemView
    href: str


@dataclass(frozen=True, slots=True)
class PageView:
    """`path` is the page's address in its language; `tongues` holds it in every language, its own first."""

    path: str
    title: str | None
    description: str | None
    sections: tuple[SectionView, ...]
    home: bool = False
    tongues: tuple[Tongue, ...] = ()
    picks: tuple[Pick, ...] = ()
    """What it sells, in at most three entries."""


@dataclass(frozen=True, slots=True)
class Business:
    """Who stands behind the site, in parts that machines ask for; `type` is one of schema.org's."""

    type: str = "Organization"
    street: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    currency: str = "IDR"

    @property
    def is_place(self) -> bool:
        return self.type not in ("Organization", "Person")


@dataclass(frozen=True, slots=True)
class QrisView:
    """In whose name money goes. `code` is what the owner's own payload says, where there is one that holds."""

    merchant: str
    code: Qris | None = None
    digest: str = ""
    amount: str | None = None

    @property
    def picture(self) -> str | None:
        return qris_path(self.digest) if self.code else None


@dataclass(frozen=True, slots=True)
class SiteView:
    """The site's own facts, ready to be shown."""

    name: str
    tagline: str | None
    language: str
    logo: Photo | None
    whatsapp: Link | None
    phone: Link | None
    email: Link | None
    route: Link | None
    address: tuple[str, ...]
    landmark: str | None
    week: WeekView | None
    channels: tuple[Link, ...]
    payments: tuple[str, ...]
    payments_note: str | None
    qris: QrisView | None
    credentials: tuple[Pair, ...]
    business: Business = Business()
    locations: tuple[ItemView, ...] = ()
    direction: str = "ltr"
    home: str = "/"
    """The home page's address in this language."""
    motto: str | None = None
    """The tagline as a page shows it: marked where it is in another language."""
    privacy: Link | None = None
    kept_days: int | None = None
    """For how long the owner says that what visitors send is kept."""
    files: FileBounds | None = None
    """Of what visitors send."""
    counting: Counting = "server"
    """Who counts views: the server that answers, the browser that shows (behind others' caches), or nobody."""
    quick: tuple[Link, ...] = field(default=())
    """The bar at the foot of a phone's screen: WhatsApp, call, route, as many as there are."""
