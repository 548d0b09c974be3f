"""Prices and facts: changed from a phone, live at once, and never over what somebody else wrote meanwhile."""

import html
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from renderer.console import editing
from renderer.console.editing import Facts, FactsWrong, Holiday, Moved
from tests.factories import make_site
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve
from tests.showcase import CONTENT


@pytest.fixture
async def tini(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Tini")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung", generated_content=CONTENT)
    await owner.sign_in()
    return owner


def forms(page: str) -> list[dict[str, str]]:
    """The inputs of each form of a page by name."""
    found = []
    for form in re.findall(r"<form.*?</form>", page, re.S):
        inputs = [tag for tag in re.findall(r"<input[^>]*>", form) if "name=" in tag]
        found.append({html.unescape(re.search(r'name="([^"]*)"', tag)[1]): value_of(tag) for tag in inputs})  # type: ignore[index]
    return found


def value_of(tag: str) -> str:
    match = re.search(r'value="([^"]*)"', tag)
    return html.unescape(match[1]) if match else ""


async def content(conn: asyncpg.Connection, owner: Owner) -> dict[str, Any]:
    text = await conn.fetchval("SELECT generated_content FROM websites WHERE id = $1", owner.site_id)
    read: dict[str, Any] = json.loads(text)
    return read


async def test_a_price_that_is_no_number_is_said_to_be_none(tini: Owner) -> None:
    prices = f"/sites/{tini.site_id}/prices"
    assert "Bukan angka" not in (await tini.get(prices)).text
    for typed, is_words in (
        ("murah", True),
        ("15.OOO", True),
        ("Rp 17.500,-", False),
        ("20rb-25rb", False),
        ("", False),
    ):
        rows = [form for form in forms((await tini.get(prices)).text) if "pointer" in form]
        answer = await tini.post(prices, {**rows[1], "price": typed, "do": "price"})
        assert ("?done=price_words#" in answer.headers["Location"]) == is_words, typed
        page = (await tini.get(answer.headers["Location"].replace("#", "&"))).text
        assert (f"di situs tertulis “{typed}”" in page) == is_words
        # What was done is read aloud first.
        said = re.findall(r'class="notice"[^>]*>([^<]+)', page)[0].strip()
        assert f"<title>{said}" in page
        form = (await tini.get(f"/sites/{tini.site_id}/texts/section?at=/pages/0/sections/1")).text
        assert (f"di situs tertulis “{typed}”" in form) == is_words
        shown = (await tini.visitor.get("warung.sites.test")).text
        assert not is_words or typed in shown


async def test_a_price_changes_in_three_taps_and_shows_at_once(tini: Owner, conn: asyncpg.Connection) -> None:
    prices = f"/sites/{tini.site_id}/prices"
    # One tap from the first page; the second is into the price, the third saves it. "Sold out" is one there.
    assert f'href="{prices}"' in (await tini.get("/")).text
    rows = [form for form in forms((await tini.get(prices)).text) if "pointer" in form]
    assert [(row["called"], row["price"]) for row in rows] == [
        ("Gudeg lengkap", "25rb"),
        ("Pecel", "15000"),
        ("Es teh", "4000"),
    ]
    assert "Rp15.000" in (await tini.visitor.get("warung.sites.test")).text
    answer = await tini.post(prices, {**rows[1], "price": "17.500", "do": "price"})
    assert answer.headers["Location"] == f"{prices}?done=price_changed#/pages/0/sections/1/items/1"
    page = (await tini.visitor.get("warung.sites.test")).text
    assert "Rp17.500" in page
    assert "Rp15.000" not in page
    item = (await content(conn, tini))["pages"][0]["sections"][1]["items"][1]
    assert item == {"id": "pecel", "name": "Pecel", "price": {"amount": "17.500", "from": True}}
    await tini.post(prices, {**rows[2], "do": "gone"})
    await tini.post(prices, {**rows[0], "do": "back"})
    items = (await content(conn, tini))["pages"][0]["sections"][1]["items"]
    assert [item.get("status") for item in items] == [None, None, "sold_out"]
    # Of two who look at the same price the second is told.
    late = await tini.post(prices, {**rows[1], "price": "9", "do": "price"})
    assert late.status == 409
    assert "17.500" in late.text
    assert 'name="price" value="9"' in late.text
    gone = await tini.post(prices, {**rows[1], "pointer": "/pages/0/sections/99", "price": "11rb", "do": "price"})
    assert "Yang Anda ketik untuk Pecel: 11rb" in gone.text
    logged = await conn.fetch(
        "SELECT action, old_values, new_values FROM audit_logs WHERE entity_id = $1 ORDER BY created_at", tini.site_id
    )
    assert [row["action"] for row in logged] == ["price_changed", "price_gone", "price_back"]
    assert json.loads(logged[0]["old_values"]) == {"name": "Pecel", "price": "15000"}
    assert json.loads(logged[0]["new_values"])["price"] == "17.500"
    for pointer in ("", "/pages", "/pages/0/sections/99", "/" * 400, "/pages/x/y", "/pages/-1", "x"):
        assert (await tini.post(prices, {**rows[1], "pointer": pointer})).status == 409


