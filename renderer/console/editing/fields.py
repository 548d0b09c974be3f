"""What a form has of a section and of its entries, read as the models count. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from renderer.console.editing.places import Places
from renderer.themes.contract.content import Group, Item, Picture, SectionContent
from renderer.themes.contract.lenient import LONG, SHORT
from renderer.themes.contract.sections import KINDS, Kind
from renderer.themes.plan import page_path
from renderer.themes.provenance import VOUCHED_TYPES, Provenance
from renderer.themes.sections import type_name

MOST_FIELDS = 440
"""Of a section's form; entries beyond them have a form of their own (`of_entry`)."""
SITE = "/site"
_LINES = ("label", "title", "intro", "text", "note")
_OF_ITEMS = ("name", "price", "label", "role", "value", "text", "duration", "when", "place", "badge", "phone")
_LONG = frozenset({"intro", "text", "note"})
_ALWAYS = frozenset(
    {"title", "intro", "text", "name", "image", "price", "role", "value", "when", "place", "features", "address"}
)
"""Offered also where they are empty, if the type draws them."""
MOST_PRICE, MOST_PICTURE_TEXT = 60, 200
NONE = Kind("", _LINES, items=("name", "text"), needs=())
"""Of sections of a type that nobody knows."""


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is its place below the section: `title`, `items/2/text`. `kind`: line, text, lines (a list, a line each),
    tick ("owner" or ""), picture, or foreign for a document of another editor, which stays as it is. Of a picture
    `value` is the address. `entry` numbers the entry that it belongs to, from 1; 0: the section itself."""

    name: str
    word: str
    kind: str
    value: str
    most: int
    entry: int = 0
    needed: bool = False

    @property
    def of(self) -> str:
        """The entry that it belongs to, as a place below the section: `items/2`; "" for the section."""
        steps = self.name.split("/")
        numbers = [place for place, step in enumerate(steps) if step.isdigit()]
        return "/".join(steps[: numbers[-1] + 1]) if numbers and steps[0] in ("items", "groups", "locations") else ""


def kind_of_section(section: SectionContent) -> Kind:
    return KINDS.get(type_name(section.type) or "", NONE)


def of_section(places: Places, pointer: str, section: SectionContent) -> Iterator[Field]:
    kind = kind_of_section(section)
    drawn = kind.drawn if kind is not NONE else frozenset(_LINES)
    if type_name(section.type) in VOUCHED_TYPES:
        yield Field("provenance", "text_vouched", "tick", "owner" if _is_vouched(places, pointer, section) else "", 10)
    for name in _LINES:
        yield from _text(places, pointer, name, getattr(section, name), name in drawn and name in _ALWAYS)
    for index, action in enumerate(section.actions):
        yield from _text(places, pointer, f"actions/{index}/label", action.label, word="text_button")
    if section.action:
        yield from _text(places, pointer, "action/label", section.action.label, word="text_button")
    yield from _picture(section.image, "image", "image" in drawn)
    film = section.video.url if section.video else None
    yield from _text(places, pointer, "video/url", film, "video" in drawn, word="text_video")
    entry = 0
    for index, item in enumerate(section.items):
        entry += 1
        yield from of_item(places, pointer, f"items/{index}", item, kind, entry)
    for number, group in enumerate(section.groups):
        yield from _of_group(places, pointer, f"groups/{number}", group)
        for index, item in enumerate(group.items):
            entry += 1
            yield from of_item(places, pointer, f"groups/{number}/items/{index}", item, kind, entry)


def of_site(places: Places) -> Iterator[Field]:
    """What stands on every page, and the site's branches."""
    site = places.content.site
    yield from _picture(site.logo, "logo", offered=True)
    for index, item in enumerate(site.locations):
        yield from of_item(places, SITE, f"locations/{index}", item, KINDS["locations"], index + 1)


def of_item(places: Places, pointer: str, under: str, item: Item, kind: Kind, entry: int) -> Iterator[Field]:
    drawn = _ALWAYS.intersection(kind.items)
    for name in _OF_ITEMS:
        needed = name in kind.needs
        if name == "price":
            price = item.price.amount if item.price else None
            field = f"{under}/price/amount"
            yield from _text(places, pointer, field, price, "price" in drawn, entry, word="text_item_price")
        else:
            value = getattr(item, name)
            word = f"text_item_{name}"
            yield from _text(places, pointer, f"{under}/{name}", value, name in drawn, entry, needed, word)
    if item.features or "features" in drawn:
        yield Field(f"{under}/features", "text_item_features", "lines", "\n".join(item.features), LONG, entry)
    for name in ("street", "city"):
        value = getattr(item.address, name) if item.address else None
        field = f"{under}/address/{name}"
        yield from _text(places, pointer, field, value, "address" in drawn, entry, word=f"text_item_{name}")
    yield from _picture(item.image, f"{under}/image", "image" in drawn, entry)


def _is_vouched(places: Places, pointer: str, section: SectionContent) -> bool:
    page = places.at(pointer.rpartition("/sections/")[0])
    place = (places.own_place(pointer) or "").removeprefix("/content")
    path = page_path(page.path) or "/"
    return Provenance(places.content.provenance).section(path, section.id, place, section.provenance)


def _of_group(places: Places, pointer: str, under: str, group: Group) -> Iterator[Field]:
    for name in ("name", "text"):
        yield from _text(places, pointer, f"{under}/{name}", getattr(group, name), True, word=f"text_group_{name}")


def _text(
    places: Places,
    pointer: str,
    name: str,
    value: Any,
    offered: bool = False,
    entry: int = 0,
    needed: bool = False,
    word: str = "",
) -> Iterator[Field]:
    last = name.rpartition("/")[2]
    if value is None and not offered:
        return
    most = MOST_PRICE if last == "amount" else LONG if last in _LONG else SHORT
    raw = places.raw(f"{pointer}/{name}")
    said = plain_text(value)
    word = word or f"text_{name}"
    if said is None or len(said) > most or (isinstance(raw, str) and len(raw.strip()) > most):
        yield Field(name, word, "foreign", "", most, entry)
        return
    yield Field(name, word, "text" if last in _LONG else "line", said, most, entry, needed and bool(said))


def _picture(picture: Picture | None, name: str, offered: bool, entry: int = 0) -> Iterator[Field]:
    if picture is None and not offered:
        return
    yield Field(name, "text_image", "picture", (picture.src if picture else None) or "", SHORT, entry)
    if picture is not None and picture.src:
        yield Field(f"{name}/alt", "text_alt", "line", picture.alt or "", MOST_PICTURE_TEXT, entry)


def plain_text(value: Any) -> str | None:
    """Of a plain text or one marked as Markdown; None for a document of another editor."""
    if isinstance(value, dict):
        value = value.get("text") if value.get("type") in ("markdown", None) else None
        return _plain(value) if isinstance(value, str) else None
    if value is None or isinstance(value, str):
        return _plain(value or "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
