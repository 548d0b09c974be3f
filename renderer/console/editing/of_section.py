"""The fields of a section and of its entries, as the models count. Pure."""

from collections.abc import Iterator

from renderer.console.editing.exceptions import of_hours
from renderer.console.editing.facts import days_of
from renderer.console.editing.fields import DAY, Field, Form
from renderer.console.editing.vouches import section_vouched
from renderer.themes.contract.content import Action, Group, Item, SectionContent
from renderer.themes.contract.hint import ACTIONS, MOTIFS, STATUSES
from renderer.themes.contract.lenient import LONG
from renderer.themes.contract.sections import KINDS, Kind
from renderer.themes.decode import clean_text
from renderer.themes.provenance import VOUCHED_TYPES
from renderer.themes.repair import Repairs
from renderer.themes.sections import type_name
from renderer.themes.text.hours import read_week

_LINES = ("label", "title", "intro", "text", "note")
_OF_ITEMS = ("name", "price", "label", "role", "value", "text", "duration", "when", "place", "badge", "phone")
_ALWAYS = frozenset(
    {"title", "intro", "text", "name", "image", "price", "role", "value", "when", "place", "features", "address"}
)
"""Offered also where they are empty and not everything is asked for, if the type draws them."""
_TARGETS = ("url", "text", "path", "slug", "item")
MOST_TARGETS, MOST_BUTTONS = 200, 6
NONE = Kind("", _LINES, items=("name", "text"), needs=())
"""Of sections of a type that nobody knows."""


def kind_of_section(section: SectionContent) -> Kind:
    return KINDS.get(type_name(section.type) or "", NONE)


def of_section(form: Form, section: SectionContent) -> Iterator[Field]:
    kind = kind_of_section(section)
    drawn = kind.drawn if kind is not NONE else frozenset(_LINES)
    if type_name(section.type) in VOUCHED_TYPES and not form.part:
        owners = "owner" if section_vouched(form.places, form.pointer) else ""
        yield Field("provenance", "text_vouched", "tick", owners, 10)
    for name in _LINES:
        yield from form.text(name, getattr(section, name), name in drawn)
    if section.action:
        yield from of_action(form, "action", section.action)
    yield from form.picture(section.image, "image", "image" in drawn)
    film = section.video
    yield from form.text("video/url", film.url if film else None, "video" in drawn, word="text_video", rule="link")
    for name in ("start", "duration"):
        said = getattr(film, name) if film else None
        yield from form.text(f"video/{name}", said, "video" in drawn, word=f"text_video_{name}", most=20)
    yield from form.text("form", section.form, "form" in drawn, word="text_form", most=100)
    yield from form.text("count", section.count, "count" in drawn, word="text_count", most=2, rule="count")
    for index, fact in enumerate(section.facts):
        for name in ("label", "value"):
            said = getattr(fact, name)
            yield from form.text(f"facts/{index}/{name}", said, True, index + 1, word=f"text_fact_{name}")
    for index, action in enumerate(section.actions):
        yield from of_action(form, f"actions/{index}", action, index + 1)
    entry = 0
    for index, item in enumerate(section.items):
        entry += 1
        if form.has(under := f"items/{index}"):
            yield from of_item(form, under, item, kind, entry)
    for number, group in enumerate(section.groups):
        yield from _of_group(form, f"groups/{number}", group)
        for index, item in enumerate(group.items):
            entry += 1
            if form.has(under := f"groups/{number}/items/{index}"):
                yield from of_item(form, under, item, kind, entry)


def of_action(form: Form, under: str, action: Action | None, entry: int = 0, offered: bool = True) -> Iterator[Field]:
    """A button: what it says, and where it leads."""
    to = action.to if action else None
    yield from form.text(f"{under}/label", action.label if action else None, offered, entry, word="text_button")
    kind = to.kind if to else None
    yield from form.choice(f"{under}/to/kind", kind, ACTIONS, offered and form.full, entry, word="text_to_kind")
    names = _sections(form)
    section = to.section if to else None
    yield from form.choice(
        f"{under}/to/section", section, list(names), offered and form.full, entry,
        word="text_to_section", called=list(names.values()),
    )  # fmt: skip
    for name in _TARGETS:
        said = getattr(to, name) if to else None
        usual = offered and form.full and name in ("url", "text")
        yield from form.text(f"{under}/to/{name}", said, usual, entry, word=f"text_to_{name}")


