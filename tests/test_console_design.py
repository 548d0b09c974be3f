"""What an owner chooses of a site's looks: shown with the site's own content, in frames of no origin."""

import contextlib
import html
import json
import re
from dataclasses import replace
from urllib.parse import urlencode

import asyncpg
import pytest

from renderer.console.designing import colours, findable, order
from renderer.console.designing.looks import NoSuchLook, choose, wardrobe
from renderer.console.designing.standing import Standing, TemplateRow
from renderer.console.designing.tokens import tokens_of, with_tokens
from renderer.console.designing.told import tell
from renderer.console.editing.places import Places
from renderer.console.words import words_for
from renderer.drafts import SITE
from renderer.drafts.merge import Unmergeable, read
from renderer.drafts.working import column_differences
from tests.factories import insert, make_site
from tests.owners import Owner
from tests.serving import Themes
from tests.showcase import CONTENT
from tests.test_console_draft import seen, step, tini, visitors_see
from tests.torture import trial

__all__ = ["tini"]


async def test_looks_are_shown_with_the_owners_own_content(tini: Owner, themes: Themes) -> None:
    page = await tini.get(f"/sites/{tini.site_id}/look")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frames = re.findall(r'<iframe src="([^"]+)"[^>]*sandbox=""', page.text)
    assert len(frames) == 1 + len(themes) + len(themes.get("pilar").manifest.variants)
    looks = set()
    for frame in frames[: 1 + len(themes)]:
        answer = await tini.get(frame.replace("&amp;", "&"), **{"Sec-Fetch-Dest": "iframe"})
        assert "Gudeg lengkap" in answer.text
        assert "<script" not in answer.text
        looks.add(answer.text)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.endswith("; sandbox")
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert "no-store" in answer.headers["Cache-Control"]
        assert re.search(r'<base href="https?://warung\.sites\.test[:0-9]*/">', answer.text)
        assert "<body inert" in answer.text
    assert len(looks) == len(themes)
    sample = f"/sites/{tini.site_id}/look/sample"
    for odd in ("?template=x", "?variant=..", "?scheme=%3Cb%3E"):
        assert (await tini.get(sample + odd)).status == 404
    assert (await tini.get(sample, **{"Sec-Fetch-Dest": "document"})).status == 404


async def test_a_theme_of_a_higher_tier_is_shown_as_such_and_not_given(
    tini: Owner, conn: asyncpg.Connection, themes: Themes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await conn.execute("UPDATE users SET subscription_tier = 'free'")
    bought = themes.get("etalase").manifest.model_copy(update={"min_subscription_tier": "pro", "base": "pilar"})
    monkeypatch.setitem(themes.get("etalase").__dict__, "manifest", bought)
    page = (await tini.get(f"/sites/{tini.site_id}/look")).text
    assert "Untuk paket berbayar" in page
    assert (await tini.post(f"/sites/{tini.site_id}/look", {"seen": "0", "template": "etalase"})).status == 422
    assert (await tini.get(f"/sites/{tini.site_id}/look/sample?template=etalase")).status == 404


VALUES = {**dict.fromkeys(SITE.columns), "template_id": "pilar", "template_variant": "buku"}


def test_another_theme_keeps_what_it_can_of_the_look(themes: Themes) -> None:
    rows = {one.id: TemplateRow(one.id, None, None, None) for one in themes}
    standing = Standing("s", "published", False, None, "free", (), rows)
    values = {**VALUES, "design_tokens": '{"scheme": "laut", "color": {"primary": "#123456"}, "spasi": {"x": 4}}'}
    changed = choose(themes, standing, values, None, template="spanduk")
    assert changed["template_variant"] in themes.get("spanduk").manifest.variants
    if "laut" not in themes.get("spanduk").manifest.schemes:
        assert tokens_of(changed["design_tokens"]) == {"color": {"primary": "#123456"}}
        assert "spasi" in changed["design_tokens"]
    chosen = choose(themes, standing, values, None, scheme="senja")
    assert tokens_of(chosen["design_tokens"]) == {"scheme": "senja"}
    with pytest.raises(NoSuchLook):
        choose(themes, Standing("s", "published", False, None, "free", (), {}), values, None, template="spanduk")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "[]",
        '"x"',
        "{",
        '{"colors": {"brand": {"500": "#ff0000"}}, "palette": {"primary": "#00ff00"}, "primaryColor": "#0000ff"}',
        '{"$type": "color", "color": {"primary": {"$value": "{base.red}"}}, "base": {"red": {"$value": "#ff0000"}}}',
        '{"light": {"color": {"primary": "red"}}, "dark": {"color": {"ground": "black"}}, "theme": "laut"}',
        '{"font": "pelat", "typography": {"heading": "Georgia"}, "radius": 4, "shape": {"radius": 12}}',
    ],
)
def test_tokens_in_any_spelling_are_replaced_and_nothing_old_shows_through(text: str | None) -> None:
    wanted = {"scheme": "senja", "font": {"pairing": "pelat"}}
    given = with_tokens(text, {**dict.fromkeys(("color", "dark", "radius", "density", "motif", "mode")), **wanted})
    assert tokens_of(given) == wanted
    assert tokens_of(with_tokens(given, {"color": {"primary": "#0b6e6e"}})) == {
        **wanted,
        "color": {"primary": "#0b6e6e"},
    }


