"""Drafts of sites and posts: saved, merged, published, rolled back; and nobody's but their owner's."""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer import drafts
from renderer.drafts import Conflict, Gone, Refused, Stale, Subject
from renderer.drafts.merge import NOTHING, Unmergeable, differences, merge, read
from renderer.preview.queries import links_of_site, make_link, revoke_all_links, revoke_link
from renderer.upkeep import prune_preview_links, prune_revisions
from tests.databases import Database
from tests.factories import make_post, make_site, make_user
from tests.visitor import Visitor

HOME: dict[str, Any] = {
    "site": {"name": "Kopi", "tagline": "Pagi"},
    "pages": [
        {"path": "/", "sections": [{"id": "hero", "title": "Selamat pagi"}, {"id": "menu", "title": "Menu", "n": 1}]}
    ],
}


# Merging


def changed(path: str, value: object) -> dict[str, Any]:
    document = json.loads(json.dumps(HOME))
    place = document
    *steps, last = path.split("/")
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if isinstance(place, list):
        place.insert(int(last), value)
    else:
        place[last] = value
    return document


def test_both_sides_changes_are_kept_where_they_have_names() -> None:
    live, draft = changed("pages/0/sections/0/title", "Selamat siang"), changed("site/tagline", "Malam")
    merged = merge(HOME, live, draft)
    assert merged.conflicts == ()
    assert merged.value == {**live, "site": draft["site"]}
    # Entries of one list, each added by one side, and one moved.
    live, draft = changed("pages/0/sections/2", {"id": "baru"}), changed("pages/0/sections/0", {"id": "promo"})
    merged = merge(HOME, live, draft)
    assert merged.conflicts == ()
    assert [one["id"] for one in merged.value["pages"][0]["sections"]] == ["promo", "hero", "menu", "baru"]


def test_the_same_place_changed_otherwise_is_a_conflict_until_one_side_is_chosen() -> None:
    live, draft = changed("pages/0/sections/1/n", 2), changed("pages/0/sections/1/n", 3)
    merged = merge(HOME, live, draft, "/generated_content")
    (conflict,) = merged.conflicts
    assert conflict.pointer == "/generated_content/pages/~1/sections/menu/n"
    assert (conflict.live, conflict.draft) == ("2", "3")
    assert merge(HOME, live, draft, keep="draft") == merge(HOME, draft, live, keep="live")
    # Deleted here and changed there; added twice; true is not 1; positions are no names.
    assert merge({"a": 1}, {}, {"a": 2}).conflicts
    assert merge({}, {"a": 1}, {"a": 2}).conflicts
    assert merge({}, {"a": 1}, {"a": True}).conflicts
    assert merge([1, 2], [1, 2, 3], [0, 1, 2]).conflicts
    assert not merge({}, {"a": 1}, {"a": 1}).conflicts


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2),
    lambda inner: (
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        | st.lists(st.fixed_dictionaries({"id": st.sampled_from("xyz"), "v": inner}), max_size=3)
        | st.lists(inner, max_size=2)
    ),
    max_leaves=8,
)


@given(VALUES, VALUES, VALUES)
def test_a_merge_takes_what_one_side_alone_changed_and_never_fails(base: Any, live: Any, draft: Any) -> None:
    same = merge(base, live, live)
    assert (same.value, same.conflicts) == (live, ())
    assert merge(base, live, base).value == live
    assert merge(base, base, draft).value == draft
    merged, chosen = merge(base, live, draft), merge(base, live, draft, keep="draft")
    assert chosen.conflicts == ()
    if not merged.conflicts:
        assert chosen.value == merged.value
    assert bool(differences(live, draft)) == (json.dumps(live, sort_keys=True) != json.dumps(draft, sort_keys=True))


