"""Pages of a site, over real HTTP."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from renderer.keys import FRONT
from renderer.themes import Themes
from tests.databases import Database
from tests.factories import make_post, make_site
from tests.serving import WorkerServer
from tests.visitor import Visitor

PAGES = """{"pages": [
  {"path": "/", "sections": [{"id": "h", "type": "hero", "title": "Halo"},
                             {"id": "p", "type": "latest-posts", "title": "Kabar"}]},
  {"path": "/tentang", "title": "Tentang kami",
   "sections": [{"id": "t", "type": "text", "title": "Cerita", "text": "Dari sini."}]}
]}"""
COMPONENTS = """[{"id": "h", "type": "hero", "page": "/"}, {"id": "p", "type": "latest-posts", "page": "/"},
  {"id": "t", "type": "text", "page": "/tentang"}]"""


@pytest.fixture
async def site(conn: asyncpg.Connection) -> object:
    return await make_site(
        conn, subdomain="kopi", title="Kopi Senja", generated_content=PAGES, components_config=COMPONENTS
    )


async def test_the_home_page_shows_the_newest_visible_posts_of_its_site_alone(
    conn: asyncpg.Connection, visitor: Visitor, site: object
) -> None:
    now = datetime.now(UTC)
    other = await make_site(conn, subdomain="roti")
    published = {"status": "published", "published_at": now - timedelta(days=1)}
    await make_post(conn, site, slug="terbit", title="Sudah terbit", **published)
    await make_post(
        conn, site, slug="nanti", title="Baru nanti", status="published", scheduled_at=now + timedelta(days=1)
    )
    await make_post(conn, site, slug="konsep", title="Masih konsep", status="draft")
    await make_post(conn, site, slug="arsip", title="Sudah diarsipkan", **{**published, "status": "archived"})
    await make_post(conn, other, slug="tetangga", title="Milik tetangga", **published)
    text = (await visitor.get("kopi.sites.test")).text
    assert "Sudah terbit" in text
    assert "/blog/terbit" in text
    for hidden in ("Baru nanti", "Masih konsep", "Sudah diarsipkan", "Milik tetangga"):
        assert hidden not in text


async def test_a_scheduled_post_appears_when_it_is_due(
    conn: asyncpg.Connection, visitor: Visitor, site: object
) -> None:
    post = await make_post(
        conn,
        site,
        slug="a",
        title="Baru nanti",
        status="published",
        scheduled_at=datetime.now(UTC) + timedelta(hours=1),
    )
    assert "Baru nanti" not in (await visitor.get("kopi.sites.test")).text
    await conn.execute("UPDATE blog_posts SET scheduled_at = now() - interval '1 second' WHERE id = $1", post)
    assert "Baru nanti" in (await visitor.get("kopi.sites.test")).text


async def test_a_page_is_asked_for_again_by_its_etag(conn: asyncpg.Connection, visitor: Visitor, site: object) -> None:
    first = await visitor.get("kopi.sites.test")
    etag = first.headers["ETag"]
    for value in (etag, f'"x", W/{etag}', "*"):
        again = await visitor.get("kopi.sites.test", headers={"If-None-Match": value})
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
    await conn.execute("UPDATE websites SET title = 'Kopi Fajar' WHERE subdomain = 'kopi'")
    changed = await visitor.get("kopi.sites.test", headers={"If-None-Match": etag})
    assert changed.status == 200
    assert changed.headers["ETag"] != etag


async def test_a_page_that_changed_since_is_refused_to_if_match(visitor: Visitor, site: object) -> None:
    etag = (await visitor.get("kopi.sites.test")).headers["ETag"]
    assert (await visitor.get("kopi.sites.test", headers={"If-Match": etag})).status == 200
    assert (await visitor.get("kopi.sites.test", headers={"If-Match": '"other"'})).status == 412


async def test_head_is_get_without_a_body(visitor: Visitor, site: object) -> None:
    shown, head = await visitor.get("kopi.sites.test"), await visitor.ask("HEAD", "kopi.sites.test")
    assert head.body == b""
    assert head.lasting == shown.lasting


async def test_another_spelling_of_a_path_is_sent_to_the_one_it_has(visitor: Visitor, site: object) -> None:
    for path in ("/tentang/", "/tentang//", "//tentang"):
        request = f"GET {path} HTTP/1.1\r\nHost: kopi.sites.test\r\nConnection: close\r\n\r\n"
        answer = await visitor.raw(request.encode())
        assert b"301 Moved Permanently" in answer, path
        assert b"\r\nLocation: /tentang\r\n" in answer, path
    for path in ("//evil.example/", "//evil.example/tentang", "/\\evil.example/tentang"):
        request = f"GET {path} HTTP/1.1\r\nHost: kopi.sites.test\r\nConnection: close\r\n\r\n"
        assert b" 404 " in await visitor.raw(request.encode()), path


@pytest.mark.parametrize(
    "path",
    ["/tidak-ada", "/tentang/x", "/%00", "/%ff", "/%", "/..%2f..%2fetc/passwd", "/" + "a" * 4000, "/blog/tidak-ada"],
)
async def test_an_unknown_path_is_not_found_in_the_theme(visitor: Visitor, site: object, path: str) -> None:
    answer = await visitor.get("kopi.sites.test", path)
    assert answer.status == 404
    assert "Kopi Senja" in answer.text
    assert "ETag" not in answer.headers


async def test_a_method_that_does_not_apply_is_refused_with_those_that_do(visitor: Visitor, site: object) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = await visitor.ask(method, "kopi.sites.test")
        assert answer.status == 405, method
        assert "GET" in answer.headers["Allow"]
        assert answer.headers["Cache-Control"] == "no-store"


async def test_an_answer_carries_its_security_headers_and_names_no_software(visitor: Visitor, site: object) -> None:
    answer = await visitor.get("kopi.sites.test")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "connect-src 'self';" in policy  # robots.txt, for what reads the page through the browser
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


async def test_a_themes_file_is_kept_for_ever_and_a_wrong_name_is_not_found(
    visitor: Visitor, site: object, themes: Themes
) -> None:
    for path, asset in themes.assets.items():
        answer = await visitor.get("kopi.sites.test", path)
        assert (answer.status, answer.body) == (200, asset.body)
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        again = await visitor.get("kopi.sites.test", path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
    assert (await visitor.get("kopi.sites.test", "/_theme/pilar/none.css")).status == 404


async def test_a_file_is_kept_once_whatever_stands_behind_its_path(
    visitor: Visitor, site: object, themes: Themes
) -> None:
    server = visitor.client.server
    assert isinstance(server, WorkerServer)
    path, asset = next(iter(themes.assets.items()))
    letter = path[-5]
    for target in (f"{path}?a=1", f"{path}?a=2", path, f"{path[:-5]}%{ord(letter):02x}{path[-4:]}"):
        answer = await visitor.get("kopi.sites.test", target)
        assert (answer.status, answer.body) == (200, asset.body)
    assert list(server.app[FRONT]._files) == [path]


HOSTILE = [
    "1e5000",
    "[" * 3000 + "]" * 3000,
    '"\\ud83d\\ude00"',
    "null",
    "[]",
    "{}",
    "true",
    '{"site": {"name": "<script>alert(1)</script>"}, "pages": {"/": {"sections": {"a": {"type": "hero"}}}}}',
    '{"pages": [{"path": "/", "sections": [{"id": "a", "type": "text", "text": "</p><script>alert(1)</script>"}]}]}',
    '{"color": {"primary": "red;}</style><script>alert(1)</script>"}}',
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_row_is_still_a_page(conn: asyncpg.Connection, visitor: Visitor, value: str) -> None:
    for number, column in enumerate(("config", "design_tokens", "generated_content", "components_config")):
        await make_site(conn, subdomain=f"aneh-{number}", title="Toko <b>Aneh</b>", **{column: value})
        answer = await visitor.get(f"aneh-{number}.sites.test")
        assert answer.status == 200, column
        assert "Aneh" in answer.text or "alert(1)" in answer.text
        assert "<script>alert" not in answer.text
        assert "<b>Aneh" not in answer.text


async def test_an_array_of_arrays_where_sections_should_be_is_still_a_page(
    conn: asyncpg.Connection, visitor: Visitor, site: object
) -> None:
    await conn.execute("UPDATE templates SET default_sections = '{{hero,menu},{about,NULL}}'")
    assert (await visitor.get("kopi.sites.test")).status == 200


async def test_with_the_database_away_a_visitor_is_told_to_come_back(visitor: Visitor, site: object) -> None:
    from renderer.keys import POOL

    visitor.client.app[POOL].terminate()
    answer = await visitor.get("kopi.sites.test")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"


async def test_connections_that_died_are_replaced(database: Database, visitor: Visitor, site: object) -> None:
    admin = await asyncpg.connect(database.admin_url)
    for _ in range(10):  # the farewell of a backend and the next query meet in several ways
        assert (await visitor.get("kopi.sites.test")).status == 200
        killed = await admin.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = 'tapsite_edge'"
        )
        assert killed > 0
        statuses = [(await visitor.get("kopi.sites.test")).status for _ in range(4)]
        assert set(statuses) <= {200, 503}
        assert statuses[-1] == 200
    await admin.close()


async def test_a_redirect_of_the_site_keeps_the_question_and_is_its_own(
    conn: asyncpg.Connection, visitor: Visitor, site: object
) -> None:
    await conn.execute("""UPDATE websites SET config = '{"redirects": {"/lama": "/tentang#t"}}' WHERE id = $1""", site)
    await make_site(conn, subdomain="roti")
    answer = await visitor.get("kopi.sites.test", "/Lama/?utm_source=wa")
    assert (answer.status, answer.headers["Location"]) == (301, "/tentang?utm_source=wa#t")
    # A redirect can be taken back: nobody may remember it for good.
    assert "max-age=0" in answer.headers["Cache-Control"]
    assert (await visitor.ask("POST", "kopi.sites.test", "/lama")).status == 405
    assert (await visitor.get("roti.sites.test", "/lama")).status == 404


async def test_a_translated_page_and_its_errors_speak_its_language(conn: asyncpg.Connection, visitor: Visitor) -> None:
    content = (
        PAGES[:-1] + ', "translations": {"en": {"pages": [{"path": "/tentang", "as": "/about", "title": "About"}]}}}'
    )
    await make_site(conn, subdomain="kopi", generated_content=content, components_config=COMPONENTS)
    answer = await visitor.get("kopi.sites.test", "/about")
    assert answer.status == 200
    assert '<html lang="en"' in answer.text
    assert (await visitor.get("kopi.sites.test", "/en/about")).headers["Location"] == "/about"
    missing = await visitor.get("kopi.sites.test", "/en/nothing")
    assert missing.status == 404
    assert '<html lang="en"' in missing.text


@pytest.mark.parametrize("path", ["/tentang/", "/Tentang", "/blog/"])
@pytest.mark.parametrize("query", ["x=%0d%0aSet-Cookie:a=b", "x=%ff&y=a%26b", "utm_source=ig&utm_medium=a+b"])
async def test_a_redirect_carries_the_query_as_it_came(visitor: Visitor, site: object, path: str, query: str) -> None:
    request = f"GET {path}?{query} HTTP/1.1\r\nHost: kopi.sites.test\r\nConnection: close\r\n\r\n"
    answer = (await visitor.raw(request.encode())).decode()
    assert answer.startswith("HTTP/1.1 301 ")
    assert f"\r\nLocation: {path.rstrip('/').lower()}?{query}\r\n" in answer
