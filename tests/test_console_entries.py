"""Entries of a section's lists and whole sections: added, moved and taken away in the draft."""

import contextlib
import copy
import json
from typing import Any

import asyncpg
import pytest

from renderer.console.designing import furnishing, order
from renderer.console.editing import entries, tongues
from renderer.console.editing.fields import TextsWrong
from renderer.console.editing.newcomers import newcomer, with_newcomer
from renderer.console.editing.places import Places
from renderer.console.editing.rewriting import write_fields
from renderer.console.editing.shelves import shelves_of, title_of
from renderer.console.editing.texts import list_sections
from renderer.drafts.merge import Unmergeable, read
from tests.editors import NAME, draft_of, fields_of, preview
from tests.factories import insert, make_site
from tests.owners import Owner
from tests.showcase import CONTENT
from tests.torture import trial

AT = "/pages/0/sections/1"
SAID = {"name": "Baru", "text": "x", "value": "9", "label": "Baru"}


def names(document: Any, pointer: str = AT) -> list[str | None]:
    return [one.name for one in Places(document).at(f"{pointer}/items")]


async def test_a_dish_is_added_moved_and_removed_and_each_step_is_taken_back(
    tini: Owner, conn: asyncpg.Connection
) -> None:
    root = f"/sites/{tini.site_id}/texts"
    section = f"{root}/section?at={AT}"
    before = names(CONTENT)
    page = (await tini.get(section)).text
    way = f"{root}/entry?at={AT}&amp;list=items"
    assert way in page
    form = await tini.get(way.replace("&amp;", "&"))
    sent = fields_of(form.text, f"{root}/entry")
    assert {"name", "price/amount", "text"} <= sent.keys()
    missing = await tini.post(f"{root}/entry", {**sent, "price/amount": "12rb"})
    assert missing.status == 422
    assert 'value="12rb"' in missing.text
    done = await tini.post(f"{root}/entry", {**sent, "name": "Lontong Sayur", "price/amount": "12rb"})
    assert done.status == 303, done.text
    added = f"items/{len(before)}"
    assert done.headers["Location"] == f"{section}&open={added}&done=entry_added#entry-{added}"
    assert names(await draft_of(conn, tini)) == [*before, "Lontong Sayur"]
    assert (await draft_of(conn, tini))["pages"][0]["sections"][1]["items"][-1]["id"] == "lontong-sayur"
    assert "Lontong Sayur" in (await preview(tini))[2].text
    # What was typed elsewhere in the form is saved with the step.
    sent = fields_of((await tini.get(section)).text, f"{root}/section")
    done = await tini.post(f"{root}/section", {**sent, "title": "Menu kami", "do": f"up-{added}"})
    assert done.headers["Location"].endswith(f"#entry-items/{len(before) - 1}")
    now = await draft_of(conn, tini)
    assert names(now) == [*before[:-1], "Lontong Sayur", before[-1]]
    assert now["pages"][0]["sections"][1]["title"] == "Menu kami"
    sent = fields_of((await tini.get(section)).text, f"{root}/section")
    assert (await tini.post(f"{root}/section", {**sent, "do": "remove-items/0"})).status == 303
    assert names(await draft_of(conn, tini)) == [*before[1:-1], "Lontong Sayur", before[-1]]
    page = (await tini.get(section)).text
    undo = fields_of(page, f"/sites/{tini.site_id}/draft")
    assert (await tini.post(f"/sites/{tini.site_id}/draft", {**undo, "do": "undo"})).headers["Location"] == (
        f"{section}&done=undone"
    )
    assert names(await draft_of(conn, tini))[0] == before[0]
    # What another editor did meanwhile is not undone by an old page, nor by a made-up one.
    sent = fields_of(page, f"{root}/section")
    assert (await tini.post(f"{root}/section", {**sent, "do": "remove-items/0"})).status == 409
    sent = fields_of((await tini.get(section)).text, f"{root}/section")
    for odd in ("up-items/0", "down-items/99", "remove-items/999", "up-groups/0", "remove-locations/0"):
        assert (await tini.post(f"{root}/section", {**sent, "do": odd})).status == 409, odd
    for odd in ("remove-", "remove-items/-1", "remove-../x", "fly-items/0"):
        assert (await tini.post(f"{root}/section", {**sent, "do": odd})).status == 303, odd  # saves what was typed
    for at, shelf in (
        (AT, "x"),
        (AT, "groups/0/items"),
        ("/site", "items"),
        ("/pages/9/sections/0", "items"),
        ("", ""),
    ):
        assert (await tini.get(f"{root}/entry?at={at}&list={shelf}")).status == 404
        assert (await tini.post(f"{root}/entry", {"at": at, "list": shelf, "name": "x"})).status == 404
    new = fields_of((await tini.get(f"{root}/entry?at={AT}&list=items")).text, f"{root}/entry")
    assert (await tini.post(f"{root}/entry", {**new, "of": "menu:lain", "name": "x"})).status == 404