def _sections(form: Form) -> dict[str, str]:
    """Ids of sections, and what they are called."""
    found: dict[str, str] = {}
    for page in form.places.content.pages:
        for one in page.sections:
            if one.id and len(found) < MOST_TARGETS:
                found.setdefault(one.id, clean_text(one.title or "")[:60] or one.id)
    return found


def of_item(form: Form, under: str, item: Item, kind: Kind, entry: int) -> Iterator[Field]:
    full, drawn = form.full, frozenset(kind.items)
    usual = drawn if full else drawn & _ALWAYS
    for name in _OF_ITEMS:
        if name == "price":
            yield from _of_price(form, under, item, "price" in drawn, entry)
        else:
            yield from form.text(
                f"{under}/{name}", getattr(item, name), name in usual, entry,
                word=f"text_item_{name}", needed=name in kind.needs,
            )  # fmt: skip
    if item.features or "features" in usual:
        yield Field(f"{under}/features", "text_item_features", "lines", "\n".join(item.features), LONG, entry)
    for name in ("street", "city"):
        value = getattr(item.address, name) if item.address else None
        yield from form.text(f"{under}/address/{name}", value, "address" in usual, entry, word=f"text_item_{name}")
    yield from form.picture(item.image, f"{under}/image", "image" in usual, entry)
    if full:
        yield from _more_of_item(form, under, item, drawn, entry)


def _of_price(form: Form, under: str, item: Item, offered: bool, entry: int) -> Iterator[Field]:
    price = item.price
    said = price.amount if price else None
    yield from form.text(f"{under}/price/amount", said, offered, entry, word="text_item_price", rule="price")
    if not form.full:
        return
    for name in ("max", "was"):
        said = getattr(price, name) if price else None
        yield from form.text(f"{under}/price/{name}", said, offered, entry, word=f"text_price_{name}", rule="price")
    begins = bool(price and price.from_)
    yield from form.flag(f"{under}/price/from_", begins, offered, entry, word="text_price_from")
    for name in ("unit", "note"):
        said = getattr(price, name) if price else None
        yield from form.text(f"{under}/price/{name}", said, offered, entry, word=f"text_price_{name}", most=100)


def _more_of_item(form: Form, under: str, item: Item, drawn: frozenset[str], entry: int) -> Iterator[Field]:
    """What an entry may also say, on a screen of its own."""
    status = "status" in drawn
    yield from form.choice(f"{under}/status", item.status, STATUSES, status, entry, word="text_item_status")
    yield from form.flag(f"{under}/highlight", item.highlight, "highlight" in drawn, entry, word="text_item_highlight")
    category = "category" in drawn and not under.startswith("groups/")
    yield from form.text(f"{under}/category", item.category, category, entry, word="text_item_category", most=100)
    yield from form.choice(f"{under}/icon", item.icon, MOTIFS, "icon" in drawn, entry, word="text_item_icon")
    yield from form.text(f"{under}/url", item.url, "url" in drawn, entry, word="text_item_url", rule="link")
    for index, action in enumerate(item.actions[:MOST_BUTTONS]):
        yield from of_action(form, f"{under}/actions/{index}", action, entry)
    yield from of_action(form, f"{under}/action", item.action, entry, offered=bool(item.action) or "action" in drawn)
    for name in ("rt_rw", "village", "district", "province", "postal_code", "landmark"):
        value = getattr(item.address, name) if item.address else None
        yield from form.text(f"{under}/address/{name}", value, "address" in drawn, entry, word=f"fact_{name}")
    for name in ("lat", "lng"):
        value = getattr(item.geo, name) if item.geo else None
        yield from form.text(f"{under}/geo/{name}", value, "geo" in drawn, entry, word=f"text_{name}", rule=name)
    for number, said in enumerate(days_of(read_week(item.hours, None, "", Repairs()))):
        yield from form.text(
            f"{under}/hours/{DAY}{number}", said if item.hours else None, "hours" in drawn, entry,
            word=f"day_{number}", most=100, rule="day",
        )  # fmt: skip
    if "hours" in drawn or (item.hours and item.hours.exceptions):
        yield from of_hours(form, f"{under}/hours", item.hours, entry)
    note = item.hours.note if item.hours else None
    yield from form.text(f"{under}/hours/note", note, "hours" in drawn, entry, word="fact_hours_note", most=120)


def _of_group(form: Form, under: str, group: Group) -> Iterator[Field]:
    for name in ("name", "text"):
        yield from form.text(f"{under}/{name}", getattr(group, name), True, word=f"text_group_{name}")
