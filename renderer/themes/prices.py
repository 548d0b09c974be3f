"""A price from the contract → finished text in the reader's language."""

from renderer.themes.contract.content import Price
from renderer.themes.text.money import parse_range, parse_rupiah, rupiah
from renderer.themes.text.typography import polish, shorten
from renderer.themes.text.words import Words
from renderer.themes.views import Money


def show_price(price: Price | None, words: Words) -> Money | None:
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
    if not amount:
        text = price.note if not price.amount or amount == 0 else price.amount
        return Money(polish(shorten(text, 40))) if text else None
    shown = rupiah(amount, language)
    if top and top > amount:
        shown += "–" + rupiah(top, language).removeprefix("Rp")
    was = parse_rupiah(price.was) if price.was else None
    return Money(
        amount=shown,
        before=words["from_price"] if price.from_ else None,
        was=rupiah(was, language) if was and was > amount else None,
        unit=shorten(price.unit.removeprefix("/").removeprefix("per ").strip(), 30) or None if price.unit else None,
        note=polish(shorten(price.note, 80)) if price.note else None,
        low=amount,
        high=top if top and top > amount else None,
    )
