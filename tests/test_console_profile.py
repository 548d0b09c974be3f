"""Links elsewhere, paying, licences, short facts and page titles: written by their owner, in the draft."""

import copy
import json
from typing import Any

import asyncpg
import pytest

from renderer.console.editing import entries
from renderer.console.editing.fields import TextsWrong
from renderer.console.editing.newcomers import with_newcomer
from renderer.console.editing.places import Places
from renderer.console.editing.rewriting import write_fields
from renderer.console.editing.texts import read_fields
from tests.editors import draft_of, fields_of, preview
from tests.factories import make_site
from tests.owners import Owner
from tests.showcase import CONTENT
from tests.test_qris import PAYLOAD

HERO, MENU, SITE = "/pages/0/sections/0", "/pages/0/sections/1", "/site"


async def add(owner: Owner, at: str, shelf: str, **said: Any) -> Any:
    root = f"/sites/{owner.site_id}/texts"
    new = fields_of((await owner.get(f"{root}/entry?at={at}&list={shelf}")).text, f"{root}/entry")
    return await owner.post(f"{root}/entry", {**new, **said})


async def test_links_elsewhere_are_added_changed_ordered_and_removed(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}/texts"
    screen = f"{root}/section?at=/site&part=channels"
    assert f'href="{screen.replace("&", "&amp;")}"' in (await tini.get(root)).text
    assert f'href="{screen.replace("&", "&amp;")}"' in (await tini.get(f"/sites/{tini.site_id}/facts")).text
    done = await add(tini, SITE, "channels", kind="instagram", url="@warungtini")
    assert done.headers["Location"] == f"{screen}&open=channels/0&done=entry_added#entry-channels/0"
    wrong = await add(tini, SITE, "channels", kind="gofood", url="kapan-kapan")
    assert wrong.status == 422
    assert "Ini bukan alamat" in wrong.text
    assert 'value="kapan-kapan"' in wrong.text
    assert (await add(tini, SITE, "channels", kind="", url="gofood.co.id/x")).status == 422
    assert (await add(tini, SITE, "channels", kind="mana saja", url="https://x.id")).status == 422
    assert (await add(tini, SITE, "channels", kind="gofood", url="gofood.co.id/tini")).status == 303
    assert (await add(tini, SITE, "channels", kind="email", url="tini@example.com", label="Surel")).status == 303
    listed = (await draft_of(conn, tini))["site"]["channels"]
    assert [(one["kind"], one["url"]) for one in listed] == [
        ("instagram", "https://www.instagram.com/warungtini"),
        ("gofood", "https://gofood.co.id/tini"),
        ("email", "mailto:tini@example.com"),
    ]
    sent = fields_of((await tini.get(screen)).text, f"{root}/section")
    moved = await tini.post(f"{root}/section", {**sent, "channels/1/text": "Pesan antar", "do": "up-channels/1"})
    assert moved.headers["Location"].startswith(f"{screen}&open=channels/0")
    sent = fields_of((await tini.get(screen)).text, f"{root}/section")
    assert (await tini.post(f"{root}/section", {**sent, "channels/0/url": "javascript:alert(1)"})).status == 422
    assert (await tini.post(f"{root}/section", {**sent, "do": "remove-channels/2"})).headers["Location"] == (
        f"{screen}&done=entry_removed#entries"
    )
    # Of two editors the second is told.
    assert (await tini.post(f"{root}/section", {**sent, "channels/0/text": "Terlambat"})).status == 409
    listed = (await draft_of(conn, tini))["site"]["channels"]
    assert [(one["kind"], one.get("text")) for one in listed] == [("gofood", "Pesan antar"), ("instagram", None)]
    logged = await conn.fetchval("SELECT count(*) FROM audit_logs WHERE action = 'draft_changed'")
    assert logged == 5
    for odd in ("channels/9", "channel", "payments/qris", "../x", "items/0", "site"):
        assert (await tini.get(f"{root}/section?at=/site&part={odd}")).status == 404
        assert (await tini.get(f"{root}/section?at={MENU}&part={odd}")).status == (200 if odd == "items/0" else 404)
        assert (await tini.post(f"{root}/section", {"at": SITE, "part": odd})).status == 404
    assert (await tini.get(f"{root}/entry?at={MENU}&list=channels")).status == 404
    assert (await tini.get(f"{root}/entry?at=/site&list=payments")).status == 404
    other = await make_site(conn)
    assert (await tini.get(f"/sites/{other}/texts/section?at=/site&part=channels")).status == 404


