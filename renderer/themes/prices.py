"""A price from the contract → finished text in the reader's language."""

import re
from dataclasses import dataclass

from renderer.themes.contract.content import Price
from renderer.themes.cut import cut
from renderer.themes.repair import Repairs
from renderer.themes.text.money import parse_range, parse_rupiah, rupiah
from renderer.themes.text.typography import polish, shorten
from renderer.themes.text.words import Words

_NEGATIVE = re.compile(r"^(?:rp\.?|idr)?\s*[-+−–]\s*(?:rp\.?|idr)?\s*\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` is finished text ("Rp25.000–30.000"); `before` stands in front of it ("mulai")."""

    amount: str
    before: str | None = None
    was: str | None = None
    unit: str | None = None
    note: str | None = None
    low: int | None = None
    high: int | None = None
    """The same for machines, in whole units: the price or the least one, and the end of a range."""


def show_price(price: Price | None, words: Words, under: str, repairs: Repairs) -> Money | None:
    """None when nothing can be said. An amount of 0 says nothing: whether it is free, the site must say in words."""
    if price is None:
        return None
    language = words.language
    amount = parse_rupiah(price.amount) if price.amount else None
    top = parse_rupiah(price.max) if price.max else None
    if price.amount and amount is None:
        span = parse_range(price.amount)
        if span:
            amount, top = span
    if price.max and not top:
        repairs.add(f"{under}/max", "not an amount; left out")
    note = polish(cut(price.note, 80, under, "note", repairs)) if price.note else None
    if not amount:
        text = price.note if not price.amount or amount == 0 else _as_words(price.amount)
        if price.amount:
            said = "shown as it is" if text and text == price.amount else "left out"
            repairs.add(f"{under}/amount", f"not an amount; {said}")
        return Money(polish(shorten(text, 40))) if text else None
    shown = rupiah(amount, language)
    if top and top > amount:
        shown += "–" + rupiah(top, language).removeprefix("Rp")
    elif top:
        repairs.add(f"{under}/max", "not above the amount; left out")
    was = parse_rupiah(price.was) if price.was else None
    if price.was and not (was and was > amount):
        repairs.add(f"{under}/was", "no price above the amount; left out")
    return Money(
        amount=shown,
        before=words["from_price"] if price.from_ else None,
        was=rupiah(was, language) if was and was > amount else None,
        unit=_unit(price.unit, under, repairs),
        note=note,
        low=amount,
        high=top if top and top > amount else None,
    )


def _as_words(text: str) -> str | None:
    """Words such as “Tanya dulu” may stand in place of an amount; a negative number may not."""
    return None if _NEGATIVE.match(text) else text


def _unit(unit: str | None, under: str, repairs: Repairs) -> str | None:
    """`gelas` of "per gelas", "/gelas" or "gelas"."""
    if not unit:
        return None
    return cut(unit.removeprefix("/").strip().removeprefix("per ").strip(), 30, under, "unit", repairs) or None
