"""Products and quantities: what is ordered, and what it comes to."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from renderer.forms.wrong import Wrong
from renderer.themes.forms import Question
from renderer.themes.forms.rules import MOST_QUANTITY
from renderer.themes.text.words import without_marks

_QUANTITY = re.compile(r"[0-9]{1,9}")


def read_order(one: Question, posted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """`{"lines": [{"item", "label", "quantity", "price", "amount"}], "total"}` in whole rupiah, by the prices of now:
    what a page or a script says of them is not asked. Where no price is said yet, `price` and `amount` are null and
    `said` is what stood in its place; the total is that of the others. Without lines nothing was ordered. Raises
    Wrong."""
    most = int(min(one.most or MOST_QUANTITY, MOST_QUANTITY))
    lines: list[dict[str, Any]] = []
    for item in one.items:
        text = next((text.strip() for text in posted.get(item.field, ()) if text.strip()), "0")
        if not _QUANTITY.fullmatch(text):
            raise Wrong("form_bad_quantity", item=item.label)
        quantity = int(text)
        if quantity == 0:
            continue
        if quantity > most:
            raise Wrong("form_too_many", item=item.label, most=most)
        if one.least is not None and quantity < one.least:
            raise Wrong("form_too_few", item=item.label, least=f"{one.least:g}")
        line = {"item": item.value, "label": item.label, "quantity": quantity, "price": item.price}
        line["amount"] = None if item.price is None else quantity * item.price
        if item.said and not item.price:
            line["said"] = without_marks(item.said)
        lines.append(line)
    if one.required and not lines:
        raise Wrong("form_nothing_ordered")
    return {"lines": lines, "total": sum(line["amount"] or 0 for line in lines), "currency": "IDR"} if lines else {}