async def test_what_is_taken_for_payment_is_ticked_and_a_qris_needs_its_owners_word(
    tini: Owner, conn: asyncpg.Connection
) -> None:
    root = f"/sites/{tini.site_id}/texts"
    screen = f"{root}/section?at=/site&part=payments"
    sent = fields_of((await tini.get(screen)).text, f"{root}/section")
    taken = ["", "cash", "gopay", "Barter ayam\ncash"]
    wrong = await tini.post(f"{root}/section", {**sent, "payments/accepted": taken, "payments/qris/payload": "000201x"})
    assert wrong.status == 422
    assert "bukan isi kode QRIS" in wrong.text
    assert 'value="gopay" checked' in wrong.text
    assert "Barter ayam" in wrong.text
    said = {"payments/accepted": taken, "payments/qris/payload": PAYLOAD, "payments/note": "DP 50%."}
    assert (await tini.post(f"{root}/section", {**sent, **said})).status == 303
    now = await draft_of(conn, tini)
    assert now["site"]["payments"] == {
        "accepted": ["cash", "gopay", "Barter ayam"],
        "note": "DP 50%.",
        "qris": {"payload": PAYLOAD},
    }
    assert "provenance" not in now
    sent = fields_of((await tini.get(screen)).text, f"{root}/section")
    vouched = {"payments/accepted": ["cash"], "payments/qris/vouched": ["", "owner"]}
    assert (await tini.post(f"{root}/section", {**sent, **vouched})).status == 303
    now = await draft_of(conn, tini)
    assert now["provenance"] == {"/site/payments/qris": "owner"}
    assert now["site"]["payments"]["accepted"] == ["cash"]
    page = (await tini.get(screen)).text
    assert 'name="payments/qris/vouched" type="checkbox" value="owner" checked' in page


def test_a_vouch_stays_with_its_licence() -> None:
    document: dict[str, Any] = {}
    for kind, number in (("halal", "ID1"), ("nib", "22")):
        text, entry = with_newcomer(document, SITE, "credentials", {"kind": kind, "number": number})
        document = json.loads(text)
    assert entry == "credentials/1"
    document = write_fields(document, SITE, {"credentials/1/vouched": "owner"}, "credentials")
    assert document["provenance"] == {"/site/credentials/1": "owner"}
    moved = entries.moved(document, "/site/credentials/1", -1)
    assert (moved["provenance"], moved["site"]["credentials"][0]["kind"]) == ({"/site/credentials/0": "owner"}, "nib")
    assert entries.removed(document, "/site/credentials/0")["provenance"] == {"/site/credentials/0": "owner"}
    assert entries.removed(document, "/site/credentials/1")["provenance"] == {}
    for stated in ({"/site/credentials/nib": "owner"}, [{"at": "/site/credentials/nib", "by": "owner"}, "x"]):
        said = {**document, "provenance": stated}
        ticks = {one.name: one.value for one in read_fields(Places(said), SITE, "credentials") or ()}
        assert (ticks["credentials/0/vouched"], ticks["credentials/1/vouched"]) == ("", "owner")
        off = write_fields(said, SITE, {"credentials/1/vouched": ""}, "credentials")
        assert "nib" not in json.dumps(off["provenance"])
        assert "owner" not in json.dumps(entries.removed(said, "/site/credentials/1")["provenance"])


CHANNELS: tuple[Any, ...] = (
    [{"kind": "instagram", "url": "https://a.id"}, {"type": "x", "href": "https://b.id"}],
    {"instagram": {"url": "https://a.id"}, "x": {"url": "https://b.id", "note": "lain"}},
    [None, {"id": "instagram", "url": "https://a.id"}, "https://b.id"],
)


