"""Each request has one answer, whole, and the next one's begins behind it: on every route of every kind of host.

A byte more or less, and what comes next on the connection (through a proxy that is another visitor's) is misread.
"""

import asyncio
import re

import asyncpg

from renderer.console.screens import SCREENS
from renderer.keyring import Keyring
from renderer.preview import queries as previews
from renderer.preview.tokens import USUAL, link_path
from tests.factories import insert, make_post, make_site
from tests.owners import HOST, MARK, furnish, make_owner
from tests.serving import Serve
from tests.test_console import OUTSIDERS
from tests.visitor import Visitor

PATHS = (
    "/", "/tentang", "/lama", "/tiada", "//", "/en", "/blog", "/blog/kabar", "/Blog/kabar/", "/blog/dulu",
    "/blog/cari?q=kabar", "/blog/feed.xml", "/blog/feed.json", "/blog/kabar.md", "/sitemap.xml", "/sitemap-pages.xml",
    "/sitemap-posts-1.xml", "/sitemap-posts-2.xml", "/llms.txt", "/robots.txt", "/site.webmanifest", "/favicon.ico",
    "/_forms/contact", "/_forms/contact/thanks", "/_forms/contact/challenge", "/_edge/health", "/_theme/x",
    "/_media/x/1.webp", "/_password",
)  # fmt: skip
NEXT = b"GET /penanda HTTP/1.1\r\nHost: penanda.sites.test\r\nConnection: close\r\n\r\n"
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([^\r\n\0]*)")


async def read_answer(reader: asyncio.StreamReader, method: str) -> int:
    """The status of an answer that is read to its end by the rules of RFC 9112 §6.3, strictly. Raises ValueError."""
    status, *fields = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
    if not (found := re.fullmatch(rb"HTTP/1\.1 (\d{3}) [\x20-\x7e]*", status)):
        raise ValueError(f"no answer begins with {status[:60]!r}")
    headers: dict[bytes, bytes] = {}
    for line in fields:
        field = _FIELD.fullmatch(line)
        if field is None or (field[1].lower() in headers and field[1].lower() != b"set-cookie"):
            raise ValueError(f"a field that is none, or there twice: {line[:60]!r}")
        headers[field[1].lower()] = field[2]
    if method == "HEAD" or found[1] in (b"204", b"304"):
        return int(found[1])
    if b"transfer-encoding" in headers:
        size = 1
        while size:
            size = int((await reader.readuntil(b"\r\n"))[:-2], 16)
            await reader.readexactly(size + 2)
    else:
        await reader.readexactly(int(headers[b"content-length"]))
    return int(found[1])


async def ask(visitor: Visitor, method: str, host: str, path: str, cookie: str) -> str | None:
    """What is wrong with the answer, or with the one behind it."""
    reader, writer = await asyncio.open_connection(visitor.client.host, visitor.client.port, limit=2**20)
    lines = f"Host: {host}\r\n" + (f"Cookie: {cookie}\r\n" if cookie else "")
    writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + NEXT)
    try:
        async with asyncio.timeout(60):
            status, behind = await read_answer(reader, method), await read_answer(reader, "GET")
            rest = await reader.read()
    except (ValueError, KeyError, asyncio.IncompleteReadError, ConnectionError) as error:
        return repr(error)
    finally:
        writer.close()
    return None if status < 500 and behind == 404 and not rest else f"{status}, {behind}, {rest[:40]!r}"


async def test_every_route_gives_one_whole_answer(conn: asyncpg.Connection, serve: Serve, keyring: Keyring) -> None:
    visitor = await serve(console={"host": HOST})
    ani = await furnish(conn, await make_owner(conn, visitor, "Ani Rahayu"), MARK)
    site = ani.site_id
    assert site is not None
    content = '{"pages": [{"path": "/"}, {"path": "/tentang", "title": "Tentang"}]}'
    await conn.execute(
        "UPDATE websites SET subdomain = 'ani', generated_content = $2, config = $3 WHERE id = $1",
        *(site, content, '{"redirects": {"/lama": "/tentang"}}'),
    )
    await make_post(conn, site, slug="dulu", title="Kabar")
    await conn.execute("UPDATE blog_posts SET slug = 'kabar' WHERE slug = 'dulu'")
    await insert(conn, "form_templates", {"website_id": site, "name": "Pesan", "form_type": "contact", "fields": "[]"})
    await make_site(conn, subdomain="kunci", is_password_protected=True, password_hash="!")
    await ani.sign_in()
    link = await previews.make_link(conn, site, USUAL)
    assert link is not None
    preview = f"{site.hex}.preview.sites.test"
    opened = await visitor.get(preview, link_path(keyring, link))
    seen_with = opened.headers["Set-Cookie"].partition(";")[0]
    own = await conn.fetchval("SELECT host FROM website_domains WHERE website_id = $1 AND is_primary", site)
    assert own is not None
    asked = [
        (host, path, cookie)
        for host, cookie in ((own, ""), ("ani.sites.test", ""), (preview, seen_with), ("kunci.sites.test", ""))
        for path in PATHS
    ]
    asked += [(HOST, OUTSIDERS[screen.name](ani), ani.cookie) for screen in SCREENS if screen.method == "GET"]
    wrong = {
        (method, host, path): said
        for host, path, cookie in asked
        for method in ("HEAD", "GET")
        if (said := await ask(visitor, method, host, path, cookie)) is not None
    }
    assert not wrong
