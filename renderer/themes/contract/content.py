"""`websites.generated_content`: the site's own facts, and pages of sections."""

from itertools import islice
from typing import Annotated, Any, ClassVar

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from renderer.themes.contract.lenient import (
    Flag,
    Latitude,
    Lenient,
    Listed,
    ListedText,
    Longitude,
    Number,
    Rich,
    ShortText,
    Text,
    Whole,
)

MOST_VOUCHES = 4_000


def _also(*names: str) -> Any:
    """A field that may stand under other names, as generators write them; the first is the contract's."""
    return Field(default=None, validation_alias=AliasChoices(*names))


class Target(Lenient):
    """Where an action leads: whatsapp, phone, email, map, section, page, post, url (form: not drawn yet)."""

    text_means: ClassVar[str | None] = "url"
    kind: ShortText = _also("kind", "type")
    url: ShortText = _also("url", "href")
    path: ShortText = None
    section: ShortText = _also("section", "id", "form")
    item: ShortText = None
    text: ShortText = _also("text", "message")
    slug: ShortText = None


class Action(Lenient):
    label: ShortText = _also("label", "text", "name", "title")
    to: Target | None = _also("to", "target", "url", "href", "link")


class Price(Lenient):
    """An amount in whole rupiah, or text that reads as one ("25rb"); `was` is the price before."""

    text_means: ClassVar[str | None] = "amount"
    amount: ShortText = _also("amount", "value", "min")
    max: ShortText = None
    was: ShortText = _also("was", "original", "before")
    from_: Flag = Field(default=False, validation_alias=AliasChoices("from", "from_", "starting"))
    unit: ShortText = _also("unit", "per")
    note: ShortText = _also("note", "label", "text")


class Picture(Lenient):
    """`src` on the site's own origin; `focus` is the point to keep when cropping, 0…1 from the left and the top."""

    text_means: ClassVar[str | None] = "src"
    src: ShortText = _also("src", "url")
    alt: ShortText = None
    width: Whole | None = None
    height: Whole | None = None
    focus: Listed[Number] = Field(default_factory=list)


class Video(Lenient):
    """A film at YouTube, or an mp4 or webm on the site's own origin or an allowed host; `start` is a second of it."""

    text_means: ClassVar[str | None] = "url"
    url: ShortText = _also("url", "src", "href", "link")
    start: ShortText = _also("start", "from", "t")
    duration: ShortText = _also("duration", "length")


class Fact(Lenient):
    """A short label with its value."""

    text_means: ClassVar[str | None] = "value"
    label: ShortText = _also("label", "name", "title", "key")
    value: ShortText = _also("value", "text", "description")


class Item(Lenient):
    """One entry of a list section. Every section type draws the fields it knows and leaves the others."""

    text_means: ClassVar[str | None] = "name"
    id: ShortText = _also("id", "key", "slug")
    name: ShortText = _also("name", "title", "heading", "question", "label", "author", "q")
    label: ShortText = None
    text: Rich = _also("text", "description", "answer", "quote", "body", "content", "bio", "summary", "a")
    role: ShortText = _also("role", "position", "job", "subtitle")
    value: ShortText = _also("value", "number", "stat")
    price: Price | None = None
    status: ShortText = None
    badge: ShortText = _also("badge", "tag")
    icon: ShortText = _also("icon", "motif")
    category: ShortText = _also("category", "group")
    duration: ShortText = None
    when: ShortText = _also("when", "time", "day", "date", "year")
    place: ShortText = _also("place", "location", "city", "from")
    features: ListedText = Field(
        default_factory=list, validation_alias=AliasChoices("features", "includes", "points", "list", "items")
    )
    highlight: Flag = Field(default=False, validation_alias=AliasChoices("highlight", "featured", "popular"))
    image: Picture | None = _also("image", "photo", "picture", "avatar", "src")
    actions: Listed[Action] = Field(default_factory=list)
    action: Action | None = _also("action", "cta", "button")
    url: ShortText = _also("url", "href", "link")
    phone: ShortText = None
    address: "Address | None" = None
    geo: "Geo | None" = None
    hours: "Hours | None" = None


