"""Entries of list sections → ItemView."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from markupsafe import Markup

from renderer.themes import grid
from renderer.themes.actions import Linker
from renderer.themes.contract.content import Group, Item
from renderer.themes.facts import Reach, address_lines, show_photo
from renderer.themes.motifs import draw_motif, kin, named_motif
from renderer.themes.pictures.rules import Pictures
from renderer.themes.prices import show_price
from renderer.themes.repair import Repairs
from renderer.themes.text.phone import read_phone
from renderer.themes.text.rich import RichOptions, render_rich
from renderer.themes.text.typography import heading, polish, shorten
from renderer.themes.tongues import mark, mark_item
from renderer.themes.views import GroupView, ItemView, Link

_STATUS = {
    "sold_out": "sold_out", "soldout": "sold_out", "habis": "sold_out", "unavailable": "sold_out", "new": "new",
    "baru": "new", "popular": "popular", "favorite": "popular", "favourite": "popular", "favorit": "popular",
    "best_seller": "popular", "bestseller": "popular", "seasonal": "seasonal", "musiman": "seasonal",
    "by_order": "by_order", "preorder": "by_order", "pre_order": "by_order",
}  # fmt: skip

MOST_IN_ROW = {
    "features": 3, "services": 3, "products": 4, "gallery": 3, "team": 3, "pricing": 3, "steps": 4, "statistics": 4,
    "testimonials": 3, "locations": 3, "logos": 4,
}  # fmt: skip
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


def show_items(items: list[Item], kind: str, section_id: str, under: str, shop: Workshop) -> tuple[ItemView, ...]:
    wanted = needed(kind)
    names = {item.id: item.name for item in items if item.id and item.name}
    shown = [_item(item, index, kind, section_id, under, names, shop) for index, item in enumerate(items)]
    kept = [item for item in shown if wanted(item)]
    most = MOST_IN_ROW.get(kind)
    if most is None:
        return tuple(kept)
    return tuple(replace(item, cells=cell) for item, cell in zip(kept, grid.cells(len(kept), most), strict=True))


def show_groups(
    groups: list[Group], items: list[Item], kind: str, section_id: str, under: str, shop: Workshop
) -> tuple[GroupView, ...]:
    """Groups as given; loose items are gathered by their category."""
    by_category: dict[str, list[Item]] = {}
    for item in items:
        by_category.setdefault(item.category or "", []).append(item)
    loose = [
        Group.model_validate({"name": name or None}).model_copy(update={"items": rows})
        for name, rows in by_category.items()
    ]
    views = []
    for index, group in enumerate([*groups, *loose]):
        shown = show_items(group.items, kind, f"{section_id}-{index}", f"{under}/groups/{index}", shop)
        if shown:
            name = heading(group.name) if group.name else None
            text = polish(group.text) if group.text else None
            if shop.own_language and "name" in group.untranslated:
                name = mark(name, shop.own_language)
            if shop.own_language and "text" in group.untranslated:
                text = mark(text, shop.own_language)
            views.append(GroupView(name, text, shown))
    return tuple(views)


def _item(
    item: Item, index: int, kind: str, section_id: str, under: str, names: dict[str, str], shop: Workshop
) -> ItemView:
    words = shop.reach.words
    photo = show_photo(item.image, shop.pictures, f"{under}/items/{index}/image", shop.repairs)
    status = _STATUS.get((item.status or "").casefold().replace("-", "_").replace(" ", "_"))
    actions = [*item.actions, *([item.action] if item.action else [])]
    links = shop.linker.links(actions, {**names, "": item.name or ""}, most=2)
    motif: Markup | None = None
    if photo is None and kind in DRAWN:
        own = named_motif(item.icon) or named_motif(item.name)
        motif = draw_motif(
            own or kin(shop.motif, index),
            f"{shop.seed}/{section_id}/{item.id or item.name or index}/{index}",
            ground=(index * 3 + len(section_id)) % 4,
        )
    phone = read_phone(item.phone)
    lines = list(address_lines(item.address)) or ([item.place] if item.place and kind == "locations" else [])
    text = item.text if kind != "testimonials" else _unquoted(item.text)
    label = item.label if item.label and item.label != item.name else None
    view = ItemView(
        id=item.id or str(index),
        name=heading(shorten(item.name, 160)) if item.name else None,
        text=render_rich(text, shop.rich),
        role=polish(shorten(item.role, 120)) if item.role else None,
        value=shorten(item.value, 24) if item.value else None,
        price=show_price(item.price, words),
        status=words[status] if status else None,
        status_kind=status,
        badge=shorten(item.badge or "", 28) or None,
        duration=shorten(item.duration or "", 40) or None,
        when=polish(shorten(item.when or label or "", 40)) or None,
        place=polish(shorten(item.place or "", 80)) or None,
        features=tuple(polish(shorten(feature, 140)) for feature in item.features[:20]),
        highlight=item.highlight,
        photo=photo,
        motif=motif,
        actions=links + ((Link(phone.shown, phone.tel, "phone"),) if phone else ()),
        lines=tuple(lines),
    )
    return mark_item(view, item, shop.own_language)


def _unquoted(text: object) -> object:
    """A quotation without its own marks: the theme draws them."""
    return text.strip().strip("\"“”'‘’«»").strip() if isinstance(text, str) else text
