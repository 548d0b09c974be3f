"""Owners' pictures: served on their site's own origin alone, counted, and gone when they are deleted."""

import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from renderer.gate.passwords import hash_password
from renderer.keys import KEYRING, PICTURES, SETTINGS, STUDIO
from renderer.media import leftovers, queries
from renderer.media.adding import Full, add_picture
from renderer.media.queries import Kept
from renderer.objects import Folder
from tests.commands import Run
from tests.databases import Database
from tests.factories import make_site, make_user
from tests.serving import Serve
from tests.test_previews import Previewer
from tests.uploads import picture
from tests.visitor import Visitor

HOST = "kopi.sites.test"


@pytest.fixture
async def owner(conn: asyncpg.Connection) -> UUID:
    return await make_user(conn, subscription_tier="free")


@pytest.fixture
async def site(conn: asyncpg.Connection, owner: UUID) -> UUID:
    return await make_site(conn, user_id=owner, subdomain="kopi")


@pytest.fixture
async def store(visitor: Visitor) -> Folder:
    store = visitor.client.server.app[PICTURES]  # type: ignore[union-attr]
    assert isinstance(store, Folder)
    return store


async def add(visitor: Visitor, conn: asyncpg.Connection, owner: UUID, site: UUID, data: bytes) -> Kept:
    app = visitor.client.server.app  # type: ignore[union-attr]

    @asynccontextmanager
    async def db() -> AsyncIterator[asyncpg.Connection]:
        async with conn.transaction():
            yield conn

    return await add_picture(app[STUDIO], app[PICTURES], db, owner, site, "C:\\Foto\\kopi  susu.jpg", data)


async def test_a_picture_is_served_on_its_own_site_and_nowhere_else(
    visitor: Visitor, conn: asyncpg.Connection, owner: UUID, site: UUID
) -> None:
    await make_site(conn, user_id=owner, subdomain="roti")
    draft = await make_site(conn, user_id=owner, subdomain="draf", status="draft")
    kept = await add(visitor, conn, owner, site, picture(900, 600))
    hidden = await add(visitor, conn, owner, draft, picture(900, 600))
    own = kept.picture
    for file in own.files:
        answer = await visitor.get(HOST, own.address(file))
        assert answer.status == 200
        assert (
            answer.headers["Content-Type"]
            == {
                "avif": "image/avif",
                "webp": "image/webp",
                "jpg": "image/jpeg",
            }[file.split(".")[1]]
        )
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
    for host, address in (
        ("roti.sites.test", own.src),
        ("draf.sites.test", hidden.picture.src),
        ("nobody.sites.test", own.src),
        ("sites.test", own.src),
        (HOST, own.address("641.webp")),
        (HOST, own.address("..%2f..%2fpasswd")),
        (HOST, own.src.replace("-900x600", "-900x601")),
        (HOST, "/_media/%00/320.webp"),
        (HOST, "/_media/x/y"),
    ):
        assert (await visitor.get(host, address)).status == 404, (host, address)
    row = await queries.find_picture(conn, site, kept.id)
    assert row is not None
    assert (row.title, row.bytes) == (
        "kopi susu.jpg",
        sum([len((await visitor.get(HOST, own.address(file))).body) for file in own.files]),
    )
    # The same once more is the same picture.
    assert await add(visitor, conn, owner, site, picture(900, 600)) == kept
    assert await conn.fetchval("SELECT count(*) FROM picture_leftovers") == 0