class Group(Lenient):
    """Entries of a menu or a catalogue under one heading."""

    text_means: ClassVar[str | None] = "name"
    id: ShortText = None
    name: ShortText = _also("name", "title", "label", "category")
    text: Text = _also("text", "description", "note")
    items: Listed[Item] = Field(default_factory=list)


class SectionContent(Lenient):
    id: ShortText = None
    type: ShortText = _also("type", "component", "kind")
    label: ShortText = _also("label", "eyebrow", "kicker", "overline")
    title: ShortText = _also("title", "heading", "headline", "name")
    intro: Text = _also("intro", "subtitle", "sub_title", "subheading", "subheadline", "lead", "description")
    text: Rich = _also("text", "body", "content", "html", "markdown")
    note: Text = _also("note", "footnote", "caption")
    items: Listed[Item] = Field(
        default_factory=list,
        validation_alias=AliasChoices(
            "items", "cards", "entries", "members", "plans", "packages", "questions", "faqs", "steps", "days", "images"
        ),
    )
    groups: Listed[Group] = Field(default_factory=list, validation_alias=AliasChoices("groups", "categories"))
    facts: Listed[Fact] = Field(default_factory=list, validation_alias=AliasChoices("facts", "points", "highlights"))
    actions: Listed[Action] = Field(default_factory=list, validation_alias=AliasChoices("actions", "buttons", "ctas"))
    action: Action | None = _also("action", "cta", "button")
    image: Picture | None = _also("image", "photo", "picture", "background_image")
    video: Video | None = _also("video", "film", "youtube", "video_url", "embed")
    form: ShortText = _also("form", "form_type", "form_id")
    count: Whole | None = None
    provenance: ShortText = None


class PageContent(Lenient):
    path: ShortText = _also("path", "id", "slug")
    title: ShortText = _also("title", "name")
    description: ShortText = None
    nav: ShortText = _also("nav", "menu_label", "label")
    sections: Listed[SectionContent] = Field(default_factory=list)


class Address(Lenient):
    text_means: ClassVar[str | None] = "street"
    street: ShortText = _also("street", "line1", "address")
    rt_rw: ShortText = None
    village: ShortText = _also("village", "kelurahan")
    district: ShortText = _also("district", "kecamatan")
    city: ShortText = None
    province: ShortText = None
    postal_code: ShortText = _also("postal_code", "zip")
    landmark: ShortText = None


class Geo(Lenient):
    lat: Latitude | None = Field(default=None, validation_alias=AliasChoices("lat", "latitude"))
    lng: Longitude | None = Field(default=None, validation_alias=AliasChoices("lng", "lon", "longitude"))


class WhatsApp(Lenient):
    text_means: ClassVar[str | None] = "number"
    number: ShortText = _also("number", "phone")
    text: ShortText = _also("text", "message")


class Contact(Lenient):
    whatsapp: WhatsApp | None = _also("whatsapp", "wa", "whats_app")
    phone: ShortText = _also("phone", "telephone", "tel")
    email: ShortText = None
    address: Address | None = None
    geo: Geo | None = None
    map_url: ShortText = _also("map_url", "maps")


class OpenDays(Lenient):
    """`days` as two letters (mo … su) or names in Indonesian or English; times "17:00"; past midnight is allowed.

    `time` says the same in one text: "08:00–12:00, 13:00–17:00", "24 jam", "tutup".
    """

    text_means: ClassVar[str | None] = "time"
    days: ListedText = Field(default_factory=list, validation_alias=AliasChoices("days", "day"))
    open: ShortText = _also("open", "opens", "from")
    close: ShortText = _also("close", "closes", "until", "to")
    time: ShortText = _also("time", "hours", "times")
    closed: Flag = False


class HoursException(Lenient):
    from_: ShortText = Field(default=None, validation_alias=AliasChoices("from", "from_", "date"))
    to: ShortText = _also("to", "until")
    label: ShortText = _also("label", "name")
    open: ShortText = None
    close: ShortText = None
    closed: Flag = False


