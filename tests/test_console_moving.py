"""A page that gets another address: in the draft, with all that names it, and with the old one leading to it."""

import json
from typing import Any

import asyncpg
import pytest

from renderer.console.designing.moving import columns_moved, old_addresses
from renderer.themes import Themes, read_site
from tests.editors import draft_of, fields_of, make_editor, preview
from tests.pages import source
from tests.serving import Serve
from tests.showcase import CONTENT

STORY = {"id": "cerita", "type": "text", "title": "Cerita", "text": "Sejak 1998."}
BUTTON = {"label": "Tentang", "to": {"kind": "page", "path": "/tentang"}}
HERO = {"id": "buka", "type": "hero", "title": "Makan siang", "actions": [BUTTON]}
PAGES = [{"path": "/", "sections": [HERO]}, {"path": "/tentang", "title": "Tentang", "sections": [STORY]},
         {"path": "/kontak", "title": "Kontak", "sections": [{**STORY, "id": "kontak"}]}]  # fmt: skip
ENGLISH = {"language": "en", "pages": [{"path": "/tentang", "title": "About"}, {"path": "/kontak", "as": "/contact"}]}


async def test_a_page_moves_with_its_links_and_its_old_address_leads_to_it(
    serve: Serve, conn: asyncpg.Connection
) -> None:
    content = {**CONTENT, "languages": ["id", "en"], "pages": PAGES, "translations": [ENGLISH]}
    tini = await make_editor(serve, conn, content)
    root, host = f"/sites/{tini.site_id}", "warung.sites.test"
    form = f"{root}/search?page=/tentang"
    sent = fields_of((await tini.get(form)).text, f"{root}/search")
    assert sent["address"] == "/tentang"
    for bad in ("/", "/blog/x", "/kontak", "/KONTAK/", "/contact", "/a b?", "/../x", "x" * 130):
        refused = await tini.post(f"{root}/search", {**sent, "address": bad, "title": "Ketikan", "do": "save"})
        assert refused.status == 422, bad
        assert 'value="Ketikan"' in refused.text
    assert await draft_of(conn, tini) is None
    done = await tini.post(f"{root}/search", {**sent, "address": " Tentang Kami ", "do": "save"})
    assert done.headers["Location"] == f"{root}/search?page=/tentang-kami&done=page_moved"
    page = (await tini.get(f"{root}/search?page=/tentang-kami")).text
    assert "mengarah ke sini: /tentang<" in page
    assert 'href="/tentang-kami"' in (await preview(tini))[2].text  # the button still says /tentang
    assert "About" in (await preview(tini, "/en/tentang-kami"))[2].text
    assert (await tini.visitor.get(host, "/tentang")).status == 200
    draft = fields_of((await tini.get(f"{root}/draft")).text, f"{root}/draft")
    assert (await tini.post(f"{root}/draft", {**draft, "do": "publish"})).status == 303
    for old, new in (("/tentang", "/tentang-kami"), ("/en/tentang", "/en/tentang-kami")):
        moved = await tini.visitor.get(host, old)
        assert (moved.status, moved.headers["Location"]) == (301, new)
        assert (await tini.visitor.get(host, new)).status == 200
    # Back again: nothing leads in a circle, and a step is taken back from a page that has that address no longer.
    sent = fields_of((await tini.get(f"{root}/search?page=/tentang-kami")).text, f"{root}/search")
    assert (await tini.post(f"{root}/search", {**sent, "address": "tentang", "do": "save"})).status == 303
    page = (await tini.get(form)).text
    assert "mengarah ke sini: /tentang-kami<" in page
    undo = fields_of(page, f"{root}/draft")
    undone = await tini.post(f"{root}/draft", {**undo, "do": "undo"})
    listed = await tini.get(undone.headers["Location"])
    assert (listed.status, listed.headers["Location"]) == (303, f"{root}/search?done=undone")


