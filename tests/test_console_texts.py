"""Texts and photos of sections: changed in the draft where their writer put them, and found from what was tapped."""

import copy
import html
import re
from typing import Any

import asyncpg
import pytest

from renderer.console.editing import texts
from renderer.console.editing.fields import TextsWrong
from renderer.console.editing.places import Places
from renderer.console.editing.rewriting import write_fields
from renderer.themes.pictures.focus import PLACES, place_of, point_of
from tests.editors import NAME, draft_of, fields_of, preview
from tests.factories import insert, make_site
from tests.owners import HOST, Owner
from tests.showcase import CONTENT
from tests.test_inbox import make_lead

HERO, AT = "/pages/0/sections/0", "/pages/0/sections/1"


async def test_a_tapped_text_is_changed_in_the_draft_and_the_preview_shows_it(
    tini: Owner, conn: asyncpg.Connection
) -> None:
    root = f"/sites/{tini.site_id}/texts"
    listed = (await tini.get(root)).text
    assert f'href="{root}/section?at={AT}"' in listed
    host, cookies, page = await preview(tini)
    policy = page.headers["Content-Security-Policy"]
    assert len(re.findall(r"script-src(?: 'sha256-[^']+')+;", policy)) == 1
    way = re.search(rf'href="http://{HOST}[^/]*({root}/section\?at=[^"]+)" data-edits="menu-1"', page.text)
    assert way
    form = await tini.get(html.unescape(way[1]) + "&said=Pecel")
    assert re.search(r'name="items/1/name" value="Pecel"[^>]* autofocus', form.text)
    sent = fields_of(form.text, f"{root}/section")
    done = await tini.post(f"{root}/section", {**sent, "items/1/name": "Pecel Madiun", "intro": "Tiap hari.\r\n"})
    assert done.headers["Location"] == f"{root}/section?at={AT}&done=texts_changed"
    expected = copy.deepcopy(CONTENT)
    expected["pages"][0]["sections"][1]["items"][1]["name"] = "Pecel Madiun"  # type: ignore[index]
    expected["pages"][0]["sections"][1]["intro"] = "Tiap hari."  # type: ignore[index]
    assert await draft_of(conn, tini) == expected
    shown = await tini.visitor.get(host, "/", headers={"Cookie": cookies})
    assert "Pecel Madiun" in shown.text
    assert "Pecel Madiun" not in (await tini.visitor.get("warung.sites.test")).text
    # Of two editors the second is told, and keeps what was typed.
    late = await tini.post(f"{root}/section", {**sent, "title": "Ketikan kedua"})
    assert late.status == 409
    assert 'value="Ketikan kedua"' in late.text
    assert "Sekarang tersimpan: Pecel Madiun" in late.text
    again = fields_of(late.text, f"{root}/section")
    assert (await tini.post(f"{root}/section", again)).status == 303
    # What is not the owner's to lose.
    empty = await tini.post(f"{root}/section", {**fields_of((await tini.get(f"{root}/section?at={AT}")).text,
                                                            f"{root}/section"), "items/0/name": " "})  # fmt: skip
    assert empty.status == 422
    assert (await tini.get(f"{root}?done=drafted")).status == 200


async def test_a_link_that_was_given_away_leads_nobody_to_the_console(tini: Owner) -> None:
    host, cookies, _ = await preview(tini)
    shared = cookies.partition(";")[0]
    plain = await tini.visitor.get(host, "/", headers={"Cookie": shared})
    assert "data-edits" not in plain.text
    assert "<script>(function () {\n  var bar" not in plain.text
    assert (await tini.visitor.get(host, "/", headers={"Cookie": "preview-edit=1"})).status == 404
    off = await tini.visitor.get(host, "/_preview/edit?to=//evil.example", headers={"Cookie": cookies})
    assert "evil" not in off.headers.get("Location", "")