async def test_a_section_is_added_filled_and_removed(tini: Owner, conn: asyncpg.Connection) -> None:
    order, root = f"/sites/{tini.site_id}/order", f"/sites/{tini.site_id}/texts"
    page = (await tini.get(order)).text
    sent = {**fields_of(page, order), "do": "new", "kind": "gallery", "after": ""}
    done = await tini.post(order, sent)
    at = done.headers["Location"].partition("at=")[2].partition("&")[0]
    now = await draft_of(conn, tini)
    assert now["pages"][0]["sections"][-1] == {"id": "gallery", "type": "gallery", "title": "Galeri"}
    assert (await tini.post(order, {**sent, "kind": "faq"})).status == 409
    # Photos come several at once; a stranger's are nobody's.
    way = f"{root}/entry?at={at}&list=items"
    new = fields_of((await tini.get(way)).text, f"{root}/entry")
    stranger = await insert(
        conn,
        "pictures",
        {"website_id": await make_site(conn), "name": f"{'c' * 32}-1x1", "fallback": "jpg", "bytes": 1},
    )
    assert (await tini.post(f"{root}/entry", {**new, "picture": str(stranger)})).status == 404
    assert (await tini.post(f"{root}/entry", {**new, "picture": ["none", ""]})).status == 422
    assert (await tini.post(f"{root}/entry", {**new, "picture": [str(tini.picture_id)] * 2})).status == 303
    now = await draft_of(conn, tini)
    photo = {"src": f"/_media/{NAME}/600.jpg", "alt": "Sepiring"}
    assert [one["image"] for one in now["pages"][0]["sections"][-1]["items"]] == [photo, photo]
    assert f"/_media/{NAME}/" in (await preview(tini))[2].text
    # It goes with what it showed; the last step brings both back.
    rows = (await tini.get(order)).text
    place = rows.rpartition('value="remove-')[2].partition('"')[0]
    assert (await tini.post(order, {**fields_of(rows, order), "do": f"remove-{place}"})).status == 303
    now = await draft_of(conn, tini)
    assert len(now["pages"][0]["sections"]) == len(CONTENT["pages"][0]["sections"])  # type: ignore[index]
    assert "gallery" not in (await tini.get(f"{order}/sample", **{"Sec-Fetch-Dest": "iframe"})).text
    sent = fields_of((await tini.get(order)).text, order)
    for odd in ({"do": "new", "kind": "hero"}, {"do": "new", "kind": "x"}, {"do": "remove-999"}, {"do": "drop-0"},
                {"do": "new", "kind": "text", "page": "/x"}):  # fmt: skip
        assert (await tini.post(order, {**sent, **odd})).status == 422, odd
    # Testimonials that an owner writes are the owner's word.
    assert (await tini.post(order, {**sent, "do": "new", "kind": "testimonials"})).status == 303
    assert (await draft_of(conn, tini))["pages"][0]["sections"][-1]["provenance"] == "owner"


