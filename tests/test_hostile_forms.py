"""Definitions of forms that went wrong: whatever a row asks, a person who fills in what is shown can send it."""

import json
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import asyncpg
import pytest

from renderer.forms.figures import read_time
from renderer.forms.wrong import Wrong
from renderer.themes.forms import FormRow, read_form
from renderer.themes.text.words import words_for
from tests.judge import Element, Page
from tests.owners import Owner
from tests.serving import Serve
from tests.test_forms import make_form, stored
from tests.test_hostile_leads import DEEP, ODD_TEXT, furnished

BIDI = "\u202e\u2066Nama\u2069 \u200b\ufeff"
MARKUP = "\"><script>alert(1)</script><!-- ]]> {{ 7*7 }} {% raw %} '; DROP TABLE x; --"
NUL = "Na\x00ma\x1b\x07"
BOMBS = [
    "(x+)+$",
    "((a{1,100}){1,100}){1,100}",
    "(?=a)b",
    "(" * 99,
    "[",
    "\\",
    "(?P<x>a)(?P=x)",
    "a{99999}",
    "x*" * 100,
]
WRONG: list[Any] = [None, True, 7, -1.5, 1e300, "", "x", [], {}, [[]], [None], {"a": None}, ODD_TEXT, MARKUP]
NAMES = [
    *("name", "type", "label", "help", "placeholder", "required", "options", "min", "max", "min_length", "max_length"),
    *("pattern", "earliest", "latest", "show_if", "version", "purpose", "marketing", "value"),
]
TYPES = [
    *("text", "email", "tel", "number", "money", "textarea", "select", "radio", "checkbox", "multi", "date", "time"),
    *("url", "rating", "products", "consent", "hidden"),
]


def one(kind: str, **more: Any) -> dict[str, Any]:
    return {"name": "a", "label": "A", "type": kind, "required": True, **more}


PRICED = [{"value": str(price)[:40], "label": "Kopi", "price": price} for price in (
    -1, -25000, 0, 1e300, 10**40, "-Rp 5.000", "25rb", "1e9", None, True, [], {"amount": -1}, {"amount": 1e308},
    {"low": 5, "high": 1}, "Rp 999.999.999.999.999.999", "½", "٢٥٠٠٠", NUL, MARKUP)]  # fmt: skip
DEFINITIONS: dict[str, Any] = {
    **{f"a wrong {name} in every type": [
        {**one(kind), "name": f"{kind}{number}", "options": ["x", "y"], name: wrong}
        for number, (kind, wrong) in enumerate((kind, WRONG[(start + 5 * index) % len(WRONG)])
                                               for index, kind in enumerate(TYPES))
    ] for start, name in enumerate(NAMES)},
    "ten thousand questions": [{"name": f"q{number}", "label": f"Q{number}"} for number in range(10_000)],
    "ten thousand options": [one("select", options=[f"o{number}" for number in range(10_000)])],
    "patterns that blow up": [
        {**one("text", pattern=bomb, required=False), "name": f"p{number}"} for number, bomb in enumerate(BOMBS)],
    "the same and empty options": [
        {**one(kind, options=["x", "x", "", None, " ", {"value": ""}, {"value": "x", "label": "Y"}, {"label": "  "},
                              {"value": 0, "label": "0"}, "a\u202eb", "<b>", '"', NUL, " y  z "]), "name": kind}
        for kind in ("select", "radio", "multi", "products")],
    "only empty options": [{**one(kind, options=["", None, {}, []]), "name": kind} for kind in ("select", "products")],
    "circles of conditions": [
        {"name": "a", "label": "A", "show_if": {"field": "b", "is": "x"}, "required": True},
        {"name": "b", "label": "B", "show_if": {"field": "a", "is": "x"}, "required": True},
        {"name": "c", "label": "C", "show_if": {"field": "c"}, "required": True},
        {"name": "d", "label": "D", "show_if": [{"field": "a"}, "x", None], "required": True},
        {"name": "e", "label": "E", "show_if": {"field": "a", "is": [None, {}, "x" * 5_000, "x"]}, "required": True},
    ],
    "texts that deceive": [
        {"name": text, "label": text, "help": text, "placeholder": text, "type": kind, "options": [text, "x"]}
        for text in (BIDI, MARKUP, NUL, "\u200b", "\ud800", "a" * 5_000) for kind in ("text", "radio", "consent")],
    "no number between": [{**one("number", min=10, max=5), "name": "a"}, {**one("number", min=1e300), "name": "b"},
                          {**one("number", max=-1e300), "name": "c"}, {**one("money", max=-5), "name": "d"},
                          {**one("money", min=10**20), "name": "e"}, {**one("money", min=3, max=1), "name": "f"},
                          {**one("products", options=["x"], max=0), "name": "g"},
                          {**one("products", options=["x"], min=99_999), "name": "h"},
                          {**one("products", options=["x"], min=9, max=2), "name": "i"},
                          {**one("rating", min=9, max=-3), "name": "j"}],
    "no day between": [{**one("date", earliest="2030-01-02", latest="2020-01-01"), "name": "a"},
                       {**one("date", earliest="9999-99-99", latest="kemarin"), "name": "b"},
                       {**one("time", earliest="25:00", latest="23.45+07:00"), "name": "c"},
                       {**one("time", earliest="18:00", latest="02:00"), "name": "d"}],
    "no length between": [{**one("text", min_length=500, max_length=5), "name": "a"},
                          {**one("textarea", min_length=10**9, max_length=-4), "name": "b"},
                          {**one("text", max_length=0), "name": "c"}],
    "prices": [one("products", options=PRICED)],
    "names of ours": [{"name": name, "label": name} for name in (
        "_page", "_once", "_extra", "_stamp", "_proof", "_about", "_charset_", "__proto__", "constructor", "submit",
        "elements", "action", "length", "id", "name")],
    "a list of lists": [[["text"]], [None], 7, "Nama"],
    "an object": {"fields": {"nama": {"type": "text"}, "x": None}},
    "depth": DEEP,
}  # fmt: skip
TYPED = {"email": "sari@example.org", "tel": "081355500101", "url": "contoh.id", "date": "2027-01-05", "time": "23:30"}


