"""One value of the worst in one column, in a site that is good otherwise: each of its addresses answers as it should.

The site is asked by the host that shows it. `TAPSITE_TEST_ROUNDS=21` tries every value of every column,
`TAPSITE_TEST_SEED` begins with others.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg
import pytest

from tests.columns import CANARY, PRODUCT, Column, Rows, columns_of, pairs, tried
from tests.databases import Database
from tests.editors import preview
from tests.factories import insert, make_post
from tests.owners import HOST, MARK, Owner, furnish, make_owner
from tests.serving import Serve
from tests.showcase import furnish_shop
from tests.visitor import Answer, Visitor

SITE = "warungbutini.id"
ROUNDS = int(os.environ.get("TAPSITE_TEST_ROUNDS", "1"))
# The seed to begin with, for values and pairs that were not tried before.
FIRST = int(os.environ.get("TAPSITE_TEST_SEED", "0"))
PAIRS = 30
"""Of columns, a round."""
# Of what decides what strangers and owners see, but for what the rows are found by.
OF_PAGES = {
    "websites": "id = '{site}'",
    "users": "id = '{owner}'",
    "templates": "id = 'pilar'",
    "system_config": "true",
    "blog_posts": "id = '{post}'",
    "blog_categories": "website_id = '{site}'",
    "blog_tags": "website_id = '{site}'",
    "slug_history": "website_id = '{site}'",
    "pictures": "website_id = '{site}'",
    "website_domains": "website_id = '{site}' AND verified_at IS NOT NULL",
    "form_templates": "website_id = '{site}'",
    "lead_recipients": "website_id = '{site}'",
    "website_drafts": "website_id = '{site}'",
    "preview_links": "website_id = '{site}'",
}
FOUND_BY = re.compile(r".*\.(id|website_id|user_id|owner_id)|website_domains\.verified_at|websites\.(status|subdomain)")
LISTS = ("/blog", "/blog?halaman=2", "/blog/cari?q=kata", "/blog/feed.xml", "/blog/atom.xml", "/blog/feed.json")
POST = ("/blog/subjek", "/blog/subjek.md")
FOUND = ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-posts-1.xml", "/llms.txt", "/robots.txt", "/favicon.ico",
         "/_site/manifest.webmanifest")  # fmt: skip
ASKED = {
    **dict.fromkeys(("/", "/tentang", *LISTS, *POST, *FOUND), 200),
    **dict.fromkeys(("/blog/kategori/kabar", "/blog/tag/baru", "/blog/kategori/kabar/feed.xml"), 200),
    **dict.fromkeys(("/_forms/contact", "/_forms/order", "/_forms/contact/thanks"), 200),
    "/blog/subjek-lama": 301,
    "/tidak-ada": 404,
}
# What a column may take away by what it says, and how the address answers then.
TAKEN = (
    ("websites.(generated_content|components_config|oversized)", "/tentang", {404}),
    ("websites.is_password_protected", ".*", {403}),
    ("blog_posts.(slug|status|published_at|scheduled_at)", "/blog/subjek.*", {301, 302, 404, 410}),
    ("blog_categories.slug", "/blog/kategori/.*", {301, 404}),
    ("blog_tags.slug", "/blog/tag/.*", {301, 404}),
    ("slug_history.*", "/blog/subjek-lama", {404, 410}),
    ("form_templates.(form_type|is_active)", "/_forms/order", {404}),
)
STATES = {"draft": 404, "gone": 410, "unavailable": 503, "expired": 404}
SCREENS = {
    "blog": ("posts", "posts/{post}", "posts/deleted"),
    "slug": ("posts",),
    "form": ("leads", "leads/forms", "leads/forms/order"),
    "lead": ("leads/forms/order", "leads/{lead}"),
    "pictures": ("pictures", "pictures/{picture}", "texts/picture?at=/pages/0/sections/0&field=image"),
    "preview": ("previews", "draft"),
    "website_domains": ("domains", ""),
    "users": ("/", "/account", "/account/security", "/account/tokens"),
    "": ("/", "", "texts", "look", "colours", "search", "order", "draft", "facts", "prices"),
}
"""What an owner looks at of a table, by how its name begins."""


@dataclass
class Good:
    visitor: Visitor
    ani: Owner
    previewed: str
    cookies: str
    superuser: asyncpg.Connection

    def rows(self, table: str) -> Rows:
        named = {"site": self.ani.site_id, "owner": self.ani.id, "post": self.ani.post_id}
        return Rows(self.superuser, table, OF_PAGES[table].format(**named))

    async def expected(self, column: Column, path: str) -> set[int]:
        """How a stranger is to be answered, by what the row says now; one that never leads to an error of ours."""
        asked = ASKED.get(path, 200)
        taken = [
            codes for places, paths, codes in TAKEN if re.fullmatch(places, column.place) and re.fullmatch(paths, path)
        ]
        return {asked}.union(*taken)

    async def shown(self) -> int | None:
        """The one status of all addresses while the site is not shown at its host; None while it is."""
        state = await self.superuser.fetchval("SELECT state FROM edge_sites WHERE id = $1", self.ani.site_id)
        if await self.superuser.fetchval("SELECT NOT EXISTS (SELECT FROM edge_domains WHERE host = $1)", SITE):
            return 404
        return STATES.get(state)

    def screens(self, table: str) -> Iterator[str]:
        named = {"post": self.ani.post_id, "lead": self.ani.lead_id, "picture": self.ani.picture_id}
        for screen in next(found for begin, found in SCREENS.items() if table.startswith(begin)):
            yield (
                screen if screen.startswith("/") else f"/sites/{self.ani.site_id}/{screen.format(**named)}".rstrip("/")
            )


async def make_good(conn: asyncpg.Connection, database: Database, visitor: Visitor) -> Good:
    ani = await make_owner(conn, visitor, "Ani Rahayu")
    await furnish(conn, await make_owner(conn, visitor, "Charlie"), MARK)
    await furnish_shop(conn, ani)
    category = await insert(conn, "blog_categories", {"website_id": ani.site_id, "name": "Kabar", "slug": "kabar"})
    tag = await insert(conn, "blog_tags", {"website_id": ani.site_id, "name": "Baru", "slug": "baru"})
    words = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "kata " * 40}]}]}
    for number in range(13):
        ani.post_id = await make_post(
            conn, ani.site_id, content=words, slug=f"subjek-{'lama' if number == 12 else number}"
        )
        await conn.execute("INSERT INTO blog_post_categories VALUES ($1, $2)", ani.post_id, category)
        await conn.execute("INSERT INTO blog_post_tags VALUES ($1, $2)", ani.post_id, tag)
    await conn.execute("UPDATE blog_posts SET slug = 'subjek' WHERE id = $1", ani.post_id)
    await ani.sign_in()
    host, cookies, _ = await preview(ani)
    return Good(visitor, ani, host, cookies, await asyncpg.connect(database.admin_url))


@pytest.mark.parametrize("part", [0, 1])
async def test_whatever_one_column_holds_each_address_answers_as_it_should(
    conn: asyncpg.Connection, database: Database, serve: Serve, caplog: pytest.LogCaptureFixture, part: int
) -> None:
    good = await make_good(conn, database, await serve(console={"host": HOST}))
    for path, status in ASKED.items():
        assert (await good.visitor.get(SITE, path)).status == status, path
    columns = [
        column
        for column in await columns_of(good.superuser)
        if column.table in OF_PAGES and not FOUND_BY.fullmatch(column.place)
    ]
    faults: list[str] = []
    held = 0
    for seed in range(FIRST, FIRST + ROUNDS):
        for column, value in tried(columns, seed)[part::2]:
            rows = good.rows(column.table)
            await rows.keep()
            if not await rows.spoil(column, value):
                continue
            held += 1
            found = [fault async for fault in walk(good, column)]
            found += [
                record.getMessage() for record in caplog.records if record.levelname == "ERROR" or record.exc_info
            ]
            faults += [f"{column.place} = {value!r:.60}: {fault}" for fault in found]
            caplog.clear()
            await rows.bring_back()
            if (await good.ani.get("/account")).status == 303:
                # A column took her right to sign in away, and all of her sessions with it.
                assert (await good.ani.sign_in()).status == 303
    await good.superuser.close()
    assert faults == [], "\n".join(faults)
    assert held > 40 * ROUNDS
    assert (await good.visitor.get(SITE)).status == 200


async def test_whatever_two_columns_hold_each_address_answers_as_it_should(
    conn: asyncpg.Connection, database: Database, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """The state of a site beside its content, of a post beside its times: what each alone may be, both are."""
    good = await make_good(conn, database, await serve(console={"host": HOST}))
    columns = [
        column
        for column in await columns_of(good.superuser)
        if column.table in OF_PAGES and (column.place == "websites.status" or not FOUND_BY.fullmatch(column.place))
    ]
    faults: list[str] = []
    held = 0
    for seed in range(FIRST, FIRST + ROUNDS):
        for spoilt in pairs(columns, seed, PAIRS):
            tables = [good.rows(table) for table in dict.fromkeys(column.table for column, _ in spoilt)]
            for rows in tables:
                await rows.keep()
            if all([await good.rows(column.table).spoil(column, value) for column, value in spoilt]):
                held += 1
                found = [fault async for fault in walk(good, *(column for column, _ in spoilt))]
                found += [
                    record.getMessage() for record in caplog.records if record.levelname == "ERROR" or record.exc_info
                ]
                said = " and ".join(f"{column.place} = {value!r:.60}" for column, value in spoilt)
                faults += [f"{said}: {fault}" for fault in found]
            caplog.clear()
            for rows in tables:
                await rows.bring_back()
            if (await good.ani.get("/account")).status == 303:
                assert (await good.ani.sign_in()).status == 303
    await good.superuser.close()
    assert faults == [], "\n".join(faults)
    assert held > PAIRS * ROUNDS / 4
    assert (await good.visitor.get(SITE)).status == 200


async def walk(good: Good, *columns: Column):  # type: ignore[no-untyped-def]
    away = await good.shown()
    home = ""
    for path in ASKED:
        answer = await good.visitor.get(SITE, path)
        home = home or answer.text
        expected = set().union(*[await good.expected(column, path) for column in columns])
        for fault in wrong(answer, {away} if away else expected):
            yield f"{path}: {fault}"
    if card := re.search(r'property="og:image" content="https?://[^/]+(/_site/[^"]+)', home):
        for fault in wrong(await good.visitor.get(SITE, card[1]), {200}):
            yield f"card: {fault}"
    for path in ("/", "/blog", "/blog/subjek"):
        answer = await good.visitor.get(good.previewed, path, headers={"Cookie": good.cookies})
        for fault in wrong(answer, {200, 301, 302, 404, 410}):
            yield f"preview of {path}: {fault}"
    for path in dict.fromkeys(path for column in columns for path in good.screens(column.table)):
        for fault in wrong(await good.ani.get(path), {200, 303, 404, 422}):
            yield f"console {path}: {fault}"


def wrong(answer: Answer, expected: set[int]) -> Iterator[str]:
    if answer.status not in expected:
        yield f"{answer.status} instead of {expected}"
    if PRODUCT.encode() in answer.body:
        yield "a text was taken for a template"
    if MARK.encode() in answer.body:
        yield "another tenant's"
    if answer.headers.get("Content-Type", "").startswith("text/html") and CANARY in answer.text:
        yield "markup of the row's"
    if any("a=b" in value for name, value in answer.headers.items() if name == "Set-Cookie"):
        yield "a header of the row's"
