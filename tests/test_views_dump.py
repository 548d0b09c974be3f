"""Who takes database, spools, logs and metrics away learns no visitor's address, and opens nothing with them."""

import asyncio
import base64
import io
import json
import logging
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from renderer import logs, settings
from renderer.app import make_app
from renderer.db.backup_programs import choose_clients, connect, connection
from renderer.internal import make_internal_app
from renderer.keyring import Keyring
from renderer.preview import queries
from renderer.preview.tokens import USUAL, link_path
from renderer.tally import Board
from renderer.themes import Themes
from renderer.views import keep_up, recorder
from renderer.views import queries as view_queries
from renderer.views.roots import unwrap
from tests.databases import Database
from tests.factories import make_post, make_site
from tests.owners import HASH, PASSWORD, furnish, make_owner
from tests.owners import HOST as CONSOLE
from tests.serving import BASE_DOMAINS, WorkerServer
from tests.test_forms import ACTION, GOOD, send
from tests.test_newsletter import FORM
from tests.test_views_recorder import PHONE, hold_roots
from tests.test_views_told import CONTENT
from tests.visitor import Visitor

HOST = "kopi.sites.test"
OWN = {"Sec-Fetch-Site": "same-origin"}
# Each does something else, so that what is found says who let it out.
VISITORS = {
    "page": "114.120.7.71",
    "page by IPv6": "2404:8000:1027:b5f5::7a1c",
    "objects": "114.121.8.82",
    "program": "114.122.9.93",
    "ahead": "114.123.10.104",
    "beacon": "114.124.11.115",
    "click": "114.125.12.126",
    "like": "114.126.13.137",
    "search": "114.127.14.148",
    "wrong password": "114.128.15.159",
    "owner": "114.129.16.161",
    "owner mistaken": "114.130.17.172",
    "preview": "114.131.18.183",
    "malformed": "114.133.20.205",
}
# The owner's, in a column of the lead until it is blanked; nowhere else.
SENDERS = {"lead": "114.140.27.211", "subscriber": "114.132.19.194"}


def spellings(address: str) -> set[bytes]:
    """What an address, or the network that it is counted by, may look like."""
    ip = ip_address(address)
    forms = {address, ip.exploded, ip.compressed}
    packed = [ip.packed]
    if ip.version == 6:
        network = ip_network(f"{address}/64", strict=False).network_address
        forms |= {str(network).removesuffix("::"), network.exploded[:19]}
        packed.append(network.packed[:8])
    else:
        forms.add(str(int(ip)))
    hexes = {raw.hex().encode() for raw in packed}
    return {form.encode() for form in forms} | hexes | {one.upper() for one in hexes} | set(packed)