async def test_facts_are_changed_where_their_writer_put_them(tini: Owner, conn: asyncpg.Connection) -> None:
    facts = f"/sites/{tini.site_id}/facts"
    form = next(form for form in forms((await tini.get(facts)).text) if "seen" in form)
    assert (form["name"], form["whatsapp"], form["day-0"], form["day-6"]) == (
        "Warung Bu Tini",
        "081355500123",
        "07.00–16.00",
        "",
    )
    wrong = await tini.post(facts, {**form, "whatsapp": "nol", "email": "x@", "day-6": "siang", "name": ""})
    assert wrong.status == 422
    assert 'value="siang"' in wrong.text
    assert "bukan nomor telepon" in wrong.text
    for lost, said in (
        (form, "Tanggal ini tidak ada"),
        ({**form, **{f"day-{one}": "" for one in range(7)}}, "sepekan"),
    ):
        dayless = {"holiday-1-label": "Lebaran", **({"holiday-1-first": "2027-03-10"} if "sepekan" in said else {})}
        refused = await tini.post(facts, {**lost, **dayless})
        assert (refused.status, 'value="Lebaran"' in refused.text, said in refused.text) == (422, True, True)
    holiday = {"holiday-0-first": "2026-12-24", "holiday-0-last": "2026-12-26", "holiday-0-label": "Natal"}
    changed = {**form, "whatsapp": "081355500456", "day-6": "08.00-12.00", "city": "Bantul", **holiday}
    assert (await tini.post(facts, changed)).headers["Location"] == f"{facts}?done=facts_changed"
    site = (await content(conn, tini))["site"]
    assert site["contact"]["whatsapp"] == {"number": "081355500456"}
    assert site["contact"]["email"] == "tini@example.com"
    again = next(form for form in forms((await tini.get(facts)).text) if "seen" in form)
    assert (again["day-6"], again["city"], again["holiday-0-label"], again["holiday-0-last"]) == (
        "08.00–12.00",
        "Bantul",
        "Natal",
        "2026-12-26",
    )
    more = {
        "greeting": "Halo {site}",
        "district": "Ngaglik",
        "map_url": "https://maps.app.goo.gl/x",
        "place": "-7.7, 110.4",
    }
    odd = {"map_url": "http://x", "place": "-97.7, 110"}
    wrong = await tini.post(facts, {**again, **more, **odd})
    assert (wrong.status, wrong.text.count("bukan titik peta"), wrong.text.count("diawali https://")) == (422, 2, 2)
    assert (await tini.post(facts, {**again, **more})).status == 303
    contact = (await content(conn, tini))["site"]["contact"]
    assert contact["whatsapp"] == {"number": "081355500456", "text": "Halo {site}"}
    assert (contact["geo"], contact["map_url"]) == ({"lat": -7.7, "lng": 110.4}, "https://maps.app.goo.gl/x")
    assert contact["address"] == {"city": "Bantul", "district": "Ngaglik"}
    again = next(form for form in forms((await tini.get(facts)).text) if "seen" in form)
    gone = {"holiday-0-first": "", "holiday-0-last": ""}
    assert (await tini.post(facts, {**again, **gone})).status == 303
    assert (await content(conn, tini))["site"]["hours"]["exceptions"] == []
    late = await tini.post(facts, {**changed, "tagline": "Ketikan kedua"})
    assert late.status == 409
    assert "Ketikan kedua" in late.text
    assert (await content(conn, tini))["site"]["tagline"] == "Masakan rumah di Jalan Kaliurang"
    logged = await conn.fetchrow("SELECT * FROM audit_logs WHERE action = 'facts_changed' ORDER BY created_at LIMIT 1")
    assert set(json.loads(logged["old_values"])) == {"whatsapp", "city", "days", "holidays"}
    assert "0813" not in str(tuple(logged))


