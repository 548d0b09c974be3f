"""Events → the database: each once, whatever is sent again, and a bad one costs itself alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.keyring import Keyring
from renderer.views.event import Uncounted
from renderer.views.queries import copy_views, known_websites
from renderer.views.records import Batch, decode, encode
from renderer.views.roots import destroy_after, new_root, unwrap, wanted_days
from renderer.views.rows import View, add_up, count_of, unpack
from renderer.views.storing import PartitionMissing, Stored, store
from renderer.views.upkeep import keep_up
from tests.databases import Database, waiting
from tests.factories import make_site
from tests.views import make_texts, make_view, rows_of

KEEP = timedelta(days=90)


@pytest.fixture
async def edge(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.url_as("tapsite_edge"))
    yield connection
    await connection.close()


@pytest.fixture
async def maintain(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.url_as("tapsite_maintain"))
    yield connection
    await connection.close()


def batch(*events: Any) -> Batch:
    return decode(b"".join(encode(events)))


async def test_a_piece_is_stored_once_with_its_counters(conn: asyncpg.Connection, edge: asyncpg.Connection) -> None:
    one, two = await make_site(conn), await make_site(conn)
    before = await conn.fetchval("SELECT updated_at FROM websites WHERE id = $1", one)
    changes = await conn.fetchval("SELECT count(*) FROM change_log")
    moment = datetime.now(UTC) - timedelta(minutes=1)
    sent = batch(
        make_view(one, at=moment.timestamp(), page_path="/a", country="ID", visitor_hash="aa", utm_source="ig"),
        make_view(one),
        make_view(two),
        Uncounted(str(one), "2026-11-28", "seo"),
        Uncounted(str(one), "2026-11-28", "seo"),
    )
    piece = uuid4()
    assert (await store(edge, piece, sent, KEEP)).views == 3
    assert (await store(edge, piece, sent, KEEP)).known
    # Under another name, as after a restored backup: the views' own ids tell.
    assert (await store(edge, uuid4(), Batch(sent.blocks), KEEP)).views == 0
    rows = await conn.fetch("SELECT * FROM page_views ORDER BY created_at")
    assert len(rows) == 3
    first = dict(rows[0])
    assert first.pop("created_at") == moment
    assert {name: value for name, value in first.items() if value is not None and name != "id"} == {
        "website_id": one, "page_path": "/a", "country": "ID", "visitor_hash": "aa", "device_type": "mobile",
        "utm_source": "ig",
    }  # fmt: skip
    counted = await conn.fetchrow("SELECT view_count, last_viewed_at, updated_at FROM websites WHERE id = $1", one)
    assert counted["view_count"] == 2
    assert counted["last_viewed_at"] > moment
    assert counted["updated_at"] == before
    assert await conn.fetchval("SELECT count(*) FROM change_log") == changes
    uncounted = await conn.fetchrow("SELECT * FROM website_uncounted_daily")
    assert tuple(uncounted) == (one, date(2026, 11, 28), "seo", 2)


async def test_a_counter_that_is_full_costs_no_site_its_views(
    conn: asyncpg.Connection, edge: asyncpg.Connection
) -> None:
    full, other = await make_site(conn, view_count=2**31 - 1), await make_site(conn)
    told = [Uncounted(str(full), "2026-11-28", "seo")] * 2
    await conn.execute(
        "INSERT INTO website_uncounted_daily (website_id, date, reason, visits) VALUES ($1, '2026-11-28', 'seo', $2)",
        *(full, 2**31 - 2),
    )
    done = await store(edge, uuid4(), batch(make_view(full), make_view(other), *told), KEEP)
    assert (done.views, done.refused) == (2, [])
    counts = [await conn.fetchval("SELECT view_count FROM websites WHERE id = $1", site) for site in (full, other)]
    assert counts == [2**31 - 1, 1]
    assert await conn.fetchval("SELECT visits FROM website_uncounted_daily") == 2**31 - 1


async def test_views_of_a_site_that_is_gone_are_left_out(conn: asyncpg.Connection, edge: asyncpg.Connection) -> None:
    site = await make_site(conn)
    sent = batch(make_view(site), make_view(uuid4()), Uncounted(str(uuid4()), "2026-11-28", "seo"))
    done = await store(edge, uuid4(), sent, KEEP)
    assert (done.views, done.refused) == (1, [])


@pytest.mark.parametrize(
    "bad",
    [{"website_id": "no id"}, {"page_path": "x" * 501}, {"country": "IDN"}, {"browser": 7}, {"at": float("nan")},
     {"at": 5.0}, {"at": 9e9}, {"at": "soon"}, {"page_path": "a\x00b"}],
    ids=str,
)  # fmt: skip
async def test_a_bad_record_is_set_aside_and_the_others_are_stored(
    conn: asyncpg.Connection, edge: asyncpg.Connection, bad: dict[str, Any]
) -> None:
    site = await make_site(conn)
    good = batch(*(make_view(site) for _ in range(37)))
    good.views.insert(20, (str(uuid4()), make_texts(site)._replace(**bad)))
    done = await store(edge, uuid4(), good, KEEP)
    assert (done.views, len(done.refused)) == (37, 1)
    assert await conn.fetchval("SELECT count(*) FROM page_views") == 37
    assert await conn.fetchval("SELECT view_count FROM websites") == 37


async def test_a_missing_partition_makes_a_piece_wait(conn: asyncpg.Connection, edge: asyncpg.Connection) -> None:
    site = await make_site(conn)
    piece, sent = uuid4(), batch(make_view(site), Uncounted(str(site), "2026-11-28", "seo"))
    for (name,) in await conn.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'page_views'::regclass"
    ):
        await conn.execute(f"DROP TABLE {name}")
    with pytest.raises(PartitionMissing):
        await store(edge, piece, sent, KEEP)
    assert await conn.fetchval("SELECT count(*) FROM website_uncounted_daily") == 0
    await conn.execute("SELECT make_page_view_partitions()")
    assert (await store(edge, piece, sent, KEEP)).views == 1


async def test_a_site_takes_its_counts_along(conn: asyncpg.Connection, edge: asyncpg.Connection) -> None:
    site = await make_site(conn)
    await store(edge, uuid4(), batch(make_view(site), Uncounted(str(site), "2026-11-28", "seo")), KEEP)
    await conn.execute("DELETE FROM websites WHERE id = $1", site)
    assert await conn.fetchval("SELECT count(*) FROM page_views") == 0
    assert await conn.fetchval("SELECT count(*) FROM website_uncounted_daily") == 0


async def test_the_edge_reads_no_visits(edge: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await edge.fetch("SELECT visitor_hash FROM page_views")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await edge.execute("DELETE FROM day_key_roots")


async def test_upkeep_makes_partitions_and_roots_and_ends_both(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, keyring: Keyring
) -> None:
    now = datetime.now(UTC)
    await conn.execute("INSERT INTO day_key_roots VALUES ('2026-01-01', '\\x00', 'k', now() - interval '1 second')")
    await conn.execute(f"DROP TABLE page_views_y{now:%Y}m{now:%m}")
    done = await keep_up(maintain, keyring, 90)
    assert (done.made, done.roots, done.destroyed) == (1, len(wanted_days(now)), 1)
    again = await keep_up(maintain, keyring, 90)
    assert (again.made, again.roots, again.destroyed, again.deleted, again.dropped) == (0, 0, 0, 0, 0)
    days = [row["day"] for row in await conn.fetch("SELECT day FROM day_key_roots ORDER BY day")]
    assert days == wanted_days(now)
    assert max(days) == now.date() + timedelta(days=2)


async def test_upkeep_deletes_what_is_too_old_to_the_day_and_the_owner_drops_its_partitions(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, keyring: Keyring
) -> None:
    site, now = await make_site(conn), datetime.now(UTC)
    for months in range(1, 8):
        await conn.execute("SELECT make_page_view_partition((now() - make_interval(months => $1))::date)", months)
    kept = [now - timedelta(days=89, hours=23), now - timedelta(days=30), now]
    for moment in [*kept, now - timedelta(days=90, minutes=1), now - timedelta(days=150)]:
        await conn.execute("INSERT INTO page_views (website_id, created_at) VALUES ($1, $2)", site, moment)
    done = await keep_up(maintain, keyring, 90)
    assert (done.deleted, done.dropped) == (2, 0)
    assert done.left >= 3
    assert [row[0] for row in await conn.fetch("SELECT created_at FROM page_views ORDER BY 1")] == kept
    partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'page_views'::regclass"
    before = await conn.fetchval(partitions)
    done = await keep_up(conn, keyring, 90)
    assert (done.deleted, done.left) == (0, 0)
    assert 3 <= done.dropped <= 5, "of seven months, those that ended ninety days ago"
    assert await conn.fetchval(partitions) == before - done.dropped
    assert await conn.fetchval("SELECT count(*) FROM page_views") == 3


async def test_inserts_go_on_while_a_partition_is_detached_and_an_interrupted_detaching_is_finished(
    conn: asyncpg.Connection, edge: asyncpg.Connection, database: Database, keyring: Keyring
) -> None:
    site = await make_site(conn)
    await conn.execute("SELECT make_page_view_partition((now() - interval '8 months')::date)")
    reader = await asyncpg.connect(database.url)
    # Somebody reads for long: detaching waits for the reader, and nobody waits for detaching.
    await reader.execute("BEGIN; SELECT count(*) FROM page_views")
    await conn.execute("SET lock_timeout = '300ms'")
    old = await conn.fetchval("SELECT old_page_view_partitions('90 days')::text")
    with pytest.raises(asyncpg.LockNotAvailableError):
        await conn.execute(f"ALTER TABLE page_views DETACH PARTITION {old} CONCURRENTLY")
    assert (await store(edge, uuid4(), batch(make_view(site)), KEEP)).views == 1
    await reader.close()
    done = await keep_up(conn, keyring, 90)
    assert done.dropped == 1


async def test_what_was_detached_and_not_dropped_is_dropped_later_but_nothing_that_somebody_keeps(
    conn: asyncpg.Connection, maintain: asyncpg.Connection, database: Database, keyring: Keyring
) -> None:
    site = await make_site(conn)
    for months in (8, 9, 10):
        await conn.execute("SELECT make_page_view_partition((now() - make_interval(months => $1))::date)", months)
    left, kept, foreign = sorted(row[0] for row in await conn.fetch("SELECT old_page_view_partitions('90 days')::text"))
    await conn.execute(f"INSERT INTO {kept} (website_id, created_at) SELECT $1, $2", site, await _month_of(conn, kept))
    for name in (left, kept, foreign):
        await conn.execute(f"ALTER TABLE page_views DETACH PARTITION {name}")
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute(f"ALTER TABLE {foreign} OWNER TO CURRENT_USER")
    await admin.close()
    # Of this month, as somebody may have detached it who repairs something.
    now = datetime.now(UTC)
    await conn.execute(f"ALTER TABLE page_views DETACH PARTITION page_views_y{now:%Y}m{now:%m}")
    await conn.execute(f"ALTER TABLE page_views_y{now:%Y}m{now:%m} RENAME TO page_views_y2999m01")
    assert (await keep_up(maintain, keyring, 90)).left == 1
    assert (await keep_up(conn, keyring, 90)).dropped == 1
    assert (await keep_up(conn, keyring, 90)).dropped == 0
    names = (left, kept, foreign, "page_views_y2999m01")
    are_there = [await conn.fetchval("SELECT to_regclass($1) IS NOT NULL", name) for name in names]
    assert are_there == [False, True, True, True]


async def _month_of(conn: asyncpg.Connection, partition: str) -> datetime:
    return await conn.fetchval('SELECT to_timestamp($1, \'"page_views_y"YYYY"m"MM\')', partition)


def test_a_root_opens_with_its_own_keyring_and_day_alone(keyring: Keyring) -> None:
    day = date(2026, 11, 28)
    row = new_root(keyring, day)
    secret = unwrap(keyring, row)
    assert secret is not None
    assert len(secret) == 32
    assert secret not in row.wrapped_root
    assert new_root(keyring, day).wrapped_root != row.wrapped_root
    assert unwrap(Keyring.generate(), row) is None
    moved = type(row)(date(2026, 11, 29), row.wrapped_root, row.key_id, row.destroy_after)
    short = type(row)(day, row.wrapped_root[:8], row.key_id, row.destroy_after)
    assert unwrap(keyring, moved) is unwrap(keyring, short) is None


def test_a_root_outlives_its_day_everywhere_and_not_72_hours() -> None:
    day = date(2026, 11, 28)
    begins = datetime(2026, 11, 27, 10, tzinfo=UTC)  # UTC+14
    last_view = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)  # half an hour into the next day of UTC-12
    assert last_view < destroy_after(day) < begins + timedelta(hours=71)
    for hour in range(24):
        now = datetime(2026, 11, 28, hour, tzinfo=UTC)
        days = wanted_days(now)
        assert {(now + timedelta(hours=offset)).date() for offset in (-12, 14)} <= set(days)
        assert all(now < destroy_after(one) for one in days)


async def test_what_is_refused_is_kept_before_the_piece_counts_as_stored(
    conn: asyncpg.Connection, edge: asyncpg.Connection
) -> None:
    site = await make_site(conn)
    piece, sent = uuid4(), batch(make_view(site), make_view(site, country="IDN"))

    async def fail(done: Stored) -> None:
        assert len(done.refused) == 1
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await store(edge, piece, sent, KEEP, fail)
    done = await store(edge, piece, sent, KEEP)
    assert (done.known, done.views, len(done.refused)) == (False, 1, 1)


async def test_a_site_that_is_erased_while_its_views_are_stored_leaves_none(
    conn: asyncpg.Connection, edge: asyncpg.Connection, maintain: asyncpg.Connection
) -> None:
    site = await make_site(conn)
    sent = batch(make_view(site))
    async with edge.transaction():
        assert await known_websites(edge, [site.bytes]) == {site.bytes}
        erased = asyncio.create_task(conn.execute("DELETE FROM websites WHERE id = $1", site))
        while not await waiting(maintain):
            assert not erased.done()
            await asyncio.sleep(0.01)
        await copy_views(edge, rows_of(sent), add_up(map(count_of, rows_of(sent))).values())
    await erased
    assert await conn.fetchval("SELECT count(*) FROM page_views") == 0


async def test_rows_are_as_copy_takes_them(conn: asyncpg.Connection, edge: asyncpg.Connection) -> None:
    site, moment = await make_site(conn), datetime.now(UTC)
    texts = {name: f"{name} é😀" for name in View._fields[2:] if name != "country"}
    sent = batch(
        make_view(site, at=moment.timestamp(), country="ID", **texts),
        make_view(site, at=moment.timestamp() - 60, page_path=None, device_type=None),
    )
    assert len(rows_of(sent)) == 2
    await copy_views(edge, rows_of(sent), add_up(map(count_of, rows_of(sent))).values())
    rows = await conn.fetch("SELECT * FROM page_views ORDER BY created_at DESC")
    assert rows[0]["created_at"] == moment
    assert {name: rows[0][name] for name in texts} == texts
    assert set(rows[1].values()) == {rows[1]["id"], site, moment - timedelta(minutes=1), None}
    assert await conn.fetchval("SELECT last_viewed_at FROM websites") == moment


@given(row=st.binary(max_size=300), cut=st.integers(0, 400))
def test_bytes_that_are_no_row_are_told_from_one(row: bytes, cut: int) -> None:
    whole = rows_of(batch(make_view(uuid4())))[0]
    for odd in (row, whole[:cut] + row, whole[: cut % len(whole)]):
        with suppress(ValueError):
            assert len(unpack(odd)) == 15


async def test_a_row_that_is_none_costs_itself_alone(conn: asyncpg.Connection, edge: asyncpg.Connection) -> None:
    sent = batch(make_view(await make_site(conn)))
    (block,) = sent.blocks
    sent.blocks.append(block._replace(rows=block.rows[:60]))
    assert (await store(edge, uuid4(), sent, KEEP)).views == 1
    assert sent.damaged == [block.rows[:60]]