async def test_a_photo_is_chosen_for_a_place_and_taken_away_again(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}/texts"
    choice = f"{root}/picture?at={HERO}&field=image"
    page = (await tini.get(choice)).text
    sent = fields_of(page, f"{root}/picture")
    assert f'value="{tini.picture_id}"' in page
    assert (await tini.post(f"{root}/picture", {**sent, "picture": tini.picture_id})).status == 303
    src = f"/_media/{NAME}/600.jpg"
    section = (await draft_of(conn, tini))["pages"][0]["sections"][0]
    assert section["image"] == {"src": src, "alt": "Sepiring"}
    _, _, shown = await preview(tini)
    assert f'<source type="image/webp" srcset="/_media/{NAME}/320.webp 320w' in shown.text
    assert 'width="600" height="400"' in shown.text
    tapped = await tini.get(f"{root}/section?at={HERO}&src={src}")
    assert tapped.headers["Location"] == choice
    form = (await tini.get(f"{root}/section?at={HERO}")).text
    assert f"/pictures/{tini.picture_id}/320.webp" in form
    sent = fields_of((await tini.get(choice)).text, f"{root}/picture")
    assert (await tini.post(f"{root}/picture", {**sent, "picture": "none"})).status == 303
    section = (await draft_of(conn, tini))["pages"][0]["sections"][0]
    assert section.get("image") is None
    # The logo, which stands on every page, is chosen in the same way.
    place = f"{root}/picture?at=/site&field=logo"
    sent = fields_of((await tini.get(place)).text, f"{root}/picture")
    assert (await tini.post(f"{root}/picture", {**sent, "picture": tini.picture_id})).status == 303
    assert (await draft_of(conn, tini))["site"]["logo"] == {"src": src, "alt": "Sepiring"}
    assert f'/_media/{NAME}/320.jpg" alt="" height="44"' in (await preview(tini))[2].text
    assert write_fields({}, "/site", {"logo": src}) == {"site": {"logo": {"src": src}}}
    stranger = await make_site(conn)
    other = await insert(
        conn, "pictures", {"website_id": stranger, "name": f"{'c' * 32}-1x1", "fallback": "jpg", "bytes": 1}
    )
    sent = fields_of((await tini.get(choice)).text, f"{root}/picture")
    for chosen in (other, "x", ""):
        assert (await tini.post(f"{root}/picture", {**sent, "picture": chosen})).status == 404


async def test_the_part_of_a_photo_that_always_shows_is_tapped(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}/texts"
    section, choice = f"{root}/section?at={HERO}", f"{root}/picture?at={HERO}&field=image"
    for chosen in (tini.picture_id, None):
        sent = fields_of((await tini.get(choice)).text, f"{root}/picture")
        assert (await tini.post(f"{root}/picture", {**sent, "picture": chosen or "none"})).status == 303
        if chosen is None:
            break
        sent = fields_of((await tini.get(section)).text, f"{root}/section")
        assert sent["image/focus"] == "cm"
        assert (await tini.post(f"{root}/section", {**sent, "image/focus": "xx"})).status == 422
        assert (await tini.post(f"{root}/section", {**sent, "image/focus": "rt"})).status == 303
        image = (await draft_of(conn, tini))["pages"][0]["sections"][0]["image"]
        assert image["focus"] == [0.83, 0.17]
        assert 'class="photo f-rt"' in (await preview(tini))[2].text
        assert fields_of((await tini.get(section)).text, f"{root}/section")["image/focus"] == "rt"
    assert "image/focus" not in fields_of((await tini.get(section)).text, f"{root}/section")


async def test_the_overview_leads_to_what_waits(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}"
    page = (await tini.get("/")).text
    assert f'href="{root}/facts#hours"' in page
    assert f'href="{root}/draft"' not in page
    assert f'<dt><a href="{root}/leads"' not in page
    assert tini.site_id
    await make_lead(conn, tini.site_id)
    sent = fields_of((await tini.get(f"{root}/texts/section?at={HERO}")).text, f"{root}/texts/section")
    assert (await tini.post(f"{root}/texts/section", {**sent, "title": "Baru"})).status == 303
    page = (await tini.get("/")).text
    assert f'href="{root}/draft">draf belum tayang<' in page
    assert f'<dt><a href="{root}/leads"' in page
    gone = await tini.get("/nothing")
    assert gone.status == 404
    assert "Ke ringkasan" in gone.text