SPELLINGS: tuple[Any, ...] = (
    [{"name": "A"}, {"name": "B"}, {"name": "C"}],
    ["A", "B", "C"],
    [None, {"question": "A"}, None, "B", {"id": "c", "title": "C"}],
    {"a": {"name": "A"}, "b": {"name": "B"}, "c": {"name": "C"}},
)


@pytest.mark.parametrize("listed", SPELLINGS, ids=range(len(SPELLINGS)))
def test_entries_are_moved_however_the_document_spells_their_list(listed: Any) -> None:
    document = {"pages": {"/": {"sections": {"menu-1": {"type": "menu", "cards": listed}}}}}
    at, before = "/pages/0/sections/0", copy.deepcopy(document)
    items = f"{at}/items"
    assert names(entries.moved(document, f"{items}/2", -1), at) == ["A", "C", "B"]
    assert names(entries.moved(document, f"{items}/0", 1), at) == ["B", "A", "C"]
    assert names(entries.removed(document, f"{items}/1"), at) == ["A", "C"]
    text, entry = with_newcomer(document, at, "items", {"name": "D", "price/amount": "5rb"})
    assert (names(json.loads(text), at), entry) == (["A", "B", "C", "D"], "items/3")
    priced = write_fields(document, at, {"items/1/price/amount": "7.000"})
    assert Places(priced).at(f"{items}/1/price").amount == "7.000"
    assert names(priced, at) == ["A", "B", "C"]
    assert document == before
    for odd in ("/3", "/-1", "/x", ""):
        with pytest.raises(entries.NoSuchEntry):
            entries.removed(document, items + odd)


def test_translations_and_vouches_go_with_what_they_are_about() -> None:
    said = [{"name": "Rice"}, {"name": "Tea"}, {"name": "Coffee"}]
    document: dict[str, Any] = {
        "pages": [
            {
                "path": "/",
                "sections": [
                    {"type": "menu", "items": ["Nasi", "Teh", {"name": "Kopi"}]},
                    {"type": "testimonials", "items": [{"text": "Enak"}]},
                    {"type": "statistics", "items": [{"value": "9"}]},
                ],
            }
        ],
        "translations": {"en": {"pages": {"/": {"sections": [{"items": said}, {"title": "Said"}, {"title": "Sums"}]}}}},
        "provenance": {"/pages/0/sections/1": "owner", "/pages/0/sections/10": "owner", "/site/contact": "owner"},
    }
    shelf = "/translations/0/pages/0/sections/0"
    menu = "/pages/0/sections/0/items"
    assert names(entries.removed(document, f"{menu}/0"), shelf) == ["Tea", "Coffee"]
    assert names(entries.moved(document, f"{menu}/2", -1), shelf) == ["Rice", "Coffee", "Tea"]
    short = copy.deepcopy(document)
    short["translations"]["en"]["pages"]["/"]["sections"][0]["items"] = said[:1]
    assert names(entries.moved(short, f"{menu}/0", 1), shelf) == [None, "Rice"]
    made = entries.removed(document, "/pages/0/sections/0")
    titles = [one.title for one in Places(made).at("/translations/0/pages/0/sections")]
    assert titles == ["Said", "Sums"]
    assert made["provenance"] == {
        "/pages/0/sections/0": "owner",
        "/pages/0/sections/9": "owner",
        "/site/contact": "owner",
    }
    # What stood after the one that was vouched for is not vouched for now.
    gone = entries.removed(document, "/pages/0/sections/1")
    assert "/pages/0/sections/1" not in gone["provenance"]
    listed = {**document, "provenance": [{"at": "/pages/0/sections/2", "by": "owner"}, "x"]}
    assert entries.removed(listed, "/pages/0/sections/1")["provenance"][0]["at"] == "/pages/0/sections/1"