def encodings(secret: bytes) -> set[bytes]:
    """What a key or token may look like; of base64 what its neighbours do not change."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        found |= {encode(secret[skipped : len(secret) - (len(secret) - skipped) % 3]) for skipped in range(3)}
    return found


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that is logged, also what nobody would keep."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.set_up("debug", "auto", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def _views_stay_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "STORE_SECONDS", 3600.0)


def dump(database: Database) -> bytes:
    name, environment = connection(database.admin_url)
    with connect(database.admin_url) as conn:
        clients = choose_clients(conn.info.server_version // 10_000, "a dump")
    command = [clients.path("pg_dump"), "--no-password", f"--dbname={name}"]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


@pytest.mark.usefixtures("_views_stay_on_disk")
async def test_no_address_and_nothing_that_opens_anything_is_left_anywhere(
    conn: asyncpg.Connection,
    database: Database,
    themes: Themes,
    keyring: Keyring,
    aiohttp_client: Any,
    tmp_path: Path,
    written: io.StringIO,
) -> None:
    site = await make_site(conn, subdomain="kopi", generated_content=json.dumps(CONTENT))
    await make_site(conn, subdomain="teh", config='{"analytics": {"mode": "beacon"}}')
    await make_site(conn, subdomain="roti", is_password_protected=True, password_hash=HASH)
    await make_post(conn, site, slug="biji-pilihan")
    await keep_up(conn, keyring, 90)
    (tmp_path / "config.toml").touch()
    sections: dict[str, Any] = {
        "server": {"base_domains": BASE_DOMAINS, "trusted_proxies": ["127.0.0.1"]},
        "console": {"host": CONSOLE},
        "log": {"hits": 1.0, "level": "debug"},
    }
    made = settings.load(tmp_path / "config.toml", sections)
    url, board = database.url_as("tapsite_edge"), Board(1)
    app = make_app(made, url, keyring, themes, board=board, console_url=database.url_as("tapsite_console"))
    visitor = Visitor(await aiohttp_client(WorkerServer(app)))
    internal = await aiohttp_client(WorkerServer(make_internal_app(made, board, url, url, tmp_path / "var/spool")))
    await hold_roots(visitor)

    def come(who: str, **headers: str) -> dict[str, str]:
        return {"User-Agent": PHONE, "X-Forwarded-For": (VISITORS | SENDERS)[who], **headers}

    for who in ("page", "page", "page by IPv6"):
        assert (await visitor.get(HOST, headers=come(who))).status == 200
    await visitor.get(HOST, headers=come("objects", **{"Sec-GPC": "1"}))
    await visitor.get(HOST, headers={**come("program"), "User-Agent": "curl/8"})
    await visitor.get(HOST, headers=come("ahead", **{"Sec-Purpose": "prefetch"}))
    body = "beacon\n/\n?utm_source=x\nhttps://a.example/b"
    beacon = come("beacon", **OWN, **{"Content-Type": "text/plain"})
    assert (await visitor.ask("POST", "teh.sites.test", "/_seen/view", data=body, headers=beacon)).status == 204
    assert (await visitor.ask("POST", HOST, "/_seen/click?to=phone", headers=come("click", **OWN))).status == 204
    form = {"Content-Type": "application/x-www-form-urlencoded", **OWN}
    liked = await visitor.ask("POST", HOST, "/_seen/like", headers=come("like", **form), data="post=biji-pilihan")
    assert liked.status == 303
    assert (await visitor.get(HOST, "/blog/cari?q=kopi", headers=come("search"))).status == 200
    guess = await visitor.ask(
        "POST", "roti.sites.test", "/_password", headers=come("wrong password", **form), data="password=x&next=/"
    )
    assert guess.status < 500
    await visitor.raw(
        f"GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\nX-Forwarded-For: {VISITORS['malformed']}\r\n\r\n".encode()
    )
    sent = await send(visitor, GOOD, HOST, ACTION, headers=come("lead"))
    subscribed = await send(visitor, {"email": "sari@example.org"}, HOST, FORM, headers=come("subscriber"))
    assert (sent.status, subscribed.status) == (303, 303)
    owner = await furnish(conn, await make_owner(conn, visitor, "Ani Rahayu"), "Ani")
    await owner.post("/sign-in", {"email": owner.email, "password": "salah"}, **come("owner mistaken"))
    answer = await owner.post("/sign-in", {"email": owner.email, "password": PASSWORD}, **come("owner"))
    owner.take(answer)
    assert (await owner.get(f"/sites/{owner.site_id}/statistics", **come("owner"))).status == 200
    link = await queries.make_link(conn, site, USUAL)
    assert link is not None
    path = link_path(keyring, link)
    seen = await visitor.get(f"{site.hex}.preview.sites.test", path, headers=come("preview"))
    cookie = seen.headers["Set-Cookie"].partition(";")[0].partition("=")[2]

    async with asyncio.timeout(60):
        while (waiting := _files(tmp_path)).count(b"Mobile Safari") < 6:
            await asyncio.sleep(0.1)
        metrics = ""
        while not re.search(r"views_seen_total [1-9]", metrics):
            metrics = await (await internal.get("/metrics")).text()
            await asyncio.sleep(0.1)
    await visitor.client.close()
    written.flush()
    left = {
        "dump": dump(database),
        "what waited": waiting,
        "what is left": _files(tmp_path),
        "log": written.getvalue().encode(),
        "metrics": metrics.encode(),
    }
    # That there is something to be found, and that it is found.
    hashed = await conn.fetchval("SELECT visitor_hash FROM page_views WHERE visitor_hash IS NOT NULL LIMIT 1")
    assert hashed.encode() in left["dump"]
    assert hashed.encode() in left["what waited"]
    assert b"biji-pilihan" in left["dump"]
    assert b"GET 200" in left["log"]
    assert b"views" in left["metrics"]
    assert await conn.fetchval("SELECT count(*) FROM page_views") == 6

    secrets = {
        "session": owner.cookie.partition("=")[2].encode(),
        "preview link": path.rpartition("/")[2].encode(),
        "preview cookie": cookie.encode(),
    }
    raw = {f"root secret {name}": key._secret for name, key in keyring._keys.items()}
    for row in await view_queries.roots_at_hand(conn):
        root = unwrap(keyring, row)
        assert root is not None
        raw[f"root {row.day}"] = root
    raw |= {purpose: keyring.subkey(purpose) for purpose in ("session", "preview", "limits", "spool", "day-keys")}
    assert len(raw) >= 8
    assert datetime.now(UTC).date().isoformat() in str(list(raw))
    wanted = {who: spellings(address) for who, address in (VISITORS | SENDERS).items()}
    wanted |= {name: {value} for name, value in secrets.items()} | {
        name: encodings(value) for name, value in raw.items()
    }
    assert all(len(one) > 3 for some in wanted.values() for one in some)
    found = [
        (where, who, one) for where, text in left.items() for who, some in wanted.items() for one in some if one in text
    ]
    assert sorted(found) == sorted(("dump", who, address.encode()) for who, address in SENDERS.items())
    kept = await conn.fetch("SELECT host(ip_address) FROM form_submissions WHERE ip_address IS NOT NULL")
    assert {row[0] for row in kept} == set(SENDERS.values())
    assert [left["dump"].count(address.encode()) for address in SENDERS.values()] == [1, 1]


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