def _day_by_day(value: Any) -> Any:
    """`{"senin": "08:00–17:00", "minggu": "tutup"}` → a list of open days."""
    if not isinstance(value, dict):
        return value
    return [{**(day if isinstance(day, dict) else {"time": day}), "days": [name]} for name, day in value.items()]


class Hours(Lenient):
    """When the place is open. The days may also stand here themselves, by name, in place of `weekly`."""

    text_means: ClassVar[str | None] = "note"
    weekly: Annotated[Listed[OpenDays], BeforeValidator(_day_by_day)] = Field(default_factory=list)
    exceptions: Listed[HoursException] = Field(default_factory=list)
    note: ShortText = None

    @model_validator(mode="before")
    @classmethod
    def _from_days(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "weekly" in value:
            return value
        named = {key: day for key, day in value.items() if key not in ("exceptions", "note", "timezone") and day}
        return {**value, "weekly": named} if named else value


class Channel(Lenient):
    text_means: ClassVar[str | None] = "url"
    kind: ShortText = _also("kind", "type", "id", "name")
    url: ShortText = _also("url", "href")
    label: ShortText = None
    text: ShortText = None


class Qris(Lenient):
    payload: ShortText = None
    merchant: ShortText = None


class Payments(Lenient):
    accepted: ListedText = Field(default_factory=list)
    qris: Qris | None = None
    note: ShortText = None


class Credential(Lenient):
    text_means: ClassVar[str | None] = "number"
    kind: ShortText = _also("kind", "type", "id")
    number: ShortText = None
    label: ShortText = _also("label", "name")
    text: ShortText = None


class SiteFacts(Lenient):
    name: ShortText = None
    tagline: ShortText = _also("tagline", "slogan")
    logo: Picture | None = None
    business: ShortText = None
    contact: Contact = Field(default_factory=Contact)
    locations: Listed[Item] = Field(default_factory=list)
    hours: Hours | None = None
    channels: Listed[Channel] = Field(
        default_factory=list, validation_alias=AliasChoices("channels", "social", "links")
    )
    payments: Payments | None = None
    credentials: Listed[Credential] = Field(default_factory=list)
    currency: ShortText = None
    navigation: Listed[Action] = Field(default_factory=list, validation_alias=AliasChoices("navigation", "nav"))


class PageTranslation(PageContent):
    """A page in another language: `path` names the page, `as` is its own address there."""

    as_: ShortText = _also("as", "as_", "address")


class Translation(Lenient):
    """What another language says in place of the site's own; whatever it leaves out is shown in the site's own."""

    language: ShortText = _also("language", "lang", "id")
    site: SiteFacts = Field(default_factory=SiteFacts)
    pages: Listed[PageTranslation] = Field(default_factory=list)


class Vouch(Lenient):
    """Who says what stands at `pointer` and below it."""

    text_means: ClassVar[str | None] = "by"
    pointer: ShortText = _also("pointer", "at", "path", "id")
    by: ShortText = _also("by", "value", "name")


def _vouches(value: Any) -> Any:
    """`{"/site/credentials/0": "owner"}` → a list; only its first entries count."""
    if isinstance(value, dict):
        value = [
            {"pointer": key, **(by if isinstance(by, dict) else {"by": by})}
            for key, by in islice(value.items(), MOST_VOUCHES)
        ]
    return value[:MOST_VOUCHES] if isinstance(value, list) else [] if value is None else value


class Content(Lenient):
    """What a site says. Sections without pages are the home page's."""

    lone: ClassVar[tuple[str, str] | None] = ("pages", "sections")
    language: ShortText = _also("language", "lang")
    languages: ListedText = Field(default_factory=list)
    provenance: Annotated[list[Vouch], BeforeValidator(_vouches)] = Field(default_factory=list)
    site: SiteFacts = Field(default_factory=SiteFacts)
    pages: Listed[PageContent] = Field(default_factory=list)
    translations: Listed[Translation] = Field(default_factory=list)  # last: it is what a cut may cost


Item.model_rebuild()  # its address, place on the map and hours stand below it