async def test_sections_are_moved_and_hidden_in_the_draft(tini: Owner, conn: asyncpg.Connection) -> None:
    page = (await tini.get(f"/sites/{tini.site_id}/order")).text
    assert page.index("Pembuka") < page.index("Menu</bdi>")
    assert "up-0" not in page
    assert "belum ada isinya" in page  # it has no payments
    frame = re.search(r'<iframe src="([^"]+)"', page)
    assert frame is not None
    assert (await tini.get(frame[1].replace("&amp;", "&"))).text.index("seperti") > 0
    await step(tini, "order", page="/", do="hide-1")
    assert "Gudeg" not in (await tini.get(f"/sites/{tini.site_id}/order/sample?page=/")).text
    assert "Gudeg" in await visitors_see(tini)
    page = await step(tini, "order", page="/", do="down-0")
    assert "tersembunyi" in page
    listed = json.loads(await conn.fetchval("SELECT components_config FROM website_drafts"))
    assert [(one.get("id"), one["type"]) for one in listed][:2] == [("menu-1", "menu"), ("buka", "hero")]
    await step(tini, "order", page="/", do="show-0")
    screen = f"/sites/{tini.site_id}/order"
    version = seen((await tini.get(screen)).text)
    # Back to the line it stands on now, not to the top of a long list.
    moved = await tini.post(screen, {"seen": version, "page": "/", "do": "up-1"})
    assert moved.headers["Location"] == f"{screen}?done=drafted#line-1"
    version = seen((await tini.get(screen)).text)
    for odd in ("up-0", "down-99", "x", "", "hide--1", "add-0", "show-" + "9" * 300):
        assert (await tini.post(screen, {"seen": version, "page": "/", "do": odd})).status == 422
    assert (await tini.post(screen, {"seen": version, "page": "/x", "do": "hide-0"})).status == 422
    assert (await tini.get(f"{screen}?page=/x")).status == 404
    assert (await tini.get(f"{screen}/sample?page=//evil.test")).status == 404


LISTS = [
    None,
    "[]",
    "{",
    '[{"id": "buka", "type": "hero", "page": "/", "mine": 1}, {"id": "menu-1", "enabled": "no"}]',
    '{"components": {"menu-1": {"component": "menu"}, "hilang": {"type": "menu"}, "x": {"type": "nothing"}}}',
    '[3, {"type": "contact"}, {"type": "hero", "background": "band", "from": "2026-01-01"}]',
]


@pytest.mark.parametrize("text", LISTS)
def test_whatever_the_list_is_moving_down_and_up_again_changes_nothing(text: str | None) -> None:
    values = {"generated_content": json.dumps(CONTENT), "components_config": text}
    before = order.arrangement(values, ("hero", "menu", "contact"))
    rows = [row for row in before.rows("/") if not row.is_new]
    for row in rows[:-1]:
        down = {**values, "components_config": order.rearranged(before, "/", "down", row.place)}
        after = order.arrangement(down, ())
        place = next(one.place for one in rows if one.place > row.place)
        again = {**values, "components_config": order.rearranged(after, "/", "up", place)}
        assert order.arrangement(again, ()).entries == before.entries
    for row in before.rows("/"):
        deed = "add" if row.is_new else "hide" if row.is_shown else "show"
        changed = {**values, "components_config": order.rearranged(before, "/", deed, row.place)}
        shown = [one.is_shown for one in order.arrangement(changed, ()).rows("/")]
        assert len(shown) == len(before.rows("/"))
        assert sum(shown) == sum(one.is_shown for one in before.rows("/")) + (1 if deed != "hide" else -1)