STRANGE: list[Any] = [
    {},
    {"site": "teks", "pages": "x"},
    {"site": {"contact": "0813", "hours": "tiap hari"}, "pages": {"/": {"sections": {"m": {"items": {"a": "25rb"}}}}}},
    {"pages": [{"items": [{"name": "A", "price": [1]}, {"Name": "B", "Price": 2.5}, {"title": "C", "status": 3}]}]},
    {"site": {"contact": {"wa": "0813", "address": "Jalan"}, "hours": {"senin": "08:00-12:00", "minggu": "tutup"}}},
]  # fmt: skip


async def test_one_price_of_many_is_found_by_its_name_and_the_list_stays_narrowed(
    tini: Owner, conn: asyncpg.Connection
) -> None:
    prices = f"/sites/{tini.site_id}/prices"
    assert 'name="words"' not in (await tini.get(prices)).text
    items = [{"name": f"Nasi {number}", "price": 1000 * number} for number in range(1, 30)]
    items.append({"name": "Es <Kelapa> Muda", "price": 9000})
    long = {"pages": [{"path": "/", "sections": [{"type": "menu", "title": "Siang", "items": items}]}]}
    await conn.execute("UPDATE websites SET generated_content = $2 WHERE id = $1", tini.site_id, json.dumps(long))
    assert (await tini.get(prices)).text.count('name="pointer"') == 30
    for words, rows in (("ES muda", 1), ("nasi", 29), ("siang", 30), ("%", 0), ("x" * 5000, 0), ("  ", 30)):
        page = await tini.visitor.get(HOST, prices, params={"words": words}, headers={"Cookie": tini.cookie})
        assert (page.status, page.text.count('name="pointer"')) == (200, rows), words
    row = next(one for one in forms((await tini.get(f"{prices}?words=kelapa")).text) if "pointer" in one)
    done = await tini.post(prices, {**row, "price": "9500", "do": "price"})
    assert done.headers["Location"] == f"{prices}?words=kelapa&done=price_changed#/pages/0/sections/0/items/29"
    assert (await content(conn, tini))["pages"][0]["sections"][0]["items"][29]["price"] == "9500"


@pytest.mark.parametrize("document", STRANGE, ids=range(len(STRANGE)))
def test_whatever_the_document_is_its_facts_can_be_written(document: dict[str, Any]) -> None:
    before = editing.read_facts(document)
    days = ("08.00–12.00, 13.00–17.00", *[""] * 6)
    holidays = (Holiday("2026-08-17", "2026-08-17", "HUT RI", "09.00", "12.00"), Holiday("2026-12-25", "2026-12-25"))
    after = Facts(
        "Baru", "Satu", "081355500123", "", "a@example.com", "Jalan 1", "Solo", "57111", "", "", days, holidays
    )
    editing.write_facts(document, before, after)
    assert editing.read_facts(document) == after
    for one in editing.price_list(document):
        editing.set_price(document, one, "12rb")
    assert {one.price for one in editing.price_list(document)} <= {"12rb"}