def test_entries_that_both_sides_added_follow_their_neighbours_however_many_they_are() -> None:
    def listed(*ids: str) -> list[dict[str, str]]:
        return [{"id": one} for one in ids]

    both = merge(listed("a", "b"), listed("b", "new", "a"), listed("first", "a", "second", "third", "b", "last"))
    assert both.value == listed("first", "b", "last", "new", "a", "second", "third")
    many = [str(number) for number in range(40_000)]
    began = process_time()
    merged = merge(listed("a"), listed("a", "live"), listed("a", *many)).value
    assert merged == listed("a", *many, "live")
    assert process_time() - began < 3, "a walk through all of the others for each of them takes a minute"


def test_a_deep_document_costs_what_a_flat_one_does() -> None:
    """Compared level by level, what lies at the bottom would be walked through once for each."""

    def deep(levels: int, last: int) -> Any:
        value: Any = {**{f"k{number}": number for number in range(20_000)}, "last": last}
        for _ in range(levels):
            value = {"a": value}
        return value

    spent = []
    for levels in (1, 200):
        base, live, draft = (deep(levels, last) for last in (0, 1, 2))
        counted = 0

        def count(frame: Any, event: str, arg: Any) -> None:
            nonlocal counted
            counted += event == "call"

        sys.setprofile(count)
        try:
            merged = merge(base, live, draft)
        finally:
            sys.setprofile(None)
        assert len(merged.conflicts) == 1
        spent.append(counted)
    assert spent[1] < 1.5 * spent[0]


def test_what_does_not_survive_being_read_is_not_merged() -> None:
    for text in ("1e5000", "0.12345678901234567890123", "[" * 3000 + "]" * 3000):
        with pytest.raises(Unmergeable):
            read(text)
    assert read(None) is NOTHING
    assert read("[1, 0.5, 10000000000000000000000]") == [1, 0.5, 10**22]


# Over real rows


@pytest.fixture
async def subject(conn: asyncpg.Connection) -> Subject:
    owner = await make_user(conn)
    site = await make_site(conn, user_id=owner, subdomain="kopi", title="Kopi", generated_content=HOME)
    return Subject(owner, site)


async def saved(conn: asyncpg.Connection, subject: Subject, **values: object) -> drafts.Draft:
    opened = await drafts.open_draft(conn, subject)
    assert opened is not None
    return await drafts.save(conn, subject, values, seen=opened, edited_by=subject.user_id)


async def title(conn: asyncpg.Connection, subject: Subject) -> str:
    return str(await conn.fetchval("SELECT title FROM websites WHERE id = $1", subject.website_id))


async def test_a_draft_changes_nothing_until_it_is_published_and_then_exactly_that(
    conn: asyncpg.Connection, subject: Subject, visitor: Visitor
) -> None:
    other = await make_site(conn, subdomain="lain")
    draft = await saved(conn, subject, title="Kopi Baru", seo_keywords=["kopi", "senja"])
    assert (draft.version, draft.base_revision) == (1, 1)
    assert await title(conn, subject) == "Kopi"
    (told,) = [one for one in await drafts.difference(conn, subject) if one.pointer == "/title"]
    assert (told.live, told.draft) == ("Kopi", "Kopi Baru")
    assert (await visitor.get("kopi.sites.test")).status == 200
    logged = await conn.fetchval("SELECT coalesce(max(id), 0) FROM change_log")
    published = await drafts.publish(conn, subject, seen_version=1)
    assert (published.before, published.revision, published.merged) == (1, 2, False)
    assert await title(conn, subject) == "Kopi Baru"
    tags = await conn.fetch("SELECT DISTINCT website_id, tag FROM change_log WHERE id > $1 ORDER BY tag", logged)
    assert [tuple(row) for row in tags] == [(subject.website_id, "site"), (subject.website_id, "subdomain:kopi")]
    assert other not in {row["website_id"] for row in tags}
    assert await conn.fetchval("SELECT count(*) FROM website_drafts") == 0
    assert await drafts.difference(conn, subject) == []
    # Nothing to publish: no revision, nothing told to anybody.
    logged = await conn.fetchval("SELECT max(id) FROM change_log")
    assert (await drafts.publish(conn, subject, seen_version=0)).revision == 2
    assert await conn.fetchval("SELECT max(id) FROM change_log") == logged