async def test_colours_are_tried_shown_with_their_contrast_saved_and_left_again(
    tini: Owner, conn: asyncpg.Connection
) -> None:
    screen = f"/sites/{tini.site_id}/colours"
    typed = {"own-primary": "1", "primary": "#ff5500", "own-ground": "1", "ground": "#808080", "radius": "none"}
    assert ">Tanpa motif</option>" in (await tini.get(screen)).text
    # Who picks a colour means it, box or not.
    picked = await tini.post(screen, {"seen": "0", "do": "try", "was-primary": "#123456", "primary": "#ff5500"})
    assert 'name="own-primary" type="checkbox" value="1" checked' in picked.text
    left = await tini.post(screen, {"seen": "0", "do": "try", "was-primary": "#FF5500", "primary": "#ff5500"})
    assert 'name="own-primary" type="checkbox" value="1" checked' not in left.text
    tried = await tini.post(screen, {"seen": "0", "do": "try", **typed})
    assert tried.status == 200
    assert "belum disimpan" in tried.text
    assert "supaya terbaca" in tried.text  # no text reads on that grey
    assert " : 1, terbaca" in tried.text
    assert "kurang terbaca" not in tried.text
    frame = re.search(r'<iframe src="([^"]+)"', tried.text)
    assert frame is not None
    sample = await tini.get(html.unescape(frame[1]))
    assert "--c-brand:#ff5500" in sample.text
    assert await conn.fetchval("SELECT count(*) FROM website_drafts") == 0
    assert "--c-brand:#ff5500" not in (await tini.get(f"{screen}/sample")).text
    page = await step(tini, "colours", do="save", **typed)
    assert 'value="#ff5500"' in page
    assert "--c-brand:#ff5500" in (await tini.get(f"{screen}/sample")).text
    assert "Warna yang Anda atur sendiri" in (await tini.get(f"/sites/{tini.site_id}/look")).text
    assert "#808080, #ff5500" in (await tini.get(f"/sites/{tini.site_id}/draft")).text
    # A colour as a brand's book has it; what is none is said beside it, and kept.
    page = await step(
        tini, "colours", do="save", **{"was-primary": "#ff5500", "primary": "#ff5500", "hex-primary": "C60"}
    )
    assert 'name="hex-primary" value="#cc6600"' in page
    wrong = {"was-accent": "#112233", "accent": "#112233", "hex-accent": '"><b>teal', "radius": "none"}
    refused = await tini.post(screen, {"seen": seen(page), "do": "save", **wrong})
    assert refused.status == 422
    assert "Bukan kode warna" in refused.text
    assert 'value="&#34;&gt;&lt;b&gt;teal"' in refused.text
    assert seen((await tini.get(screen)).text) == seen(page)
    await step(tini, "colours", do="reset")
    assert await conn.fetchval("SELECT design_tokens FROM website_drafts") is None
    version = seen((await tini.get(screen)).text)
    for odd in ({"own-primary": "1", "primary": "red"}, {"pairing": "x"}, {"mode": "</style>"}, {"own-ink": "1"}):
        assert (await tini.post(screen, {"seen": version, "do": "save", **odd})).status == 422
        assert (await tini.get(f"{screen}/sample?try=1&{urlencode(odd)}")).status == 404
    late = await tini.post(screen, {"seen": "0", "do": "save", **typed})
    assert late.status == 409
    assert 'value="#ff5500"' in late.text


