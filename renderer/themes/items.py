"""Entries of list sections → ItemView."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from renderer.themes.actions import Linker, placed_actions
from renderer.themes.contract.content import Action, Group, Item
from renderer.themes.contract.sections import drawn_of_items
from renderer.themes.cut import cut
from renderer.themes.facts import Reach, address_lines, report_half_place, route_to, show_photo, show_runs
from renderer.themes.manifest import Section
from renderer.themes.motifs import draw_motif, kin, named_motif
from renderer.themes.pictures.rules import Pictures
from renderer.themes.prices import show_price
from renderer.themes.repair import Repairs
from renderer.themes.rich_repairs import show_rich
from renderer.themes.room import Room
from renderer.themes.text.hours import Week, read_week
from renderer.themes.text.phone import read_phone
from renderer.themes.text.rich import RichOptions
from renderer.themes.text.typography import address_line, heading, polish, shorten
from renderer.themes.text.words import Words
from renderer.themes.tongues import mark_group, mark_item
from renderer.themes.views import GroupView, ItemView, Link, Pair

_STATUS = {
    "sold_out": "sold_out", "soldout": "sold_out", "habis": "sold_out", "unavailable": "sold_out", "new": "new",
    "baru": "new", "popular": "popular", "favorite": "popular", "favourite": "popular", "favorit": "popular",
    "best_seller": "popular", "bestseller": "popular", "seasonal": "seasonal", "musiman": "seasonal",
    "by_order": "by_order", "preorder": "by_order", "pre_order": "by_order",
}  # fmt: skip

STATUSES = tuple(dict.fromkeys(_STATUS.values()))
_MOST_FEATURES = 20
DRAWN = frozenset({"products", "gallery"})
"""Types whose every item gets a drawing where it has no photograph."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What building items needs: the site's seed and motif, links, words."""

    seed: str
    motif: str
    pictures: Pictures
    reach: Reach
    linker: Linker
    rich: RichOptions
    own_language: str | None
    """In a translation, the language of what it leaves untranslated."""
    repairs: Repairs
    sections: Mapping[str, Section]
    """What the theme says of each section type."""
    room: Room


_LEADS = {
    "products": "look", "gallery": "look", "features": "more", "services": "more", "pricing": "more",
    "team": "profile", "locations": "route_long",
}  # fmt: skip
"""Types whose items may lead somewhere, and what a link says that has no label of its own."""


def needed(kind: str) -> Callable[[ItemView], bool]:
    """What an item of a section type must have to be worth showing."""
    if kind == "testimonials":
        return lambda item: item.text is not None
    if kind == "statistics":
        return lambda item: item.value is not None
    if kind == "faq":
        return lambda item: item.name is not None and item.text is not None
    if kind == "gallery":
        return lambda item: item.name is not None or item.photo is not None or item.text is not None
    return lambda item: item.name is not None


_NEEDS = {
    "testimonials": "a text", "statistics": "a value", "faq": "a name and a text", "gallery": "a name, text or image",
}  # fmt: skip


def show_items(items: list[Item], kind: str, section_id: str, under: str, shop: Workshop) -> tuple[ItemView, ...]:
    """The items of the list at `under`."""
    return _show([(f"{under}/{index}", item) for index, item in enumerate(items)], kind, section_id, under, shop)


def show_groups(
    groups: list[Group], items: list[Item], kind: str, section_id: str, under: str, shop: Workshop
) -> tuple[GroupView, ...]:
    """Groups as given; loose items are gathered by their category. `under` is the section's place."""
    by_category: dict[str, list[tuple[str, Item]]] = {}
    for index, item in enumerate(items):
        by_category.setdefault(item.category or "", []).append((f"{under}/items/{index}", item))
    rows: list[tuple[str | None, str | None, str, list[tuple[str, Item]]]] = []
    for index, group in enumerate(groups):
        place = f"{under}/groups/{index}"
        rows.append(
            (group.name, group.text, place, [(f"{place}/items/{n}", item) for n, item in enumerate(group.items)])
        )
    rows += [(name or None, None, "", found) for name, found in by_category.items()]
    views = []
    for index, (name, text, place, found) in enumerate(rows):
        shown = _show(found, kind, f"{section_id}-{index}", under, shop)
        if shown:
            if name:
                name = heading(cut(name, 120, place, "name", shop.repairs) if place else shorten(name, 120))
            view = GroupView(name or None, polish(text) if text else None, shown)
            views.append(mark_group(view, groups[index], shop.own_language) if place else view)
        elif place:
            shop.repairs.add(place, "a group without items; left out")
    return tuple(views)


def _show(
    found: list[tuple[str, Item]], kind: str, section_id: str, under: str, shop: Workshop
) -> tuple[ItemView, ...]:
    wanted = needed(kind)
    found = found[: shop.room.entries(len(found), under, shop.repairs)]
    names = {item.id: item.name for _, item in found if item.id and item.name}
    kept = []
    for index, (place, item) in enumerate(found):
        view = _item(item, index, kind, section_id, place, names, shop)
        if wanted(view):
            kept.append(view)
        else:
            shop.repairs.add(place, f"needs {_NEEDS.get(kind, 'a name')}; left out")
    return tuple(kept)