async def test_what_others_wrote_meanwhile_is_kept_or_told(conn: asyncpg.Connection, subject: Subject) -> None:
    draft = changed("site/tagline", "Malam")
    await saved(conn, subject, generated_content=json.dumps(draft), title="Kopi Baru")
    live = changed("pages/0/sections/0/title", "Selamat siang")
    await conn.execute("UPDATE websites SET generated_content = $1, description = 'Baru'", json.dumps(live))
    published = await drafts.publish(conn, subject, seen_version=1)
    assert published.merged
    row = await conn.fetchrow(
        "SELECT title, description, generated_content FROM websites WHERE id = $1", subject.website_id
    )
    assert (row["title"], row["description"]) == ("Kopi Baru", "Baru")
    assert json.loads(row["generated_content"]) == {**live, "site": draft["site"]}

    await saved(conn, subject, title="Satu", generated_content=json.dumps(changed("site/name", "Satu")))
    await conn.execute(
        "UPDATE websites SET title = 'Dua', generated_content = $1", json.dumps(changed("site/name", "Dua"))
    )
    before = await conn.fetchval("SELECT content_revision FROM websites")
    with pytest.raises(Conflict) as conflict:
        await drafts.publish(conn, subject, seen_version=1)
    assert {one.pointer for one in conflict.value.differences} >= {"/title", "/generated_content/site/name"}
    assert await conn.fetchval("SELECT content_revision FROM websites") == before
    await drafts.publish(conn, subject, seen_version=1, keep="draft")
    assert await title(conn, subject) == "Satu"


async def test_a_forgotten_base_and_a_document_that_cannot_be_read_are_conflicts(
    conn: asyncpg.Connection, subject: Subject
) -> None:
    await saved(conn, subject, title="Satu", config='{"a": 1e5000}')
    await conn.execute("UPDATE websites SET config = '{\"a\": 1e4000}'")
    with pytest.raises(Conflict) as conflict:
        await drafts.publish(conn, subject, seen_version=1)
    assert [one.pointer for one in conflict.value.differences] == ["/config"]
    await conn.execute("DELETE FROM website_revisions WHERE revision = 1")
    with pytest.raises(Conflict) as conflict:
        await drafts.publish(conn, subject, seen_version=1)
    assert {one.pointer for one in conflict.value.differences} == {"/config", "/title"}
    await drafts.publish(conn, subject, seen_version=1, keep="live")
    assert await title(conn, subject) == "Kopi"


async def test_the_second_of_two_editors_is_told(
    conn: asyncpg.Connection, database: Database, subject: Subject
) -> None:
    opened = await drafts.open_draft(conn, subject)
    assert opened is not None
    assert opened.version == 0
    second = await asyncpg.connect(database.url)
    try:
        outcomes = await asyncio.gather(
            *(
                drafts.save(each, subject, {"title": name}, seen=opened, edited_by=subject.user_id)
                for each, name in ((conn, "Satu"), (second, "Dua"))
            ),
            return_exceptions=True,
        )
    finally:
        await second.close()
    stored, stale = sorted(outcomes, key=lambda one: isinstance(one, Stale))
    assert isinstance(stored, drafts.Draft)
    assert isinstance(stale, Stale)
    assert stale.draft.values["title"] == stored.values["title"]
    for seen in (0, 2):
        with pytest.raises(Stale):
            await drafts.publish(conn, subject, seen_version=seen)
    assert await drafts.discard(conn, subject)
    assert not await drafts.discard(conn, subject)
    with pytest.raises(Stale):
        await drafts.save(conn, subject, {"title": "x"}, seen=stored, edited_by=None)