@pytest.mark.parametrize("listed", CHANNELS, ids=range(len(CHANNELS)))
@pytest.mark.parametrize("name", ["channels", "social", "links"])
def test_links_are_changed_however_the_document_spells_them(listed: Any, name: str) -> None:
    document = {"site": {name: listed}, "translations": {"en": {"site": {"channels": [{"text": "One"}]}}}}
    before = copy.deepcopy(document)
    made = write_fields(document, SITE, {"channels/1/url": "c.id/x", "channels/0/text": "Satu"}, "channels")
    now = Places(made).content.site.channels
    assert [(one.url, one.text) for one in now] == [("https://a.id", "Satu"), ("https://c.id/x", None)]
    moved = Places(entries.moved(document, "/site/channels/1", -1)).content
    assert [one.url for one in moved.site.channels] == ["https://b.id", "https://a.id"]
    assert [one.text for one in moved.translations[0].site.channels] == [None, "One"]
    assert document == before
    for odd in ({"channels/0/url": "//evil"}, {"channels/0/url": "x" * 600}, {"channels/0/kind": "lain"}):
        with pytest.raises(TextsWrong):
            write_fields(document, SITE, odd, "channels")


async def test_a_heros_facts_and_buttons_are_written(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}/texts"
    assert f"{root}/entry?at={HERO}&amp;list=facts" in (await tini.get(f"{root}/section?at={HERO}")).text
    assert (await add(tini, HERO, "facts", label="Kursi")).status == 422
    assert (await add(tini, HERO, "facts", label="Kursi", value="28")).status == 303
    assert (
        await add(tini, HERO, "actions", **{"label": "Menu", "to/kind": "section", "to/section": "menu-1"})
    ).status == 303
    now = (await draft_of(conn, tini))["pages"][0]["sections"][0]
    assert now["facts"] == [{"label": "Kursi", "value": "28"}]
    assert now["actions"] == [{"label": "Menu", "to": {"kind": "section", "section": "menu-1"}}]
    form = f"{root}/section?at={HERO}&part=actions/0"
    sent = fields_of((await tini.get(form)).text, f"{root}/section")
    gone = await tini.post(f"{root}/section", {**sent, "actions/0/to/kind": "url", "actions/0/to/url": "tini.id",
                                               "actions/0/to/section": ""})  # fmt: skip
    assert gone.headers["Location"] == f"{form}&done=texts_changed"
    shown = (await preview(tini))[2].text
    assert ">28<" in shown
    assert 'href="tini.id"' not in shown


async def test_of_two_hundred_dishes_each_has_a_form_of_its_own(tini: Owner, conn: asyncpg.Connection) -> None:
    content = copy.deepcopy(CONTENT)
    dishes = [{"id": f"d{number}", "name": f"Hidangan {number}", "price": 1_000 * number} for number in range(1, 201)]
    content["pages"][0]["sections"][1]["items"] = dishes  # type: ignore[index]
    content["translations"] = [{"language": "en", "pages": [{"path": "/", "sections": []}]}]
    await conn.execute("UPDATE websites SET generated_content = $1 WHERE id = $2", json.dumps(content), tini.site_id)
    root = f"/sites/{tini.site_id}/texts"
    page = (await tini.get(f"{root}/section?at={MENU}")).text
    form = f"{root}/section?at={MENU}&part=items/150"
    assert f'href="{form.replace("&", "&amp;")}"' in page
    assert page.count('name="items/') == 0
    assert len(page) < 120_000
    # What is tapped in the preview leads to its form.
    tapped = (await tini.get(f"{root}/section?at={MENU}&said=Hidangan+151")).text
    assert 'name="items/150/name" value="Hidangan 151"' in tapped
    sent = fields_of((await tini.get(form)).text, f"{root}/section")
    said = {"items/150/price/was": "200rb", "items/150/status": "seasonal", "items/150/price/from_": "1"}
    done = await tini.post(f"{root}/section", {**sent, **said, "items/150/name": "Rawon", "do": "up-items/150"})
    assert done.headers["Location"] == f"{root}/section?at={MENU}&part=items/149&done=entry_moved"
    now = (await draft_of(conn, tini))["pages"][0]["sections"][1]["items"]
    assert now[149] == {
        "id": "d151",
        "name": "Rawon",
        "price": {"amount": 151_000, "was": "200rb", "from": True},
        "status": "seasonal",
    }
    assert now[150] == dishes[149]
    english = f"{root}/translation?at={MENU}&lang=en"
    assert f'href="{english.replace("&", "&amp;")}&amp;part=items/149"' in (await tini.get(english)).text
    sent = fields_of((await tini.get(f"{english}&part=items/149")).text, f"{root}/translation")
    assert (await tini.post(f"{root}/translation", {**sent, "items/149/name": "Black soup"})).status == 303
    tapped = await tini.get(f"{english}&said=Black+soup")
    assert 'value="Black soup"' in tapped.text
    sent = fields_of((await tini.get(form)).text, f"{root}/section")
    gone = await tini.post(f"{root}/section", {**sent, "do": "remove-items/150"})
    assert gone.headers["Location"] == f"{root}/section?at={MENU}&done=entry_removed#entries"
    assert len((await draft_of(conn, tini))["pages"][0]["sections"][1]["items"]) == 199
    # What was typed for an entry that is gone is shown to be copied.
    late = await tini.post(f"{root}/section", {"at": MENU, "part": "items/199", "items/199/name": "Ketikan terakhir"})
    assert (late.status, late.text.count("Ketikan terakhir"), late.text.count("items/199")) == (404, 1, 0)


