"""What a form asks beyond single fields: orders, conditions, patterns, ratings, days, consents."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.forms.validate import judge
from renderer.themes.forms import Form, FormRow, FormState, read_form
from renderer.themes.forms.reply import reply_time
from renderer.themes.forms.said import answers_said, file_said, money_said, order_said
from renderer.themes.forms.views import show_form
from renderer.themes.text.hours import Exception_, Span, Week
from renderer.themes.text.words import Words, words_for
from tests.factories import make_site
from tests.judge import Page
from tests.test_forms import HOST, make_form, send, stored
from tests.visitor import Visitor

FIELDS: list[dict[str, Any]] = [
    {"name": "nama", "label": "Nama", "required": True},
    {"name": "pesanan", "type": "products", "label": "Pesanan", "required": True, "max": 20, "options": [
        {"value": "kopi susu", "label": "Kopi susu", "price": 18000}, {"value": "roti", "price": "12rb"},
        {"value": "gratis", "label": "Sampel", "price": "Gratis"}, {"value": "tanpa harga"},
        {"value": "nol", "label": "Nol", "price": 0}, {"value": "x", "price": "Tanya dulu"},
        {"value": "rentang", "label": "Rentang", "price": {"amount": "25rb–30rb", "unit": "porsi"}},
        {"value": "mulai", "label": "Mulai", "price": {"amount": 5000, "from": True}}]},
    {"name": "cara", "type": "radio", "label": "Cara", "options": ["ambil", "antar"], "required": True},
    {"name": "alamat", "label": "Alamat", "required": True, "show_if": {"field": "cara", "is": "antar"}},
    {"name": "patokan", "label": "Patokan", "show_if": {"field": "alamat"}},
    {"name": "kode", "label": "Kode", "pattern": "[A-Z]{2}-[0-9]+", "help": "Seperti AB-12."},
    {"name": "buruk", "label": "Buruk", "pattern": "(?=a)"},
    {"name": "nilai", "type": "rating", "label": "Nilai", "max": 5},
    {"name": "kapan", "type": "date", "label": "Kapan", "earliest": "today", "latest": "2099-01-01"},
    {"name": "jam", "type": "time", "label": "Jam", "earliest": "08.00", "latest": "17:00"},
    {"name": "anggaran", "type": "money", "label": "Anggaran", "min": 10000, "max": 5e6},
    {"name": "setuju", "type": "consent", "label": "Saya setuju data saya dipakai untuk pesanan ini.",
     "purpose": "menyiapkan pesanan."},
    {"name": "kabar", "type": "consent", "label": "Kirimi saya kabar.", "required": True, "marketing": True},
]  # fmt: skip
GOOD = {
    "nama": "Sari", "pesanan.kopi susu": "2", "pesanan.roti": "1", "cara": "antar", "alamat": "Jalan Melati 3",
    "kode": "AB-12", "nilai": "4", "jam": "16.30", "setuju": "1",
}  # fmt: skip


def form_of(fields: Any) -> Form:
    return read_form(FormRow("order", "order", json.dumps(fields), None), _words(), "id")


def _words() -> Words:
    return words_for("id")


def judged(**changes: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    posted = {name: [value] for name, value in {**GOOD, **changes}.items() if value is not None}
    answers, faults = judge(form_of(FIELDS), posted)
    return dict(answers.data), {name: fault.key for name, fault in faults.items()}


def test_an_order_comes_to_what_its_products_cost_now() -> None:
    data, faults = judged(**{"pesanan.total": "1"})
    assert faults == {}
    assert data["pesanan"] == {
        "lines": [
            {"item": "kopi susu", "label": "Kopi susu", "quantity": 2, "price": 18000, "amount": 36000},
            {"item": "roti", "label": "roti", "quantity": 1, "price": 12000, "amount": 12000},
        ],
        "total": 48000,
        "currency": "IDR",
    }
    assert order_said(data["pesanan"], _words()) == ["2 × Kopi susu: Rp36.000", "1 × roti: Rp12.000", "Total: Rp48.000"]
    for odd in ({}, {"lines": [], "total": "x"}, {"lines": [1], "total": 1}, {"lines": [{"label": 1}], "total": 1}):
        assert order_said(odd, _words()) is None
        assert file_said(odd) is None


def test_what_has_no_price_yet_is_ordered_all_the_same_and_never_said_to_cost_nothing() -> None:
    data, _ = judged(**{f"pesanan.{name}": "1" for name in ("nol", "gratis", "tanpa harga", "x", "rentang", "mulai")})
    lines = {line["item"]: (line["price"], line["amount"], line.get("said")) for line in data["pesanan"]["lines"]}
    assert lines == {
        "kopi susu": (18000, 36000, None),
        "roti": (12000, 12000, None),
        "nol": (None, None, None),
        "gratis": (0, 0, "Gratis"),
        "tanpa harga": (None, None, None),
        "x": (None, None, "Tanya dulu"),
        "rentang": (None, None, "Rp25.000–30.000/porsi"),
        "mulai": (None, None, "mulai Rp5.000"),
    }
    assert data["pesanan"]["total"] == 48000
    assert order_said(data["pesanan"], _words()) == [
        *("2 × Kopi susu: Rp36.000", "1 × roti: Rp12.000", "1 × Sampel: gratis"),
        *("1 × tanpa harga: harga menyusul", "1 × Nol: harga menyusul", "1 × x (Tanya dulu): harga menyusul"),
        *("1 × Rentang (Rp25.000–30.000/porsi): harga menyusul", "1 × Mulai (mulai Rp5.000): harga menyusul"),
        "Total: Rp48.000, ditambah yang harganya menyusul",
    ]
    none = {"pesanan.kopi susu": None, "pesanan.roti": None}
    for ordered, total in (("gratis", "gratis"), ("nol", "harga menyusul"), ("x", "harga menyusul")):
        data, _ = judged(**none, **{f"pesanan.{ordered}": "1"})
        assert (order_said(data["pesanan"], _words()) or [])[-1] == f"Total: {total}"
    # As other programs store it, and as it was stored before.
    free = {"lines": [{"label": "Roti", "quantity": 2, "price": 0, "amount": 0}], "total": 0}
    assert order_said(free, words_for("en")) == ["2 × Roti: price on request", "Total: price on request"]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"pesanan.kopi susu": "0", "pesanan.roti": ""}, {"pesanan": "form_nothing_ordered"}),
        ({"pesanan.kopi susu": "21"}, {"pesanan": "form_too_many"}),
        ({"pesanan.kopi susu": "-1"}, {"pesanan": "form_bad_quantity"}),
        ({"pesanan.kopi susu": "1.5"}, {"pesanan": "form_bad_quantity"}),
        ({"pesanan.kopi susu": "9" * 400}, {"pesanan": "form_bad_quantity"}),
        ({"pesanan.kopi susu": "٢"}, {"pesanan": "form_bad_quantity"}),
        ({"alamat": None}, {"alamat": "form_required"}),
        ({"alamat": None, "cara": "ambil"}, {}),
        ({"cara": "x", "alamat": None}, {"cara": "form_bad_choice", "alamat": "form_required"}),
        ({"kode": "ab-12"}, {"kode": "form_bad_pattern"}),
        ({"kode": "AB-12 "}, {}),
        ({"nilai": "6"}, {"nilai": "form_bad_choice"}),
        ({"kapan": "2020-01-01"}, {"kapan": "form_too_early"}),
        ({"kapan": "2099-01-02"}, {"kapan": "form_too_late"}),
        ({"kapan": (datetime.now(UTC) + timedelta(days=1)).date().isoformat()}, {}),
        ({"jam": "07.59"}, {"jam": "form_too_early"}),
        ({"jam": "17.01"}, {"jam": "form_too_late"}),
        ({"setuju": None}, {"setuju": "form_consent"}),
        ({"setuju": "false"}, {"setuju": "form_consent"}),
        ({"nama": "\u200b\u202e"}, {"nama": "form_required"}),
        ({"nama": "م"}, {}),
        ({"anggaran": "1,5"}, {"anggaran": "form_bad_money"}),
        ({"anggaran": "10.000,00"}, {}),
        ({"anggaran": "Rp 9.999,-"}, {"anggaran": "form_too_small"}),
        ({"anggaran": "6jt"}, {"anggaran": "form_too_large"}),
        ({"anggaran": "-5"}, {"anggaran": "form_bad_money"}),
        ({"anggaran": "1e5"}, {"anggaran": "form_bad_money"}),
        ({"anggaran": "9" * 400}, {"anggaran": "form_bad_money"}),
        ({"anggaran": "15" + " " * 60 + "000"}, {"anggaran": "form_bad_money"}),
        ({"anggaran": "١٥٠٠٠"}, {"anggaran": "form_bad_money"}),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_order(changes: dict[str, str | None], faults: dict[str, str]) -> None:
    assert judged(**changes)[1] == faults


def test_labels_stand_before_a_colon_without_their_own_stop_and_numbers_as_they_are_dialled() -> None:
    fields = [
        {"name": "setuju", "type": "consent", "label": "Saya setuju data saya dipakai.", "required": True},
        {"name": "cara", "label": "Diambil atau diantar?", "required": True},
        {"name": "alamat", "type": "textarea", "label": "Alamat"},
        {"name": "nama", "type": "textarea", "label": "Nama-nama"},
        {"name": "hp", "type": "tel", "label": "HP"},
        {"name": "odd", "label": "?", "required": True},
    ]
    form = form_of(fields)
    _, faults = judge(form, {})
    view = show_form(form, _words(), FormState(faults=faults))
    assert [label for _, label, _ in view.problems] == ["Saya setuju data saya dipakai", "Diambil atau diantar", "?"]
    assert [one.autocomplete for one in view.questions] == ["", "", "street-address", "", "tel", ""]
    data = {"hp": "+6281355500101"}
    assert answers_said(form, data, _words()) == (("HP", "0813-5550-0101"),)
    assert answers_said(form, {"hp": "+442079460000"}, _words()) == (("HP", "+44 20 7946 0000"),)
    assert answers_said(form, {"hp": "nanti saja"}, _words()) == (("HP", "nanti saja"),)


def test_an_amount_is_read_as_people_write_it_and_said_as_one() -> None:
    for text in ("1500000", "Rp 1.500.000,-", "1,5 juta", "1500rb", "１５０００００"):
        data, faults = judged(anggaran=text)
        assert (faults, data["anggaran"]) == ({}, {"amount": 1_500_000, "currency": "IDR"}), text
    assert dict(answers_said(form_of(FIELDS), data, _words()))["Anggaran"].replace("\u00a0", "") == "Rp1.500.000"
    for odd in (
        {"amount": True, "currency": "IDR"},
        {"amount": 1.5, "currency": "IDR"},
        {"amount": 1, "currency": "USD"},
    ):
        assert money_said(odd) is None


def test_nobody_has_to_consent_to_advertising_and_a_purpose_makes_another_wording() -> None:
    form = form_of(
        [
            *FIELDS,
            {"name": "lain", "type": "consent", "label": FIELDS[-2]["label"]},
            {"name": "bebas", "type": "consent", "label": "Boleh difoto.", "required": False},
        ]
    )
    consents = {one.name: one for one in form.questions if one.type == "consent"}
    assert [one.required for one in consents.values()] == [True, False, True, False]
    assert consents["setuju"].version != consents["lain"].version
    data, faults = judged(kabar="1")
    assert faults == {}
    assert (data["setuju"]["purpose"], data["kabar"]["given"]) == ("menyiapkan pesanan", True)
    assert judged()[0]["kabar"] is False


def test_what_is_not_asked_is_not_stored() -> None:
    data, _ = judged(cara="ambil", alamat="tetap dikirim", patokan="di sini")
    assert {"alamat", "patokan"}.isdisjoint(data)
    data, _ = judged(patokan="di sini")
    assert data["patokan"] == "di sini"
    assert judged(jam="12:30+07:00")[0]["jam"] == "12:30"


def test_hostile_rules_are_left_out_and_said() -> None:
    form = form_of(
        [
            {"name": "a", "label": "A", "pattern": "(a+)+" * 100, "show_if": {"field": "a", "is": "x"}},
            {"name": "b", "label": "B", "pattern": "((a{1,500}){1,500}){1,500}", "show_if": "a", "earliest": "x"},
            {"name": "c", "type": "products", "label": "C", "options": [{"value": "x", "price": "9" * 40}]},
            {"name": "d", "type": "rating", "label": "D", "max": 99},
            {"name": "e", "type": "file", "label": "E", "max": -5},
            {"name": "f", "label": "F", "pattern": "(.*)*(.*)*x", "show_if": {"field": "zzz"}},
        ]
    )
    assert {one.pointer for one in form.repairs} >= {"/fields/0/pattern", "/fields/0/show_if", "/fields/1/pattern"}
    assert [one.type for one in form.questions] == ["text", "text", "products", "rating", "file", "text"]
    assert len(form.questions[3].options) == 10
    assert judge(form, {"f": ["a" * 200]})[1]["f"].key == "form_bad_pattern"


async def test_an_order_is_drawn_sent_stored_and_drawn_again(conn: asyncpg.Connection, visitor: Visitor) -> None:
    site: UUID = await make_site(conn, subdomain="kopi", config={"privacy": {"retention_days": 45}})
    await make_form(conn, site, fields=json.dumps(FIELDS))
    page = Page((await visitor.get(HOST, "/_forms/order")).text, "http://kopi.sites.test:8080")
    assert page.problems == []
    named = {one.get("name"): one for one in page.all("input", "select", "textarea")}
    assert "required" not in named["alamat"].attrs
    assert named["pesanan.kopi susu"].get("inputmode") == "numeric"
    assert "Rp18.000" in page.text.replace("\u00a0", " ").replace("Rp ", "Rp")
    (asked,) = [one for one in page.all("div") if one.get("data-when") == "cara"]
    assert json.loads(asked.get("data-is") or "") == ["antar"]
    # Beside a consent: what for, how long, and that it may be withdrawn.
    assert not any("checked" in one.attrs for one in page.all("input"))
    (terms,) = [one for one in page.all("p") if one.get("id") == named["setuju"].get("aria-describedby")]
    for wanted in ("Tujuan: menyiapkan pesanan.", "paling lama 45 hari", "ditarik kapan saja"):
        assert wanted in terms.text.replace("\u00a0", " "), wanted
    assert ("required" in named["setuju"].attrs, "required" in named["kabar"].attrs) == (True, False)
    answer = await send(visitor, GOOD, path="/_forms/order")
    assert answer.status == 303
    (row,) = await stored(conn)
    consent = row["data"]["setuju"]
    assert {**consent, "at": "", "version": ""} == {
        "given": True, "wording": FIELDS[-2]["label"], "version": "", "language": "id", "at": "",
        "purpose": "menyiapkan pesanan",
    }  # fmt: skip
    assert datetime.fromisoformat(consent["at"]).tzinfo is not None
    assert len(consent["version"]) == 8
    assert row["data"]["pesanan"]["total"] == 48000
    assert (await send(visitor, GOOD, path="/_forms/order")).status == 303
    assert len(await stored(conn)) == 1
    again = await send(visitor, {**GOOD, "nama": "", "pesanan.roti": "7"}, path="/_forms/order")
    page = Page(again.text, "http://kopi.sites.test:8080")
    assert (again.status, page.problems) == (422, [])
    named = {one.get("name"): one for one in page.all("input") if one.get("type") != "radio"}
    assert (named["pesanan.roti"].get("value"), named["pesanan.kopi susu"].get("value")) == ("7", "2")


TEXT = st.text(max_size=30)
NUMBER = st.one_of(st.integers(), st.floats())
NAME = st.sampled_from(["a", "b", "c"])
KIND = st.sampled_from(["products", "money", "rating", "date", "time", "text", "multi", "file", "consent", "number"])
FIELD = st.fixed_dictionaries(
    {"name": NAME, "label": TEXT, "type": KIND},
    optional={
        "options": st.lists(st.fixed_dictionaries({"value": TEXT, "price": st.one_of(TEXT, NUMBER)}), max_size=3),
        "min": NUMBER,
        "max": NUMBER,
        "pattern": TEXT,
        "earliest": TEXT,
        "latest": TEXT,
        "required": st.booleans(),
        "show_if": st.one_of(TEXT, st.fixed_dictionaries({"field": NAME, "is": st.one_of(TEXT, st.lists(TEXT))})),
    },
)
SENT = st.dictionaries(st.sampled_from(["a", "b", "c", "a.x", "b.", "a_2"]), st.lists(TEXT, max_size=3))


@settings(max_examples=150)
@given(st.lists(FIELD, max_size=5), SENT)
def test_whatever_a_form_asks_and_whatever_is_sent_it_is_judged(fields: Any, posted: Any) -> None:
    form = form_of(fields)
    answers, _ = judge(form, posted)
    json.dumps(answers.data, allow_nan=False).encode()


def test_when_an_answer_may_be_expected() -> None:
    open_ = Span(8 * 60, 17 * 60)
    off = Exception_(date(2026, 12, 24), date(2026, 12, 25), "Natal", None)
    late = Span(18 * 60, 26 * 60)
    days: tuple[tuple[Span, ...], ...] = ((open_,), (open_,), (open_,), (open_,), (late,), (), ())
    week = Week(days, (off,), None, None)

    def said(day: int, hour: int, which: Week = week) -> str | None:
        return reply_time(which, datetime(2026, 12, day, hour, 30), words_for("id"))

    assert said(1, 9) == "Kami sedang buka sampai pukul 17.00, dan biasanya membalas hari ini."
    assert said(1, 7) == "Kami buka hari ini pukul 08.00, dan membalas sesudah itu."
    assert said(1, 18) == "Kami buka lagi besok pukul 08.00, dan membalas sesudah itu."
    assert said(5, 1) == "Kami sedang buka sampai pukul 02.00, dan biasanya membalas hari ini."
    assert said(5, 3) == "Kami buka lagi Senin pukul 08.00, dan membalas sesudah itu."
    assert said(23, 18) == "Kami buka lagi Senin pukul 08.00, dan membalas sesudah itu."
    assert said(1, 9, Week(((),) * 7, (), None, None)) is None


async def test_thanks_show_what_was_sent_to_its_sender_alone(conn: asyncpg.Connection, visitor: Visitor) -> None:
    contact = {"whatsapp": "0813 5550 0199"}
    facts = {"name": "Kopi", "contact": contact, "hours": {"setiap hari": "24 jam"}}
    content = {"site": facts, "pages": [{"path": "/", "title": "K", "sections": []}]}
    site = await make_site(conn, subdomain="kopi", generated_content=content)
    await make_site(conn, subdomain="roti")
    await make_form(conn, site, fields=json.dumps(FIELDS))
    answer = await send(visitor, {**GOOD, "nama": "Sari <b>\u202e", "alamat": "x" * 190}, path="/_forms/order")
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/_forms/", "Max-Age=3600"))
    value = cookie.partition(";")[0]
    assert "Sari" not in cookie
    there = answer.headers["Location"]
    shown = await visitor.get(HOST, there, headers={"Cookie": value})
    page = Page(shown.text, "http://kopi.sites.test:8080")
    assert page.problems == []
    text = page.text.replace("\u00a0", " ")
    for wanted in ("Sari <b>", "2 × Kopi susu: Rp36.000", "Total: Rp48.000", "4 dari 5", "x" * 190):
        assert wanted in text, wanted
    (chat,) = [one.get("href") or "" for one in page.all("a") if "Total" in unquote(one.get("href") or "")]
    assert "Kopi susu" in unquote(chat)
    assert "sedang buka" in text or "buka lagi" in text
    again = await send(visitor, {**GOOD, "nama": "Budi"}, path="/_forms/order")
    for path, jar in ((there, ""), (there, "sent=x"), (there, value[:-8]), (again.headers["Location"], value),
                      ("/_forms/order/thanks", value)):  # fmt: skip
        other = await visitor.get(HOST, path, headers={"Cookie": jar})
        assert (other.status, "Rp36.000" in other.text.replace("\u00a0", " ")) == (200, False)
    long = {**GOOD, "alamat": "jalan", "nama": "n" * 100}
    assert (await send(visitor, long, path="/_forms/order")).status == 303


def test_products_need_no_more_than_a_name() -> None:
    form = form_of(
        [
            {
                "name": "pesanan",
                "type": "products",
                "items": [{"name": "Nasi goreng", "price": "25rb"}, {"name": "Gratis?"}],
            }
        ]
    )
    (asked,) = [one for one in form.questions if one.name == "pesanan"]
    assert [(item.label, item.price) for item in asked.items] == [("Nasi goreng", 25_000), ("Gratis?", None)]