async def test_rolling_back_publishes_an_old_revision_whoever_wrote_it(
    conn: asyncpg.Connection, subject: Subject
) -> None:
    await conn.execute("UPDATE websites SET title = 'Oleh generator', generated_content = '{}'")
    await saved(conn, subject, title="Konsep")
    rolled = await drafts.roll_back(conn, subject, 1)
    assert (rolled.before, rolled.revision) == (2, 3)
    assert await title(conn, subject) == "Kopi"
    assert json.loads(await conn.fetchval("SELECT generated_content FROM websites")) == HOME
    notes = await drafts.revisions(conn, subject)
    assert [(note.revision, note.is_live) for note in notes] == [(3, True), (2, False), (1, False)]
    assert (await drafts.open_draft(conn, subject)).version == 1  # type: ignore[union-attr]
    assert (await drafts.roll_back(conn, subject, 3)).revision == 3
    with pytest.raises(Gone):
        await drafts.roll_back(conn, subject, 99)


async def test_status_and_password_are_the_owners_but_a_suspension_is_not(
    conn: asyncpg.Connection, subject: Subject, visitor: Visitor
) -> None:
    for status, code in (("draft", 404), ("archived", 410), ("published", 200)):
        await drafts.set_status(conn, subject, status)
        assert (await visitor.get("kopi.sites.test")).status == code
    await drafts.set_password(conn, subject, "$argon2id$")
    assert (await visitor.get("kopi.sites.test")).status == 403
    await drafts.set_password(conn, subject, None)
    assert (await visitor.get("kopi.sites.test")).status == 200
    with pytest.raises(ValueError, match="suspended"):
        await drafts.set_status(conn, subject, "suspended")
    await conn.execute("UPDATE websites SET status = 'suspended'")
    with pytest.raises(Gone):
        await drafts.set_status(conn, subject, "published")
    await saved(conn, subject, title="Baru")
    for version in (1,):
        with pytest.raises(Refused):
            await drafts.publish(conn, subject, seen_version=version)
    assert await conn.fetchval("SELECT status FROM websites") == "suspended"


async def test_what_cannot_be_stored_is_refused_and_nothing_is_lost(conn: asyncpg.Connection, subject: Subject) -> None:
    first = await saved(conn, subject, title="Satu")
    for values in (
        {"title": "x" * 201},
        {"title": "a\0b"},
        {"title": "\ud800"},
        {"config": "{"},
        {"config": json.dumps("x" * 3_000_000)},
        {"config": '{"a": "\\u0000"}'},
        {"template_id": None},
        {"title": 5},
        {"seo_keywords": "kopi"},
    ):
        with pytest.raises(Refused):
            await drafts.save(conn, subject, values, seen=first, edited_by=None)
    with pytest.raises(KeyError):
        await drafts.save(conn, subject, {"status": "published"}, seen=first, edited_by=None)
    now = await drafts.open_draft(conn, subject)
    assert now is not None
    assert (now.version, now.values["title"]) == (1, "Satu")
    gone = await saved(conn, subject, template_id="tidak-ada")
    with pytest.raises(Refused):
        await drafts.publish(conn, subject, seen_version=gone.version)
    assert await title(conn, subject) == "Kopi"


async def test_what_is_too_large_to_be_read_outlives_a_draft_beside_it(
    conn: asyncpg.Connection, subject: Subject
) -> None:
    large = json.dumps({"a": "x" * 3_000_000})
    await conn.execute("UPDATE websites SET generated_content = $1, config = $1", large)
    assert await conn.fetchval("SELECT oversized FROM websites") == ["config", "generated_content"]
    draft = await saved(conn, subject, title="Kopi Baru", config='{"a": 1}')
    await drafts.publish(conn, subject, seen_version=draft.version)
    row = await conn.fetchrow("SELECT title, config, length(generated_content::text) FROM websites")
    assert tuple(row) == ("Kopi Baru", '{"a": 1}', len(large))
    first = await conn.fetchval("SELECT min(revision) FROM website_revisions")
    await drafts.roll_back(conn, subject, first)
    assert await title(conn, subject) == "Kopi"


