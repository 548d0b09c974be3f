"""Answers that are more than a text, as people read them."""

from collections.abc import Mapping
from types import NoneType
from typing import Any

from renderer.themes.decode import clean_text, is_seen
from renderer.themes.forms.definition import Form
from renderer.themes.text.money import rupiah
from renderer.themes.text.phone import read_phone
from renderer.themes.text.words import Words

MOST_SAID = 2_000


def order_said(value: Mapping[str, Any], words: Words) -> list[str] | None:
    """What was ordered, a line each, the total last; None for what is no order. A line of 0 that nobody called free has
    no price."""
    lines, total = value.get("lines"), value.get("total")
    if not isinstance(lines, list) or type(total) is not int:
        return None
    said, is_open, words = [], False, words.plain
    for line in lines[:100]:
        if not isinstance(line, dict):
            return None
        label, quantity, amount = line.get("label"), line.get("quantity"), line.get("amount")
        if not isinstance(label, str) or type(quantity) is not int or type(amount) not in (int, NoneType):
            return None
        price = line.get("said")
        price = price[:100] if isinstance(price, str) else None
        has_price = bool(amount) or (amount == 0 and price is not None)
        is_open = is_open or not has_price
        said.append(f"{quantity} × {label[:200]}" + _line_said(amount, price, words))
    return [*said, _total_said(total, is_open, words)]


def _line_said(amount: int | None, price: str | None, words: Words) -> str:
    if amount:
        return f": {rupiah(amount, words.language)}"
    if amount == 0 and price:
        return f": {words['form_free']}"
    return f" ({price}): {words['form_price_later']}" if price else f": {words['form_price_later']}"


def _total_said(total: int, is_open: bool, words: Words) -> str:
    if total:
        key = "form_total_open" if is_open else "form_total"
        return words.say(key, total=rupiah(total, words.language))
    return words.say("form_total", total=words["form_price_later" if is_open else "form_free"])


def money_said(value: Mapping[str, Any], language: str = "id") -> str | None:
    """An amount of rupiah; None for what is none."""
    amount = value.get("amount")
    return rupiah(amount, language) if value.get("currency") == "IDR" and type(amount) is int else None


def object_said(value: Mapping[str, Any], words: Words) -> list[str] | None:
    """Lines of what is an order, an amount or a file; None for what is none of them."""
    one = money_said(value, words.language) or file_said(value)
    return [one] if one is not None else order_said(value, words)


def file_said(value: Mapping[str, Any]) -> str | None:
    """The name of a file that was sent; None for what is none."""
    name = value.get("name")
    return name[:200] if isinstance(value.get("sha256"), str) and isinstance(name, str) else None


def files_in(data: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """What a lead's data notes of files, whatever else is in it."""
    lists = [value for value in (data or {}).values() if isinstance(value, list)]
    notes = (note for some in lists for note in some[:10] if isinstance(note, dict))
    return [note for note in notes if file_said(note) is not None][:50]


def answers_said(form: Form, data: Mapping[str, Any], words: Words) -> tuple[tuple[str, str], ...]:
    """Questions and what was answered, as their sender reads them again; what was left empty is left out."""
    found = []
    for one in form.questions:
        options = dict(one.options)
        if one.type == "rating":
            options = {value: words.say("form_of", n=int(value), most=len(options)) for value in options}
        text = "" if one.type == "hidden" else _said(data.get(one.name), options, words)
        if one.type == "tel" and (phone := read_phone(text, any_digits=True)):
            text = phone.shown
        if is_seen(text):
            found.append((one.label, clean_text(text)[:MOST_SAID]))
    return tuple(found)


def _said(value: Any, options: Mapping[str, str], words: Words) -> str:
    if value is True:
        return words["form_yes"]
    if isinstance(value, str):
        return options.get(value, value)
    if isinstance(value, list):
        return ", ".join(filter(None, (_said(one, options, words) for one in value[:100])))
    if isinstance(value, dict):
        if value.get("given") is True:
            return words["form_yes"]
        return "\n".join(object_said(value, words) or ())
    return ""