async def test_how_a_site_is_found_is_shown_checked_and_saved(tini: Owner, conn: asyncpg.Connection) -> None:
    screen, config = f"/sites/{tini.site_id}/search", '{"timezone": "Asia/Makassar", "Robots": "nofollow"}'
    await conn.execute("UPDATE websites SET config = $1 WHERE id = $2", config, tini.site_id)
    typed = {
        "title": "Gudeg dan pecel di Sleman",
        "description": "Masakan rumah, setiap hari kerja",
        "picture": "/foto/warung.jpg",
        "hidden": "1",
        "lines": "User-agent: GPTBot\r\nDisallow: /",
    }
    tried = await tini.post(screen, {"do": "try", **typed})
    assert '<p class="result-title"><bdi>Gudeg dan pecel di Sleman</bdi></p>' in tried.text
    assert "disembunyikan" in tried.text
    assert re.search(r'<img src="https?://warung\.sites\.test[:0-9]*/foto/warung\.jpg"', tried.text)
    page = await step(tini, "search", do="save", **typed)
    assert "User-agent: GPTBot\nDisallow: /" in page
    row = await conn.fetchrow("SELECT seo_title, seo_description, og_image_url, config FROM website_drafts")
    assert tuple(row)[:3] == (typed["title"], typed["description"], typed["picture"])
    assert json.loads(row["config"]) == {
        "timezone": "Asia/Makassar",
        "robots": "noindex, nofollow\nUser-agent: GPTBot\nDisallow: /",
    }
    await step(tini, "search", do="save", title="", description="", picture="", lines="")
    row = await conn.fetchrow("SELECT seo_title, seo_description, og_image_url, config FROM website_drafts")
    assert (row["seo_title"], json.loads(row["config"])) == (None, {"timezone": "Asia/Makassar"})
    card = await tini.get(f"{screen}/card.png")
    assert card.headers["Content-Type"] == "image/png"
    version = seen((await tini.get(screen)).text)
    for field, odd, said in (
        ("title", "x" * 71, "Terlalu panjang"),
        ("description", "<b>" + "x" * 400, "Terlalu panjang"),
        ("picture", "https://evil.test/x.png", "Bukan gambar"),
        ("picture", "javascript:alert(1)", "Bukan gambar"),
        ("lines", "Sitemap: x\nrm -rf", "bukan aturan"),
        ("lines", "User-agent: *\nDisallow: /", "menutup seluruh"),
    ):
        answer = await tini.post(screen, {"seen": version, "do": "save", field: odd})
        assert answer.status == 422, field
        assert said in answer.text
        assert "<b>x" not in answer.text
    assert (await tini.post(screen, {"seen": "99", "do": "save", "title": "Saya ketik"})).status == 409
    await conn.execute("DELETE FROM website_drafts")
    await conn.execute("UPDATE websites SET config = '{\"n\": 1e5000}' WHERE id = $1", tini.site_id)
    assert (await tini.get(screen)).status == 422
    assert (await tini.post(screen, {"seen": "0", "do": "save", "hidden": "1"})).status == 422