async def test_posts_have_drafts_of_the_same_kind(conn: asyncpg.Connection, subject: Subject, visitor: Visitor) -> None:
    post = Subject(
        subject.user_id, subject.website_id, await make_post(conn, subject.website_id, slug="lama", title="Lama")
    )
    text = json.dumps({"type": "markdown", "text": "Isi **baru**."})
    draft = await saved(conn, post, slug="baru", title="Baru", content=text)
    assert "Lama" in (await visitor.get("kopi.sites.test", "/blog/lama")).text
    assert {one.pointer for one in await drafts.difference(conn, post)} >= {"/slug", "/title"}
    await drafts.publish(conn, post, seen_version=draft.version)
    assert "<strong>baru</strong>" in (await visitor.get("kopi.sites.test", "/blog/baru")).text
    moved = await visitor.get("kopi.sites.test", "/blog/lama")
    assert (moved.status, moved.headers["Location"]) == (301, "/blog/baru")
    await drafts.roll_back(conn, post, 1)
    assert (await visitor.get("kopi.sites.test", "/blog/lama")).status == 200
    await drafts.set_status(conn, post, "draft")
    assert (await visitor.get("kopi.sites.test", "/blog/lama")).status == 404
    await drafts.schedule(conn, post, datetime.now(UTC) + timedelta(days=1))
    assert (await visitor.get("kopi.sites.test", "/blog/lama")).status == 404
    await drafts.schedule(conn, post, datetime.now(UTC) - timedelta(days=1))
    assert (await visitor.get("kopi.sites.test", "/blog/lama")).status == 200
    # A slug that another post has.
    await make_post(conn, subject.website_id, slug="terpakai")
    taken = await saved(conn, post, slug="terpakai")
    with pytest.raises(Refused):
        await drafts.publish(conn, post, seen_version=taken.version)


async def test_nothing_of_it_is_anybody_elses(conn: asyncpg.Connection, subject: Subject) -> None:
    post_id = await make_post(conn, subject.website_id)
    ours = await saved(conn, subject, title="Rahasia")
    stranger = await make_user(conn)
    theirs = await make_site(conn, user_id=stranger)
    own_post = Subject(subject.user_id, subject.website_id, post_id)
    await saved(conn, own_post, title="Rahasia")
    rows = (
        "SELECT (SELECT json_agg(d) FROM website_drafts d)::text, (SELECT json_agg(p) FROM blog_post_drafts p)::text, \
        (SELECT json_agg(w) FROM websites w)::text, (SELECT json_agg(p) FROM blog_posts p)::text"
    )
    before = await conn.fetchrow(rows)
    for outsider in (
        Subject(stranger, subject.website_id),
        Subject(stranger, subject.website_id, post_id),
        Subject(stranger, theirs, post_id),
        Subject(subject.user_id, theirs),
        Subject(uuid4(), UUID(int=1)),
    ):
        assert await drafts.open_draft(conn, outsider) is None
        assert await drafts.difference(conn, outsider) == []
        assert await drafts.revisions(conn, outsider) == []
        assert not await drafts.discard(conn, outsider)
        with pytest.raises(LookupError):
            await drafts.save(conn, outsider, {"title": "x"}, seen=ours, edited_by=stranger)
        for attempt in (
            drafts.publish(conn, outsider, seen_version=1),
            drafts.roll_back(conn, outsider, 1),
            drafts.set_status(conn, outsider, "archived"),
            drafts.set_password(conn, outsider, None)
            if outsider.post_id is None
            else drafts.schedule(conn, outsider, datetime.now(UTC)),
        ):
            with pytest.raises(Gone):
                await attempt
    await conn.execute("UPDATE websites SET deleted_at = now() WHERE id = $1", subject.website_id)
    assert await drafts.open_draft(conn, subject) is None
    await conn.execute("UPDATE websites SET deleted_at = NULL WHERE id = $1", subject.website_id)
    after = await conn.fetchrow(rows)
    assert before[:2] == after[:2]
    assert before[3] == after[3]


