"""Whole pages of a site: added with a text to write, and removed with all that was said of them."""

import copy
import json
from typing import Any

import asyncpg
import pytest

from renderer.console.designing import further_pages, order
from renderer.console.editing.entries import NoRoom
from renderer.themes.plan import MOST_PAGES
from tests.editors import draft_of, fields_of, make_editor, preview
from tests.owners import Owner
from tests.serving import Serve
from tests.showcase import CONTENT

ABOUT = {
    "path": "/tentang",
    "title": "Tentang",
    "sections": [{"id": "cerita", "type": "about", "text": "Resep nenek."}],
}
WORDS = {"id": "kata", "type": "testimonials", "items": [{"name": "Dewi", "text": "Enak."}]}
PRAISE = {"path": "/kata", "title": "Kata mereka", "sections": [WORDS]}


def arranged(document: Any, components: Any = ()) -> order.Arrangement:
    columns = {"generated_content": json.dumps(document), "components_config": json.dumps(list(components))}
    return order.arrangement(columns, ("hero", "menu"))


async def send(owner: Owner, path: str, **fields: str) -> Any:
    root = f"/sites/{owner.site_id}/order"
    form = fields_of((await owner.get(f"{root}{path}")).text, f"{root}/pages")
    return await owner.post(f"{root}/pages", {**form, **fields})


async def test_a_page_is_added_written_and_published(tini: Owner, conn: asyncpg.Connection) -> None:
    root = f"/sites/{tini.site_id}"
    made = await send(tini, "", do="new", title=" Cara   Pesan ")
    form, _, done = made.headers["Location"].partition("&")
    assert (form, done) == (f"{root}/texts/section?at=/pages/1/sections/0", "done=page_added")
    sent = fields_of((await tini.get(form)).text, f"{root}/texts/section")
    assert sent["title"] == "Cara Pesan"
    assert (await tini.post(f"{root}/texts/section", {**sent, "text": "Lewat WhatsApp saja."})).status == 303
    assert "Lewat WhatsApp saja." in (await preview(tini, "/cara-pesan"))[2].text
    assert 'href="/cara-pesan"' in (await preview(tini))[2].text
    assert "Makan siang" in (await preview(tini))[2].text  # the home page stands as it did
    assert (await tini.visitor.get("warung.sites.test", "/cara-pesan")).status == 404
    draft = fields_of((await tini.get(f"{root}/draft")).text, f"{root}/draft")
    assert (await tini.post(f"{root}/draft", {**draft, "do": "publish"})).status == 303
    assert (await tini.visitor.get("warung.sites.test", "/cara-pesan")).status == 200
    for title, path in (("Cara pesan", "/cara-pesan-2"), ("Blog", "/blog-2"), ("☕", "/halaman"), ("<b>", "/b")):
        assert (await send(tini, "?page=/cara-pesan", do="new", title=title)).status == 303, title
        page = (await draft_of(conn, tini))["pages"][-1]
        assert (page["title"], page["path"]) == (title, path)
    for title in ("", "  ", "x" * (further_pages.MOST_TITLE + 1)):
        assert (await send(tini, "", do="new", title=title)).status == 422, title
    assert (await send(tini, "", do="new", title="Lain", seen="1")).status == 409


async def test_a_page_is_removed_and_comes_back_with_one_step(serve: Serve, conn: asyncpg.Connection) -> None:
    english = {
        "language": "en",
        "pages": [{"path": "/kata", "title": "Praise"}, {"path": "/tentang", "title": "About"}],
    }
    content = {**CONTENT, "pages": [*CONTENT["pages"], ABOUT, PRAISE], "translations": [english]}  # type: ignore[misc]
    tini = await make_editor(serve, conn, content)
    root = f"/sites/{tini.site_id}"
    gone = await send(tini, "?page=/tentang", do="remove")
    assert gone.headers["Location"] == f"{root}/order?done=page_removed"
    now = await draft_of(conn, tini)
    assert [page.get("path") for page in now["pages"]] == ["/", "/kata"]
    assert now["translations"] == [{"language": "en", "pages": [{"path": "/kata", "title": "Praise"}]}]
    assert (await preview(tini, "/tentang"))[2].status == 404
    assert (await tini.visitor.get("warung.sites.test", "/tentang")).status == 200
    for path in ("/", "/tentang", "/x", ""):
        assert (await send(tini, "", do="remove", page=path)).status == 422, path
    page = (await tini.get(f"{root}/order")).text
    undo = fields_of(page, f"{root}/draft")
    assert (await tini.post(f"{root}/draft", {**undo, "do": "undo"})).status == 303
    assert await draft_of(conn, tini) is None  # as it is live


@pytest.mark.parametrize("as_list", [True, False])
def test_nobody_vouches_for_another_pages_words_after_a_removal(as_list: bool) -> None:
    said = {
        "/pages/1/sections/0": "owner",
        "/pages/2/sections/0": "generated",
        "/pages/~1tentang/sections/cerita": "owner",
        "/pages/~1tentang-kami": "owner",
        "/pages/0": "owner",
    }
    stated: Any = [{"pointer": name, "by": by} for name, by in said.items()] if as_list else said
    document = {"pages": [{"path": "/", "sections": []}, ABOUT, PRAISE], "provenance": stated}
    kept = copy.deepcopy(document)
    columns = further_pages.without_page(arranged(document), document, "/tentang")
    assert document == kept
    now = json.loads(columns["generated_content"])["provenance"]
    found = {one["pointer"]: one["by"] for one in now} if as_list else now
    assert found == {"/pages/1/sections/0": "generated", "/pages/~1tentang-kami": "owner", "/pages/0": "owner"}


def test_what_stands_elsewhere_stays_and_an_order_that_is_written_is_never_empty() -> None:
    document = {"pages": [{"path": "/", "sections": []}, ABOUT, PRAISE]}
    entries = [
        {"id": "cerita", "type": "about", "page": "/tentang"},
        {"id": "kata", "type": "testimonials", "page": "/kata"},
    ]
    columns = further_pages.without_page(arranged(document, entries), document, "/tentang")
    assert json.loads(columns["components_config"]) == entries[1:]
    columns = further_pages.without_page(arranged(document, entries[:1]), document, "/tentang")
    assert json.loads(columns["components_config"]) == [{"type": "hero", "page": "/", "visible": False}]
    twice = {"pages": [{"path": "/", "sections": []}, ABOUT, ABOUT]}
    with pytest.raises(LookupError):
        further_pages.without_page(arranged(twice), twice, "/tentang")
    full = {"pages": [{"path": f"/p{number}", "sections": []} for number in range(MOST_PAGES)]}
    with pytest.raises(NoRoom):
        further_pages.with_page(arranged(full), full, "Lagi", "lagi", ())