def test_groups_branches_and_what_is_full() -> None:
    document: dict[str, Any] = {
        "pages": [{"sections": [{"type": "menu", "groups": [{"name": "Pagi", "items": ["A"]}]}]}]
    }
    at = "/pages/0/sections/0"
    text, _ = with_newcomer(document, at, "groups/0/items", {"name": "B"})
    text, entry = with_newcomer(json.loads(text), at, "groups", {"name": "Malam"})
    assert entry == "groups/1"
    groups = Places(json.loads(text)).at(f"{at}/groups")
    assert [(one.name, [item.name for item in one.items]) for one in groups] == [("Pagi", ["A", "B"]), ("Malam", [])]
    text, _ = with_newcomer({}, "/site", "locations", {"name": "Cabang Dago", "address/street": "Jl. Dago 1"})
    assert json.loads(text)["site"]["locations"][0]["address"] == {"street": "Jl. Dago 1"}
    with pytest.raises(TextsWrong):
        with_newcomer(document, at, "groups/0/items", {"name": "n/a"})
    with pytest.raises(TextsWrong):
        with_newcomer(document, at, "groups/0/items", {"name": "x" * 2_000})
    full = {"pages": [{"sections": [{"type": "menu", "items": ["A"] * 300}]}]}
    with pytest.raises(entries.NoRoom):
        newcomer(full, at, "items")


async def test_words_of_another_language_are_changed_from_its_preview(tini: Owner, conn: asyncpg.Connection) -> None:
    root, way = f"/sites/{tini.site_id}/texts", f"/sites/{tini.site_id}/texts/translation?at={AT}&lang=en"
    english = {"language": "en", "pages": [{"path": "/", "sections": [{"id": "menu-1", "title": "Our menu"}]}]}
    content = {**CONTENT, "language": "id", "languages": ["id", "en"], "translations": [english]}
    await conn.execute("UPDATE websites SET generated_content = $1 WHERE id = $2", json.dumps(content), tini.site_id)
    shown = (await preview(tini, "/en"))[2].text
    assert f'{root}/section?at=/generated_content{AT}&amp;lang=en" data-edits="menu-1"' in shown
    on = await tini.get(f"{root}/section?at=/generated_content{AT}&lang=en&said=Our+menu")
    assert on.headers["Location"].startswith(f"{root}/translation?at=")
    page = (await tini.get(on.headers["Location"])).text
    assert 'value="Our menu"' in page
    assert " autofocus" in page
    assert "<bdi>Pecel</bdi>" in page
    sent = fields_of(page, f"{root}/translation")
    done = await tini.post(
        f"{root}/translation", {**sent, "title": "Menu", "items/1/name": "Vegetables in peanut sauce"}
    )
    assert done.headers["Location"] == f"{way}&done=texts_changed"
    now = await draft_of(conn, tini)
    assert {**now, "translations": None} == {**content, "translations": None}
    assert "Vegetables in peanut sauce" in (await preview(tini, "/en"))[2].text
    assert "Vegetables" not in (await preview(tini))[2].text
    late = await tini.post(f"{root}/translation", {**sent, "title": "Late"})
    assert late.status == 409
    assert 'value="Late"' in late.text
    again = fields_of((await tini.get(way)).text, f"{root}/translation")
    for odd in ({"title": "x" * 1_001}, {"title": "n/a"}):
        assert (await tini.post(f"{root}/translation", {**again, **odd})).status == 422
    for odd in ({"lang": "fr"}, {"lang": ""}, {"at": "/pages/9/sections/0"}, {"at": "x"}):
        assert (await tini.post(f"{root}/translation", {**again, **odd})).status == 404
        assert (await tini.get(f"{root}/translation?at={odd.get('at', AT)}&lang={odd.get('lang', 'en')}")).status == 404