async def test_the_consoles_role_may_do_all_of_it_for_its_owner_alone(
    conn: asyncpg.Connection, database: Database, subject: Subject
) -> None:
    await conn.execute("SELECT settle_database()")
    role = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        for user, draft in ((subject.user_id, True), (await make_user(conn), False)):
            async with role.transaction():
                await role.execute("SELECT set_config('app.user_id', $1, true)", str(user))
                assert (await drafts.open_draft(role, subject) is not None) == draft
                if draft:
                    await saved(role, subject, title="Dari konsol")
                    await drafts.publish(role, subject, seen_version=1)
                    await saved(role, subject, title="Konsep")
                assert (await role.fetchval("SELECT count(*) FROM website_drafts") == 1) == draft
                # Links to previews, too.
                link = await make_link(role, subject.website_id, timedelta(days=1), shows="draft", created_by=user)
                assert (link is not None) == draft
                assert len(await links_of_site(role, subject.website_id)) == draft
                if link is not None:
                    assert await revoke_link(role, subject.website_id, link.id)
                await revoke_all_links(role, subject.website_id)
    finally:
        await role.close()
    assert await title(conn, subject) == "Dari konsol"
    assert await conn.fetch("SELECT generation FROM preview_generations") == [(2,)]


async def test_what_a_draft_began_from_and_a_link_shows_is_not_forgotten(
    conn: asyncpg.Connection, subject: Subject
) -> None:
    for number in range(2, 6):
        await conn.execute("UPDATE websites SET title = $1", f"Kopi {number}")
        if number == 2:
            await saved(conn, subject, description="Konsep")
    link = await make_link(conn, subject.website_id, timedelta(days=1), shows="revision", revision=3)
    assert link is not None
    await conn.execute("UPDATE website_revisions SET taken_at = now() - interval '1 year'")
    assert await prune_revisions(conn) is None  # fifty stay in any case
    assert await conn.fetchval("SELECT prune_revisions(1)") == 2
    assert [note.revision for note in await drafts.revisions(conn, subject)] == [5, 3, 2]
    assert (await drafts.publish(conn, subject, seen_version=1)).merged
    await conn.execute(
        "UPDATE preview_links SET created_at = now() - interval '120 days', expires_at = now() - interval '91 days'"
    )
    assert await prune_preview_links(conn) == "1 old links to previews forgotten"
    assert await conn.fetchval("SELECT prune_revisions(1)") > 0


async def test_the_commands_save_publish_and_roll_back(
    conn: asyncpg.Connection, database: Database, renderer: Any, subject: Subject, tmp_path: Any
) -> None:
    def run(*arguments: str, stdin: str = "") -> tuple[int, str]:
        done = renderer(
            "drafts", *arguments, stdin=stdin, database=database, var=tmp_path, database_migrate_url=database.url
        )
        return done.returncode, done.stdout + done.stderr

    assert run("save", "kopi", "-", stdin='{"title": "Baru"}') == (0, "/title: Kopi → Baru\n")
    assert run("save", "kopi", "-", stdin='{"title": "%s"}' % ("x" * 300))[0] == 1
    assert run("publish", "kopi") == (0, "Revision 2 is live; before it was 1.\n")
    assert await title(conn, subject) == "Baru"
    assert run("rollback", "kopi", "1")[0] == 0
    assert await title(conn, subject) == "Kopi"
    assert [line.split()[0] for line in run("revisions", "kopi")[1].splitlines()] == ["3", "2", "1"]
    assert run("rollback", "kopi", "9")[0] == 1
    run("save", "kopi", "-", stdin='{"title": "Satu"}')
    await conn.execute("UPDATE websites SET title = 'Dua'")
    assert run("publish", "kopi") == (1, "/title: live Dua, draft Satu\n")
    assert run("discard", "kopi") == (0, "Discarded.\n")
    assert run("discard", "kopi") == (0, "There was no draft.\n")
