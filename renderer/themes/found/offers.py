"""What sections offer or answer, as schema.org nodes: products, menus, questions."""

from typing import Any

from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import bare_words, plain
from renderer.themes.prices import Money
from renderer.themes.text.typography import shorten
from renderer.themes.views import ItemView, SectionView, SiteView

_AVAILABILITY = {"sold_out": "OutOfStock", "by_order": "MadeToOrder"}
_MOST_PRODUCTS = 60


def products(section: SectionView, url: str, currency: str, base: str) -> list[dict[str, Any]]:
    """A Product for each item that has a price: without an offer it would tell a search engine nothing."""
    nodes = []
    for item in (item for shelf in section.shelves for item in shelf.items):
        offer = _offer(item, currency, url)
        if offer and item.name:
            node = {"@type": "Product", **_named(item), "offers": offer}
            nodes.append({**node, "image": absolute(base, item.photo.src)} if item.photo else node)
    return nodes[:_MOST_PRODUCTS]


def menu(section: SectionView, url: str, view: SiteView) -> dict[str, Any] | None:
    """A Menu with a MenuSection for each group that has a name; loose dishes stand in the menu itself."""
    node: dict[str, Any] = {"@type": "Menu", "@id": url, "url": url, "name": plain(section.title or section.label)}
    node["inLanguage"] = view.language
    parts: list[dict[str, Any]] = []
    loose: list[dict[str, Any]] = []
    for shelf in section.shelves:
        dishes = [_dish(item, view.business.currency) for item in shelf.items if item.name]
        if dishes and shelf.name:
            part: dict[str, Any] = {"@type": "MenuSection", "name": plain(shelf.name), "hasMenuItem": dishes}
            parts.append({**part, "description": plain(shelf.text)} if shelf.text else part)
        else:
            loose += dishes
    filled = {"hasMenuSection": parts, "hasMenuItem": loose}
    return {key: value for key, value in {**node, **filled}.items() if value} if parts or loose else None


def questions(section: SectionView) -> list[dict[str, Any]]:
    asked = (item for shelf in section.shelves for item in shelf.items)
    return [
        {"@type": "Question", "name": plain(item.name), "acceptedAnswer": {"@type": "Answer", "text": answer}}
        for item in asked
        if item.name and item.text and (answer := _words(item, 2_000))
    ]


def _dish(item: ItemView, currency: str) -> dict[str, Any]:
    offer = _offer(item, currency, None)
    return {"@type": "MenuItem", **_named(item), **({"offers": offer} if offer else {})}


def _named(item: ItemView) -> dict[str, Any]:
    node: dict[str, Any] = {"name": plain(item.name)}
    if words := _words(item, 300):
        node["description"] = words
    return node


def _offer(item: ItemView, currency: str, url: str | None) -> dict[str, Any] | None:
    """An Offer, or an AggregateOffer where the price is a range or a beginning; None without an amount."""
    price = item.price
    if price is None or price.low is None:
        return None
    offer: dict[str, Any] = {**_amount(price), "priceCurrency": currency}
    offer["availability"] = "https://schema.org/" + _AVAILABILITY.get(item.status_kind or "", "InStock")
    return {**offer, "url": url} if url else offer


def _amount(price: Money) -> dict[str, Any]:
    if price.high is None and not price.before:
        return {"@type": "Offer", "price": str(price.low)}
    span = {"@type": "AggregateOffer", "lowPrice": str(price.low)}
    return {**span, "highPrice": str(price.high)} if price.high is not None else span


def _words(item: ItemView, most: int) -> str:
    return shorten(plain(bare_words(item.text)), most) if item.text else ""