async def test_a_page_is_called_otherwise_in_another_language(tini: Owner, conn: asyncpg.Connection) -> None:
    content = copy.deepcopy(CONTENT)
    content["pages"].append({"path": "/tentang", "title": "Tentang kami", "sections": [{"type": "text", "text": "A"}]})  # type: ignore[attr-defined]
    content["translations"] = [{"language": "en"}]
    await conn.execute("UPDATE websites SET generated_content = $1 WHERE id = $2", json.dumps(content), tini.site_id)
    root, search = f"/sites/{tini.site_id}/texts", f"/sites/{tini.site_id}/search"
    english = f"{root}/translation?at=/pages/1&lang=en"
    page = (await tini.get(f"{search}?page=/tentang")).text
    assert f'href="{english.replace("&", "&amp;")}"' in page
    sent = fields_of(page, search)
    assert (await tini.post(search, {**sent, "do": "save", "nav": "Kami"})).status == 303
    assert (await tini.get(f"{root}/section?at=/pages/1")).headers["Location"] == f"{search}?page=%2Ftentang"
    sent = fields_of((await tini.get(english)).text, f"{root}/translation")
    assert {"title", "description", "nav"} <= sent.keys()
    assert (await tini.post(f"{root}/translation", {**sent, "nav": "x" * 25})).status == 422
    said = {"title": "About us", "description": "Who cooks.", "nav": "About"}
    assert (await tini.post(f"{root}/translation", {**sent, **said})).status == 303
    now = await draft_of(conn, tini)
    assert now["pages"][1] == {**content["pages"][1], "nav": "Kami"}
    assert now["translations"] == [{"language": "en", "pages": [{"path": "/tentang", **said}]}]
    assert "<title>About us" in (await preview(tini, "/en/tentang"))[2].text
    home = fields_of((await tini.get(f"{root}/translation?at=/pages/0&lang=en")).text, f"{root}/translation")
    assert (await tini.post(f"{root}/translation", {**home, "title": "Home cooking"})).status == 303
    for odd in ("/pages/9", "/pages/x", "/pages/"):
        assert (await tini.get(f"{root}/translation?at={odd}&lang=en")).status == 404


HOURS = (
    (None, ""),
    ("Tiap hari", "Tiap hari"),
    ({"senin": "08:00-12:00", "note": "x"}, "x"),
    ({"weekly": [{"days": ["mo"], "time": "tutup"}]}, ""),
)


@pytest.mark.parametrize(("hours", "note"), HOURS, ids=range(len(HOURS)))
def test_the_hours_of_a_branch_are_written_day_by_day(hours: Any, note: str) -> None:
    document = {"site": {"locations": [{"id": "dago", "name": "Dago", "hours": hours}]}}
    said = {"locations/0/hours/day-0": "7.00-16.00", "locations/0/hours/day-6": "08.00–12.00, 13.00–17.00"}
    made = write_fields(document, SITE, said, "locations/0")
    now = {one.name: one.value for one in read_fields(Places(made), SITE, "locations/0") or ()}
    assert [now[f"locations/0/hours/day-{day}"] for day in (0, 1, 6)] == ["07.00–16.00", "", "08.00–12.00, 13.00–17.00"]
    assert now["locations/0/hours/note"] == note
    with pytest.raises(TextsWrong):
        write_fields(document, SITE, {"locations/0/hours/day-0": "pagi"}, "locations/0")
    assert write_fields(document, SITE, {"locations/0/hours/day-3": ""}, "locations/0") == document