def _item(
    item: Item, index: int, kind: str, section_id: str, under: str, names: dict[str, str], shop: Workshop
) -> ItemView:
    words, repairs = shop.reach.words, shop.repairs
    drawn = drawn_of_items(kind)
    for field in sorted(item.model_fields_set - drawn):
        if getattr(item, field):
            repairs.add(f"{under}/{field}", f"not drawn by a section of type {kind}")
    photo = show_photo(item.image, shop.pictures, f"{under}/image", repairs)
    status = _status(item, under, repairs)
    links = _links(item, kind, under, names, shop)
    motif = _motif(item, index, section_id, shop) if photo is None and kind in DRAWN else None
    phone = read_phone(item.phone)
    if item.phone and phone is None:
        repairs.add(f"{under}/phone", "not a telephone number, or a placeholder; hidden")
    lines = [address_line(line) for line in address_lines(item.address)] or (
        [item.place] if item.place and kind == "locations" else []
    )
    text = item.text if kind != "testimonials" else _unquoted(item.text)
    label = item.label if item.label and item.label != item.name else None
    if len(item.features) > _MOST_FEATURES:
        repairs.add(f"{under}/features", f"more than {_MOST_FEATURES} entries; the rest was left out")

    def short(value: str | None, most: int, name: str) -> str | None:
        return cut(value, most, under, name, repairs) or None if value else None

    def polished(value: str | None, most: int, name: str) -> str | None:
        shown = short(value, most, name)
        return polish(shown) if shown else None

    name = short(item.name, 160, "name")
    week = read_week(item.hours, None, f"{under}/hours", repairs) if kind == "locations" else None
    view = ItemView(
        id=item.id or str(index),
        name=heading(name) if name else None,
        text=show_rich(text, shop.rich, f"{under}/text", repairs),
        role=polished(item.role, 120, "role"),
        value=short(item.value, 24, "value"),
        price=show_price(item.price, words, f"{under}/price", repairs),
        status=words[status] if status else None,
        status_kind=status,
        badge=short(item.badge, 28, "badge"),
        duration=short(item.duration, 40, "duration"),
        when=polished(item.when, 40, "when") or polished(label, 40, "label"),
        place=polished(item.place, 80, "place"),
        features=tuple(
            polish(cut(feature, 140, under, f"features/{number}", repairs))
            for number, feature in enumerate(item.features[:_MOST_FEATURES])
        ),
        highlight=item.highlight,
        photo=photo,
        motif=motif,
        actions=links + ((Link(phone.shown, phone.tel, "phone"),) if phone and "phone" in drawn else ()),
        lines=tuple(lines),
        hours=_usual(week, shop.reach.words) if week else (),
        exceptions=week.exceptions if week else (),
    )
    return mark_item(view, item, shop.own_language)


def _status(item: Item, under: str, repairs: Repairs) -> str | None:
    status = _STATUS.get((item.status or "").casefold().replace("-", "_").replace(" ", "_"))
    if item.status and status is None:
        repairs.add(f"{under}/status", f"not one of {', '.join(STATUSES)}; left out")
    return status


def _links(item: Item, kind: str, under: str, names: dict[str, str], shop: Workshop) -> tuple[Link, ...]:
    actions = placed_actions(item) if "actions" in drawn_of_items(kind) else []
    links = shop.linker.links(actions, {**names, "": item.name or ""}, under, most=2) if actions else ()
    if item.url and kind in _LEADS:
        links = links or _own_link(item.url, kind, under, shop)
    return links or _way(item, under, shop) if kind == "locations" else links


def _motif(item: Item, index: int, section_id: str, shop: Workshop) -> Markup:
    """A drawing in the place of a photo."""
    own = named_motif(item.icon) or named_motif(item.name)
    seed = f"{shop.seed}/{section_id}/{item.id or item.name or index}/{index}"
    return draw_motif(own or kin(shop.motif, index), seed, ground=(index * 3 + len(section_id)) % 4)


def _own_link(url: str, kind: str, under: str, shop: Workshop) -> tuple[Link, ...]:
    """Where the item leads that has no button of its own."""
    label = shop.reach.words[_LEADS[kind]]
    link = shop.linker.link(Action.model_validate({"label": label, "to": {"kind": "url", "url": url}}), {})
    if link is None:
        shop.repairs.add(f"{under}/url", "leads nowhere; left out")
        return ()
    return (link,)


def _way(item: Item, under: str, shop: Workshop) -> tuple[Link, ...]:
    """The way to a place, from what is known of it."""
    report_half_place(item.geo, f"{under}/geo", shop.repairs)
    route = route_to(item.geo, item.address, item.name or "")
    return (Link(shop.reach.words[_LEADS["locations"]], route, "map"),) if route else ()


def _usual(week: Week, words: Words) -> tuple[Pair, ...]:
    """A place's usual week, equal days together."""
    return tuple(
        Pair(run.label, ", ".join(run.times) if run.times else words["closed"]) for run in show_runs(week, words)
    )


def _unquoted(text: object) -> object:
    """A quotation without its own marks: the theme draws them."""
    return text.strip().strip("\"“”'‘’«»").strip() if isinstance(text, str) else text