async def test_a_page_has_an_address_of_its_own_in_another_language(serve: Serve, conn: asyncpg.Connection) -> None:
    content = {**CONTENT, "languages": ["id", "en"], "pages": PAGES, "translations": [ENGLISH]}
    tini = await make_editor(serve, conn, content)
    root, host = f"/sites/{tini.site_id}", "warung.sites.test"
    numbers = {page["path"]: number for number, page in enumerate(PAGES) if "path" in page}
    action = f"{root}/texts/translation"
    form = f"{action}?at=/pages/{numbers['/tentang']}&lang=en"
    sent = fields_of((await tini.get(form)).text, action)
    assert sent["as_"] == ""
    for bad in ("/contact", "/kontak", "/", "/blog/x", "/a?b", "x" * 130):
        refused = await tini.post(action, {**sent, "as_": bad, "title": "Typed"})
        assert (refused.status, 'value="Typed"' in refused.text) == (422, True), bad
    assert await draft_of(conn, tini) is None
    assert (await tini.post(action, {**sent, "as_": "About us"})).status == 303
    assert (await preview(tini, "/about-us"))[2].status == 200
    # Another name, then none: what was given away before leads on.
    for number, (typed, old, new) in enumerate(
        (("about", "/about-us", "/about"), ("", "/about", "/en/tentang"), ("/en/tentang", "", "/en/tentang"))
    ):
        sent = fields_of((await tini.get(form)).text, action)
        assert (await tini.post(action, {**sent, "as_": typed})).status == 303, typed
        draft = fields_of((await tini.get(f"{root}/draft")).text, f"{root}/draft")
        assert (await tini.post(f"{root}/draft", {**draft, "do": "publish"})).status == 303
        assert (await tini.visitor.get(host, new)).status == 200
        if old:
            moved = await tini.visitor.get(host, old)
            assert (moved.status, moved.headers["Location"]) == (301, new), number
    # The home page stands below its language, and a section has no address.
    for at in (f"/pages/{numbers.get('/', 0)}", f"/pages/{numbers['/tentang']}/sections/0"):
        assert 'name="as_"' not in (await tini.get(f"{action}?at={at}&lang=en")).text


REDIRECTS = (
    None,
    "junk",
    {"/lama": "/tentang", "/baru": "/x", "/tentang": "/mana"},
    [
        {"source": "/lama", "target": "/tentang"},
        {"from": "/baru", "to": "/x"},
        "junk",
        {"from": "/tentang", "to": "/mana"},
    ],
)


@pytest.mark.parametrize("redirects", REDIRECTS, ids=range(len(REDIRECTS)))
@pytest.mark.parametrize("spelled", ["list", "map"])
def test_whatever_a_document_looks_like_its_page_moves(themes: Themes, redirects: Any, spelled: str) -> None:
    said = {"provenance": {"/pages/~1tentang/sections/suara": "owner"}}
    voices = {"id": "suara", "type": "testimonials", "items": [{"name": "Ani", "text": "Enak"}]}
    page = {"title": "Tentang", "sections": [voices]}
    pages: Any = [{"path": "/"}, {"path": "tentang/", **page}] if spelled == "list" else {"/": {}, "/tentang": page}
    values = {
        "generated_content": json.dumps({**said, "pages": pages}),
        "components_config": json.dumps({"a": {"id": "suara", "type": "testimonials", "page": "/tentang", "x": 1}}),
        "config": json.dumps({"Redirects": redirects, "timezone": "Asia/Jakarta"}),
    }
    columns = {**values, **columns_moved(values, "/tentang", "/baru")}
    site = read_site(themes, source(**columns))
    assert "Enak" in str(site.pages["/baru"].sections)
    assert site.redirect("/tentang") == "/baru"
    config = json.loads(columns["config"])
    assert config["timezone"] == "Asia/Jakarta"
    assert json.loads(columns["components_config"])["a"] == {
        "id": "suara",
        "type": "testimonials",
        "page": "/baru",
        "x": 1,
    }
    lame = ["/lama"] if redirects not in (None, "junk") else []
    assert sorted(old_addresses(columns["config"], "/baru", site.paths)) == [*lame, "/tentang"]
    for nowhere in ("/", "/x"):
        with pytest.raises(LookupError):
            columns_moved(values, nowhere, "/y")