def test_each_place_of_a_photo_is_drawn_as_it_was_tapped_whatever_stood_there() -> None:
    assert [place_of(point_of(one)) for one in PLACES] == list(PLACES)
    for image in ("/a.jpg", {"src": "/a.jpg", "focus": [9, -1], "extra": 1}, {"url": "/a.jpg", "focus": "left"}):
        document = {"pages": [{"sections": [{"type": "hero", "image": image}]}]}
        made = write_fields(document, HERO, {"image/focus": "lb"})
        picture = Places(made).at(f"{HERO}/image")
        assert (picture.src, picture.focus) == ("/a.jpg", point_of("lb"))
        assert Places(write_fields(made, HERO, {"image": "/b.jpg"})).at(f"{HERO}/image").focus == []
        untouched = {one.name: one.value for one in texts.read_fields(Places(document), HERO) or ()}
        assert write_fields(document, HERO, untouched) == document


async def test_what_leads_nowhere_is_told_in_words(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}/texts"
    for at in (
        "",
        "/",
        "/pages/9/sections/0",
        "/pages/0/sections/-1",
        "/site/name",
        "x" * 400,
        "/pages/0/sections/1/x",
    ):
        assert (await tini.get(f"{root}/section?at={at}")).status == 404
        assert (await tini.post(f"{root}/section", {"at": at, "title": "x"})).status == 404
        assert (await tini.get(f"{root}/picture?at={at}&field=image")).status == 404
    assert (await tini.get(f"{root}/picture?at={AT}&field=title")).status == 404
    await conn.execute("UPDATE websites SET generated_content = '{\"pages\": 1e99999}' WHERE id = $1", tini.site_id)
    assert (await tini.get(root)).status in (200, 422)
    await conn.execute("UPDATE websites SET generated_content = '[]' WHERE id = $1", tini.site_id)
    assert (await tini.get(root)).status == 422


SPELLINGS: tuple[tuple[Any, str, str], ...] = (
    ({"pages": [{"sections": [{"title": "A"}]}]}, "title", "A"),
    ({"pages": {"/": {"sections": {"hero-1": {"subTitle": "A"}}}}}, "intro", "A"),
    ({"sections": [{"heading": "A", "items": ["Kopi", "Teh"]}]}, "items/1/name", "Teh"),
    ({"pages": [None, {"sections": [3, {"items": {"a": {"question": "Kapan?"}}}]}]}, "items/0/name", "Kapan?"),
    ({"pages": [{"sections": [{"text": {"type": "markdown", "text": "**A**"}}]}]}, "text", "**A**"),
    ({"pages": [{"sections": [{"cta": "Pesan", "buttons": [{"text": "Klik"}]}]}]}, "actions/0/label", "Klik"),
)  # fmt: skip


@pytest.mark.parametrize(("document", "name", "said"), SPELLINGS, ids=range(len(SPELLINGS)))
def test_a_text_is_changed_however_the_document_spells_it(document: Any, name: str, said: str) -> None:
    before = copy.deepcopy(document)
    places = Places(document)
    pointer = texts.list_sections(places)[-1].pointer
    fields = {field.name: field.value for field in texts.read_fields(places, pointer) or ()}
    assert fields[name] == said
    wanted = {"title": "Judul baru", name: "Lain sama sekali"}
    made = write_fields(document, pointer, wanted)
    after = {field.name: field.value for field in texts.read_fields(Places(made), pointer) or ()}
    assert after == {**fields, **wanted}
    assert document == before


def test_documents_of_other_editors_and_what_reads_as_nothing_stay() -> None:
    rich = {"type": "doc", "content": [{"type": "paragraph"}]}
    document = {"pages": [{"sections": [{"type": "text", "title": "A", "text": rich}]}]}
    fields = texts.read_fields(Places(document), "/pages/0/sections/0") or []
    assert next(field.kind for field in fields if field.name == "text") == "foreign"
    made = write_fields(document, "/pages/0/sections/0", {"text": "hilang", "title": "B"})
    assert made["pages"][0]["sections"][0] == {"type": "text", "title": "B", "text": rich}
    with pytest.raises(TextsWrong):
        write_fields(document, "/pages/0/sections/0", {"title": "n/a"})
    with pytest.raises(TextsWrong):
        write_fields(document, "/pages/0/sections/0", {"title": "x" * 1_001})