async def test_each_page_is_found_by_its_own_words_and_pictures_are_chosen(
    tini: Owner, conn: asyncpg.Connection
) -> None:
    root, screen = f"/sites/{tini.site_id}", f"/sites/{tini.site_id}/search"
    about = {"path": "/tentang", "title": "Tentang", "sections": [{"id": "t", "type": "text", "text": "Sejak 1998."}]}
    content = json.dumps({**CONTENT, "pages": [*CONTENT["pages"], about]})  # type: ignore[misc]
    await conn.execute(
        "UPDATE websites SET generated_content = $1, components_config = '[]' WHERE id = $2", content, tini.site_id
    )
    page = (await tini.get(f"{screen}?page=/tentang")).text
    assert 'value="Tentang"' in page
    assert "warung.sites.test › tentang" in page
    typed = {"page": "/tentang", "title": "Cerita kami", "description": "Dari gerobak ke warung"}
    tried = (await tini.post(screen, {"do": "try", **typed})).text
    assert '<p class="result-title"><bdi>Cerita kami' in tried
    assert "<p><bdi>Dari gerobak ke warung</bdi></p>" in tried
    assert await conn.fetchval("SELECT count(*) FROM website_drafts") == 0
    done = await tini.post(screen, {"seen": seen(page), "do": "save", **typed})
    assert done.headers["Location"] == f"{screen}?page=/tentang&done=drafted"
    text = await conn.fetchval("SELECT generated_content FROM website_drafts")
    assert json.loads(text)["pages"][1] == {**about, "title": "Cerita kami", "description": "Dari gerobak ke warung"}
    version = seen((await tini.get(screen)).text)
    for odd in ({"title": ""}, {"title": "x" * 71}, {"title": "n/a"}, {"title": "x", "description": "x" * 161}):
        assert (await tini.post(screen, {**typed, "seen": version, "do": "save", **odd})).status == 422, odd
    for path in ("/x", "tentang", "//evil.test", "/blog"):
        assert (await tini.get(f"{screen}?page={path}")).status == 404
        assert (await tini.post(screen, {**typed, "page": path, "seen": version, "do": "save"})).status == 404
    names = (f"{'a' * 32}-600x600", f"{'b' * 32}-1200x630")
    square, wide = [
        await insert(
            conn, "pictures", {"website_id": tini.site_id, "name": name, "fallback": "png", "bytes": 9, "title": "x"}
        )
        for name in names
    ]
    theirs = await insert(
        conn, "pictures", {"website_id": await make_site(conn), "name": names[0], "fallback": "png", "bytes": 9}
    )
    chooser = (await tini.get(f"{screen}/picture?for=icon")).text
    assert str(square) in chooser
    assert str(wide) not in chooser
    for which, chosen in (("icon", wide), ("icon", theirs), ("card", theirs), ("card", "x"), ("title", square)):
        sent = {"for": which, "seen": version, "picture": str(chosen)}
        assert (await tini.post(f"{screen}/picture", sent)).status == 404
    await step(tini, "search/picture?for=icon", **{"for": "icon", "picture": str(square)})
    await step(tini, "search/picture?for=card", **{"for": "card", "picture": str(wide)})
    row = await conn.fetchrow("SELECT favicon_url, og_image_url FROM website_drafts")
    assert tuple(row) == (f"/_media/{names[0]}/320.png", f"/_media/{names[1]}/1200.png")
    page = (await tini.get(screen)).text
    assert f'<img src="{root}/pictures/{wide}/640.webp"' in page
    assert f'<img class="site-icon" src="{root}/pictures/{square}/600.webp"' in page
    await step(tini, "search/picture?for=icon", **{"for": "icon", "picture": "none"})
    assert await conn.fetchval("SELECT favicon_url FROM website_drafts") is None


@pytest.mark.parametrize("number", range(12))
def test_no_row_is_too_odd_to_be_designed(number: int, themes: Themes) -> None:
    values = {**VALUES, **{name: text for name, text in trial(number).columns.items() if name in VALUES}}
    before = order.arrangement(values, ("hero", "menu", "contact"))
    for path in before.pages:
        for row in before.rows(path)[:4]:
            deed = "add" if row.is_new else "hide" if row.is_shown else "show"
            order.arrangement({**values, "components_config": order.rearranged(before, path, deed, row.place)}, ())
    manifest = themes.get(values["template_id"]).manifest
    column = values["design_tokens"]
    assert colours.column_of(column, colours.typed_of(column, manifest), manifest) == column
    typed = colours.Typed({"primary": "#112233"}, {"radius": "none"})
    given = colours.typed_of(colours.column_of(column, typed, manifest), manifest)
    assert (given.own, given.choices["radius"]) == ({"primary": "#112233"}, "none")
    with contextlib.suppress(Unmergeable):
        findable.columns_of(values, findable.found_of(values))
        document = read(values["generated_content"] or "{}")
        for path, found in findable.pages_found(Places(document if isinstance(document, dict) else {})).items():
            with contextlib.suppress(LookupError, ValueError):
                made = json.loads(findable.column_of_page(document, replace(found, title="Judul baru")))
                assert findable.pages_found(Places(made))[path].title == "Judul baru"
    rows = {one.id: TemplateRow(one.id, None, None, None) for one in themes}
    standing = Standing("s", "published", False, None, "pro", (), rows)
    assert wardrobe(themes, standing, values, "id", None).themes
    live = {**VALUES, "generated_content": json.dumps(CONTENT), "design_tokens": '{"scheme": "laut"}'}
    found = [one for name in VALUES for one in column_differences(SITE, name, live[name], values[name])]
    documents = (live["generated_content"], values["generated_content"])
    assert all(one.where for one in tell(found[:60], documents, words_for("id"), themes, values["template_id"]))
