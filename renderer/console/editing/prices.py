"""Things with a price in a site's content: found wherever the document has them, and changed in place. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from renderer.themes.contract.spelling import snake
from renderer.themes.decode import clean_text
from renderer.themes.text.money import is_amount

MOST_LISTED = 400
MOST_DEPTH = 12
MOST_PRICE = 60
"""Characters of a price as it is typed."""
_NAMES = ("name", "title", "heading", "label")
_GONE = frozenset({"sold_out", "soldout", "habis", "unavailable"})
# Who else says the same in other words, and what is no thing of the site's.
_NOT_THINGS = frozenset({"translations", "provenance", "site", "actions", "navigation"})


@dataclass(frozen=True, slots=True)
class Priced:
    """`pointer` (RFC 6901) leads to it in the document; `under` is the heading that it stands below; `price` is as it
    is written, "" where it has none."""

    pointer: str
    under: str
    name: str
    price: str
    sold_out: bool

    @property
    def is_words(self) -> bool:
        """ "Tanya dulu", and "15.OOO": shown as it is written."""
        return bool(self.price) and not is_amount(self.price)


class Moved(Exception):
    """At that place stands something else now, or it costs something else."""


def price_list(document: dict[str, Any]) -> list[Priced]:
    """In the order of the document, at most `MOST_LISTED`."""
    found: list[Priced] = []
    for one in _walk(document, "", "", 0):
        found.append(one)
        if len(found) == MOST_LISTED:
            break
    return found


def set_price(document: dict[str, Any], seen: Priced, price: str) -> None:
    """Write another price; the rest of what is said of it ("from", "per glass") stays. Raises Moved."""
    node = _find(document, seen)
    text = clean_text(" ".join(price.split()))[:MOST_PRICE]
    key = _key(node, "price") or "price"
    old = node.get(key)
    if isinstance(old, dict):
        amount = next((name for name in ("amount", "value", "min") if name in old), "amount")
        node[key] = {**old, amount: text}
    else:
        node[key] = text


def set_sold_out(document: dict[str, Any], seen: Priced, gone: bool) -> None:
    """Say that there is none left, or that there is again. Raises Moved."""
    node = _find(document, seen)
    key = _key(node, "status") or "status"
    if gone:
        node[key] = "sold_out"
    elif str(node.get(key, "")).lower() in _GONE:
        del node[key]


def _walk(value: Any, pointer: str, under: str, depth: int) -> Iterator[Priced]:
    if depth > MOST_DEPTH:
        return
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _walk(entry, f"{pointer}/{index}", under, depth + 1)
        return
    if not isinstance(value, dict):
        return
    name = _name(value)
    if name and (_key(value, "price") or _key(value, "status")):
        yield _priced(value, pointer, under, name)
        return
    for key, entry in value.items():
        if snake(key) not in _NOT_THINGS and isinstance(entry, (dict, list)):
            yield from _walk(entry, f"{pointer}/{_escape(key)}", name or under, depth + 1)


def _priced(node: dict[str, Any], pointer: str, under: str, name: str) -> Priced:
    status = node.get(_key(node, "status") or "")
    return Priced(
        pointer,
        under,
        name,
        _written(node.get(_key(node, "price") or "")),
        isinstance(status, str) and status.strip().lower().replace(" ", "_") in _GONE,
    )


def _written(price: Any) -> str:
    if isinstance(price, dict):
        return _written(next((price[name] for name in ("amount", "value", "min", "note") if price.get(name)), ""))
    if isinstance(price, bool) or price is None or isinstance(price, list):
        return ""
    text = f"{price:g}" if isinstance(price, float) else str(price)
    return clean_text(" ".join(text.split()))[:MOST_PRICE]


def _find(document: dict[str, Any], seen: Priced) -> dict[str, Any]:
    node: Any = document
    for step in seen.pointer.split("/")[1 : MOST_DEPTH + 2]:
        if isinstance(node, list) and step.isascii() and step.isdigit() and int(step[:6]) < len(node):
            node = node[int(step[:6])]
        elif isinstance(node, dict):
            node = node.get(step.replace("~1", "/").replace("~0", "~"))
        else:
            raise Moved
    if not isinstance(node, dict) or not (_key(node, "price") or _key(node, "status")):
        raise Moved
    now = _priced(node, seen.pointer, seen.under, _name(node))
    if (now.name, now.price) != (seen.name, seen.price):
        raise Moved
    return node


def _name(node: dict[str, Any]) -> str:
    for name in _NAMES:
        said = node.get(_key(node, name) or "")
        if isinstance(said, str) and said.strip():
            return clean_text(" ".join(said[:400].split()))[:120]
    return ""


def _key(node: dict[str, Any], name: str) -> str | None:
    return next((key for key in reversed(node) if snake(key) == name), None)


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