def filled(page: Page) -> list[tuple[str, str]]:
    """What a person sends who answers each question in the most natural way; the page has no other form."""
    sent: dict[str, str] = {}
    name = ""
    for field in page.all("input", "select", "textarea", "option"):
        if field.tag == "option":
            sent[name] = sent[name] or field.get("value")
        else:
            name = field.get("name")
            sent.setdefault(name, _typed(field))
    return [(name, text) for name, text in sent.items() if name != "_extra" and text]


def _typed(field: Element) -> str:
    kind = field.get("type")
    if field.tag == "select" or kind in ("hidden", "radio", "checkbox"):
        return field.get("value")
    if "data-price" in field.attrs:
        return "1"
    if kind in TYPED:
        return TYPED[kind]
    if field.get("inputmode") in ("decimal", "numeric"):
        return "150"
    return ("x" * 500)[: int(field.get("maxlength") or 5)]


async def owner_sees(owner: Owner) -> None:
    for path in ("leads", "leads/table.csv", "leads/forms", "leads/forms/order"):
        assert (await owner.get(f"/sites/{owner.site_id}/{path}")).status == 200, path


async def test_whatever_a_row_asks_a_lead_arrives(serve: Serve, conn: asyncpg.Connection) -> None:
    owner, host = await furnished(serve, conn, forms={"site_alarm": 10_000})
    host = urlsplit((await owner.visitor.get(host, "/_forms/contact")).headers["Location"]).hostname or ""
    found: dict[str, Any] = {}
    for name, fields in DEFINITIONS.items():
        await conn.execute("DELETE FROM form_templates WHERE website_id = $1", owner.site_id)
        await conn.execute("DELETE FROM form_submissions WHERE website_id = $1", owner.site_id)
        text = fields if isinstance(fields, str) else json.dumps(fields).replace("\\u0000", "")
        text = re.sub(r"\\ud800", "", text)
        await make_form(conn, owner.site_id, form_type="order", fields=text)
        shown = await owner.visitor.get(host, "/_forms/order")
        page = Page(shown.text, f"http://{host}")
        pairs = filled(page)
        answer = await owner.visitor.ask(
            "POST", host, "/_forms/order", data=urlencode(pairs).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        faults = [one.text for one in Page(answer.text, f"http://{host}").all("p") if one.get("class") == "err"]
        if (shown.status, page.problems, answer.status, len(await stored(conn))) != (200, [], 303, 1):
            found[name] = shown.status, page.problems, answer.status, faults
        await owner_sees(owner)
    assert found == {}


@pytest.mark.parametrize(("moment", "fits"), [("18:00", True), ("23:59", True), ("01:30", True), ("12:00", False)])
def test_times_of_day_may_span_midnight(moment: str, fits: bool) -> None:
    row = FormRow("x", "order", json.dumps([one("time", earliest="18:00", latest="02.00")]), None)
    (question,) = read_form(row, words_for("id"), "id").questions
    if fits:
        assert read_time(question, [moment]) == moment
        return
    with pytest.raises(Wrong):
        read_time(question, [moment])