@pytest.mark.parametrize("depth", [190, 220, 450, 900])
async def test_content_that_is_nested_without_end_is_changed_or_left_alone(
    tini: Owner, conn: asyncpg.Connection, depth: int
) -> None:
    root = f"/sites/{tini.site_id}"
    form = next(form for form in forms((await tini.get(f"{root}/facts")).text) if "seen" in form)
    await conn.execute(
        "UPDATE websites SET generated_content = jsonb_set(generated_content, '{spare}', $2::jsonb) WHERE id = $1",
        tini.site_id,
        '{"a":[' * (depth // 2) + "1" + "]}" * (depth // 2),
    )
    for screen in ("facts", "prices", "texts", "order", "look", "colours", "search", "draft"):
        assert (await tini.get(f"{root}/{screen}")).status in (200, 422), screen
    answer = await tini.post(f"{root}/facts", {**form, "city": "Solo"})
    assert answer.status == (303 if depth < 200 else 422)
    section = await tini.get(f"{root}/texts/section?at=/pages/0/sections/0")
    typed = next((form for form in forms(section.text) if "seen" in form), {})
    changed = await tini.post(f"{root}/texts/section", {**typed, "at": "/pages/0/sections/0", "title": "Baru"})
    assert changed.status in (303, 404, 409, 422)


@pytest.mark.parametrize("number", [24, 75])
def test_other_hours_take_no_holiday_away_however_many_there_are(number: int) -> None:
    first = date(2026, 1, 1)
    exceptions = [{"from": (first + timedelta(days=9 * one)).isoformat(), "closed": True} for one in range(number)]
    document: dict[str, Any] = {
        "site": {"name": "A", "hours": {"weekly": {"senin": "08:00-17:00"}, "exceptions": exceptions}}
    }
    before = editing.read_facts(document)
    assert len(before.holidays) == min(number, editing.MOST_HOLIDAYS)
    editing.write_facts(document, before, replace(before, days=("09.00–12.00", *before.days[1:])))
    written = document["site"]["hours"]
    assert written["weekly"] == [{"days": ["mo"], "time": "09.00–12.00"}]
    assert [one["from"] for one in written["exceptions"]] == [one["from"] for one in exceptions]


def test_nothing_is_written_of_facts_that_are_wrong() -> None:
    document: dict[str, Any] = {"site": {"name": "A"}}
    before = editing.read_facts(document)
    bad = Facts("", holidays=(Holiday("2026-02-30", "x"), Holiday("2026-02-02", "2026-01-01", "", "9", "")))
    with pytest.raises(FactsWrong) as wrong:
        editing.write_facts(document, before, bad)
    assert [name for name, _ in wrong.value.fields] == [
        "name",
        "day-0",
        "holiday-0-first",
        "holiday-1-last",
        "holiday-1-open",
    ]
    assert document == {"site": {"name": "A"}}


def test_a_price_that_moved_is_not_changed() -> None:
    document: dict[str, Any] = {"items": [{"name": "A", "price": "1"}, {"name": "B", "price": "1"}]}
    first = editing.price_list(document)[0]
    document["items"].reverse()
    with pytest.raises(Moved):
        editing.set_price(document, first, "2")


async def test_content_that_cannot_be_read_is_left_as_it_is(tini: Owner, conn: asyncpg.Connection) -> None:
    await conn.execute("UPDATE websites SET generated_content = '{\"n\": 1e5000}' WHERE id = $1", tini.site_id)
    for path in ("prices", "facts"):
        page = await tini.get(f"/sites/{tini.site_id}/{path}")
        assert page.status in (200, 422)
        assert "tidak dapat diubah" in page.text
        assert (await tini.post(f"/sites/{tini.site_id}/{path}", {"name": "x"})).status == 422