async def test_who_has_it_or_wants_a_part_of_it_gets_that(
    visitor: Visitor, conn: asyncpg.Connection, owner: UUID, site: UUID
) -> None:
    src = (await add(visitor, conn, owner, site, picture(400, 300))).picture.src
    whole = await visitor.get(HOST, src)
    tag, size = whole.headers["ETag"], len(whole.body)
    assert (await visitor.get(HOST, src, headers={"If-None-Match": f'"x", W/{tag}'})).status == 304
    assert (await visitor.get(HOST, src, headers={"If-Match": '"x"'})).status == 412
    head = await visitor.ask("HEAD", HOST, src, headers={"Range": "bytes=0-1"})
    assert (head.status, head.headers["Content-Length"]) == (200, str(size))
    for asked, expected in (
        ("bytes=0-9", whole.body[:10]),
        ("bytes=10-", whole.body[10:]),
        ("bytes=-7", whole.body[-7:]),
        (f"bytes=5-{size * 9}", whole.body[5:]),
        (f"bytes=-{size * 9}", whole.body),
    ):
        part = await visitor.get(HOST, src, headers={"Range": asked})
        assert (part.status, part.body) == (206, expected), asked
        assert part.headers["Content-Range"].endswith(f"/{size}")
    for odd in ("bytes=9-1", "bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=a-b", "bytes=0-" + "9" * 60):
        assert (await visitor.get(HOST, src, headers={"Range": odd})).body == whole.body, odd
    assert (await visitor.get(HOST, src, headers={"Range": f"bytes={size}-"})).status == 416
    stale = await visitor.get(HOST, src, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert stale.status == 200
    known = await visitor.get(HOST, src, headers={"Range": "bytes=0-9", "If-None-Match": tag})
    assert known.status == 304


async def test_a_password_and_a_preview_keep_it_from_caches(
    visitor: Visitor, conn: asyncpg.Connection, owner: UUID, site: UUID
) -> None:
    await conn.execute(
        "UPDATE websites SET is_password_protected = true, password_hash = $2, status = 'draft' WHERE id = $1",
        site,
        hash_password(b"rahasia"),
    )
    src = (await add(visitor, conn, owner, site, picture(400, 300))).picture.src
    app = visitor.client.server.app  # type: ignore[union-attr]
    previewer = Previewer(conn, visitor, app[KEYRING], site)
    assert (await visitor.get(previewer.host, src)).status == 404
    await previewer.open()
    seen = await visitor.get(previewer.host, src, headers={"Cookie": previewer.cookie})
    assert (seen.status, seen.headers["Cache-Control"]) == (200, "private, no-store")
    await conn.execute("UPDATE websites SET status = 'published' WHERE id = $1", site)
    locked = await visitor.get(HOST, src)
    assert "image" not in locked.headers["Content-Type"]
    assert "no-store" in locked.headers["Cache-Control"]


async def test_a_tier_has_its_room_and_what_is_gone_makes_some(
    visitor: Visitor, conn: asyncpg.Connection, owner: UUID, site: UUID, store: Folder
) -> None:
    first = await add(visitor, conn, owner, site, picture(300, 200))
    taken = (await queries.room_of(conn, owner)).taken
    assert (await queries.room_of(conn, owner)).most == 104_857_600
    await conn.execute(
        "UPDATE system_config SET value = jsonb_set(value, '{free,media_bytes}', to_jsonb($1::bigint)) "
        "WHERE key = 'tier_rights'",
        taken + 10,
    )
    other = await make_site(conn, user_id=owner, subdomain="kedua")  # of the same owner: the same room
    with pytest.raises(Full):
        await add(visitor, conn, owner, other, picture(600, 400))
    assert [place.name for place in store.folder.iterdir()] == [str(site)]
    # A paid tier that is over has the room of the free one; what is there stays.
    await conn.execute(
        "UPDATE users SET subscription_tier = 'pro', subscription_started_at = now() - interval '9 days', "
        "subscription_expires_at = now() - interval '1 day' WHERE id = $1",
        owner,
    )
    with pytest.raises(Full):
        await add(visitor, conn, owner, other, picture(600, 400))
    await conn.execute("UPDATE users SET subscription_expires_at = NULL WHERE id = $1", owner)
    assert await queries.delete_picture(conn, site, first.id)
    assert not await queries.delete_picture(conn, site, first.id)
    assert (store.folder / first.place).is_dir()
    assert await leftovers.clear(conn, store) == "1 erased"
    assert not (store.folder / str(site)).exists()
    assert (await visitor.get(HOST, first.picture.src)).status == 404
    assert await leftovers.clear(conn, store) is None
    for broken in ("1", "[]", '{"free": 3}', '{"free": {"media_bytes": "x"}}'):
        await conn.execute("UPDATE system_config SET value = $1 WHERE key = 'tier_rights'", broken)
        assert (await queries.room_of(conn, owner)).most is None


async def test_whatever_the_rows_of_pictures_say_their_room_is_told(
    visitor: Visitor, conn: asyncpg.Connection, owner: UUID, site: UUID
) -> None:
    for width in (300, 301):
        await add(visitor, conn, owner, site, picture(width, 200))
    await conn.execute("UPDATE pictures SET bytes = 9223372036854775807")
    assert (await queries.room_of(conn, owner)).taken > 0


async def test_an_upload_that_never_ended_leaves_nothing(
    visitor: Visitor, conn: asyncpg.Connection, owner: UUID, site: UUID, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts = store.put

    async def full_disk(key: str, data: bytes) -> None:
        if key.endswith("320.webp"):
            raise OSError(28, "No space left on device")
        await puts(key, data)

    monkeypatch.setattr(store, "put", full_disk)
    with pytest.raises(OSError, match="No space"):
        await add(visitor, conn, owner, site, picture(900, 600))
    assert await queries.list_pictures(conn, site, most=9) == []
    assert await leftovers.clear(conn, store) is None  # it might still be under way
    assert list(store.folder.glob("*/*/*"))
    await conn.execute("UPDATE picture_leftovers SET due = now()")
    assert await leftovers.clear(conn, store) == "1 erased"
    assert not list(store.folder.glob("*"))


async def test_all_that_is_left_over_is_erased_but_for_what_cannot_be(
    conn: asyncpg.Connection, site: UUID, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [f"{site}/{UUID(int=number)}" for number in range(7)]
    for place in places:
        await store.put(f"{place}/320.webp", b"x")
    await conn.execute("INSERT INTO picture_leftovers (place, due) SELECT unnest($1::text[]), now()", places)
    erases = store.erase

    async def erase(place: str) -> None:
        if place in (places[0], places[3]):
            raise PermissionError(13, "Permission denied")
        await erases(place)

    monkeypatch.setattr(leftovers, "MOST", 2)
    monkeypatch.setattr(store, "erase", erase)
    with pytest.raises(PermissionError):
        await leftovers.clear(conn, store)
    left = [row["place"] for row in await conn.fetch("SELECT place FROM picture_leftovers ORDER BY place")]
    assert left == [places[0], places[3]]
    assert len(list(store.folder.glob("*/*/*"))) == 2
    monkeypatch.setattr(store, "erase", erases)
    assert await leftovers.clear(conn, store) == "2 erased"
    # Where the store is away, not all of it is tried.
    await conn.execute("INSERT INTO picture_leftovers (place, due) SELECT unnest($1::text[]), now()", places)
    tried: list[str] = []

    async def away(place: str) -> None:
        tried.append(place)
        raise OSError("the store is away")

    monkeypatch.setattr(store, "erase", away)
    with pytest.raises(OSError, match="away"):
        await leftovers.clear(conn, store)
    assert len(tried) == leftovers.MOST_FAILED


async def test_pictures_are_taken_along_and_erased_with_their_site(
    visitor: Visitor,
    conn: asyncpg.Connection,
    owner: UUID,
    site: UUID,
    store: Folder,
    database: Database,
    renderer: Run,
    tmp_path: Path,
) -> None:
    roti = await make_site(conn, subdomain="roti")
    kept = await add(visitor, conn, owner, site, picture(500, 400))
    other = await add(visitor, conn, owner, roti, picture(300, 400))
    given = {
        "database": database,
        "database_migrate_url": database.url,
        "media_directory": str(store.folder),
    }
    done = renderer("sites", "export", "kopi", "--output", str(tmp_path / "kopi.zip"), **given)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "kopi.zip") as archive:
        media = {name for name in archive.namelist() if name.startswith("_media/")}
        assert media == {f"_media/{kept.name}/{file}" for file in kept.picture.files}
        assert archive.read(sorted(media)[0])[:4] in (b"RIFF", b"\xff\xd8\xff\xe0")
        assert kept.name in archive.read("pictures.jsonl").decode()
    assert renderer("sites", "erase", "kopi", "--confirm", "kopi", **given).returncode == 0
    assert not (store.folder / str(site)).exists()
    assert (store.folder / other.place).is_dir()


async def test_the_store_takes_keys_of_ours_alone(visitor: Visitor, store: Folder) -> None:
    assert visitor.client.server.app[SETTINGS].media_folder == store.folder  # type: ignore[union-attr]
    for key in ("", "..", "../x", "/etc/passwd", f"{UUID(int=1)}/../../x", f"{UUID(int=1)}/{UUID(int=2)}/a.svg"):
        with pytest.raises(ValueError, match="no key"):
            await store.get(key)
        with pytest.raises(ValueError, match="no key"):
            await store.erase(key)


async def test_the_database_shows_an_owner_their_own_pictures_alone(
    serve: Serve, visitor: Visitor, conn: asyncpg.Connection, owner: UUID, site: UUID, database: Database
) -> None:
    kept = await add(visitor, conn, owner, site, picture(200, 200))
    console = await asyncpg.connect(database.url_as("tapsite_console"))
    try:
        for user, count in ((owner, 1), (await make_user(conn), 0), (None, 0)):
            async with console.transaction():
                await console.execute("SELECT set_config('app.user_id', $1, true)", str(user) if user else "")
                assert await console.fetchval("SELECT count(*) FROM pictures") == count
                done = await console.execute("UPDATE pictures SET alt = 'x' WHERE id = $1", kept.id)
                assert done == f"UPDATE {count}"
    finally:
        await console.close()