OWN: tuple[Any, ...] = (
    {"pages": [{"path": "/", "sections": [{"id": "m", "type": "menu", "title": "A", "items": ["B", {"name": "C"}]}]}]},
    {"sections": [{"type": "menu", "title": "A", "items": [{"id": "b", "name": "B"}, {"id": "c", "name": "C"}]}]},
    {"pages": {"/": {"sections": {"m": {"type": "menu", "heading": "A", "cards": {"b": {"name": "B"}, "c": "C"}}}}}},
)


@pytest.mark.parametrize("own", OWN, ids=range(len(OWN)))
@pytest.mark.parametrize("said", [{"en": {}}, [{"language": "en"}], {"en": {"pages": {"/": {"sections": {}}}}}])
def test_a_translation_is_made_where_there_was_none(own: Any, said: Any) -> None:
    document, at = {**own, "translations": said}, "/pages/0/sections/0"
    before = copy.deepcopy(document)
    wanted = {"title": "Eh", "items/1/name": "Sea"}
    made = json.loads(tongues.write_translated(document, at, "en", wanted))
    found = {one.field.name: one.field.value for one in tongues.read_translated(Places(made), at, "en") or ()}
    assert found == {"title": "Eh", "items/0/name": "", "items/1/name": "Sea"}
    assert {**made, "translations": said} == before == document
    made = json.loads(tongues.write_translated(made, at, "en", {"items/0/name": "Bee", "title": ""}))
    found = {one.field.name: one.field.value for one in tongues.read_translated(Places(made), at, "en") or ()}
    assert found == {"title": "", "items/0/name": "Bee", "items/1/name": "Sea"}


@pytest.mark.parametrize("number", range(12, 24))
def test_no_document_is_too_odd_to_be_arranged(number: int) -> None:
    """What is done to it reads as it was meant, or nothing is done."""
    columns = {**dict.fromkeys(("generated_content", "components_config")), **trial(number).columns}
    try:
        document = read(columns["generated_content"] or "{}")
    except Unmergeable:
        document = {}
    document = document if isinstance(document, dict) else {}
    columns["generated_content"] = json.dumps(document)
    before = order.arrangement(columns, ("hero", "menu", "contact"))
    places = Places(document)
    for path in list(before.pages)[:3]:
        with contextlib.suppress(entries.NoRoom):
            added, at = furnishing.with_section(before, document, path, "faq", "Tanya jawab", -1)
            assert Places(json.loads(added["generated_content"])).at(at).type == "faq"
            assert any(row.kind == "faq" for row in order.arrangement({**columns, **added}, ()).rows(path))
        for row in before.rows(path)[:3]:
            with contextlib.suppress(entries.NoRoom):
                gone = furnishing.without_section(before, document, path, row.place, row.is_new)
                order.arrangement({**columns, **gone}, ())
    for line in list_sections(places)[:6]:
        for shelf, _ in shelves_of(places, line.pointer):
            listed = places.at(f"{line.pointer}/{shelf}")
            with contextlib.suppress(entries.NoRoom):
                made, entry = with_newcomer(document, line.pointer, shelf, SAID)
                assert title_of(Places(json.loads(made)).at(f"{line.pointer}/{entry}")) in SAID.values()
            for index in range(min(len(listed), 3)):
                with contextlib.suppress(entries.NoRoom):
                    left = entries.removed(document, f"{line.pointer}/{shelf}/{index}")
                    assert Places(left).at(f"{line.pointer}/{shelf}") == listed[:index] + listed[index + 1 :]
        for tag in tongues.tongues_of(places):
            with contextlib.suppress(LookupError, TextsWrong):
                tongues.write_translated(document, line.pointer, tag, {"title": "Title"})
    empty: dict[str, Any] = {**columns, "generated_content": "{}", "components_config": "[]"}
    added, at = furnishing.with_section(order.arrangement(empty, ()), {}, "/", "menu", "Menu", -1)
    assert at == "/pages/0/sections/0"
    assert json.loads(added["components_config"]) == [{"id": "menu", "type": "menu", "page": "/"}]
