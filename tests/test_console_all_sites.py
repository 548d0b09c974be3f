"""What who has several sites sees of all of them: messages, domains, and what is wanting."""

import csv
import io
import re
from uuid import UUID

import asyncpg
import pytest

from renderer import inbox
from renderer.inbox import Status, Wanted
from tests.factories import insert, make_site
from tests.owners import HOST, MARK, Owner, furnish, make_owner
from tests.serving import Serve
from tests.test_inbox import make_lead
from tests.visitor import Visitor


@pytest.fixture
async def console(serve: Serve) -> Visitor:
    return await serve(console={"host": HOST})


@pytest.fixture
async def ani(console: Visitor, conn: asyncpg.Connection) -> Owner:
    owner = await furnish(conn, await make_owner(conn, console, "Ani Rahayu"), MARK)
    await owner.sign_in()
    return owner


@pytest.fixture
async def agency(console: Visitor, conn: asyncpg.Connection) -> Owner:
    """Three sites; nothing of them is Ani's."""
    owner = await make_owner(conn, console, "Agensi")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="klinik", title="Klinik Melati")
    for name in ("bengkel", "kedai"):
        await make_site(conn, user_id=owner.id, subdomain=name, title=name.title())
    await owner.sign_in()
    return owner


async def site_named(conn: asyncpg.Connection, subdomain: str) -> UUID:
    site: UUID = await conn.fetchval("SELECT id FROM websites WHERE subdomain = $1", subdomain)
    return site


async def named(owner: Owner, query: str = "") -> list[str]:
    """Senders of the list, in its order."""
    answer = await owner.get(f"/leads{query}")
    assert answer.status == 200
    assert MARK not in answer.text
    return re.findall(r'<h2><a href="/sites/[^"]+"><bdi>([^<]+)</bdi>', answer.text)


async def test_messages_of_all_sites_are_one_list(agency: Owner, ani: Owner, conn: asyncpg.Connection) -> None:
    assert agency.site_id is not None
    bengkel = await site_named(conn, "bengkel")
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at) VALUES ($1, 'montir.example', now())", bengkel
    )
    for number, (site, name, status) in enumerate(
        [
            (agency.site_id, "Sari", "new"),
            (bengkel, "Budi <b>", "new"),
            (agency.site_id, "Dewi", "read"),
            (bengkel, "Spammer", "spam"),
            (agency.site_id, "Joko", "archived"),
        ]
    ):
        await make_lead(conn, site, number, submitter_name=name, data={"message": f"tentang {name}"})
        await conn.execute("UPDATE form_submissions SET status = $1 WHERE submitter_name = $2", status, name)
    assert await named(agency) == ["Dewi", "Budi &lt;b&gt;", "Sari"]
    assert await named(agency, "?shelf=new") == ["Budi &lt;b&gt;", "Sari"]
    assert await named(agency, "?shelf=spam") == ["Spammer"]
    assert await named(agency, "?site=KLINIK") == ["Dewi", "Sari"]
    assert await named(agency, "?site=montir.ex") == ["Budi &lt;b&gt;"]
    assert await named(agency, "?words=sari") == ["Sari"]
    assert await named(agency, "?words=budi&site=klinik") == []
    assert await named(agency, "?site=warung") == [], "whose it is not"
    for odd in ("site=%00x", "site=%25", "site=%27--", "words=%EF%BF%BF", "after=x~y", "shelf=zzz", "since=2026-01-01"):
        await named(agency, f"?{odd}")
    page = (await agency.get("/leads?shelf=new&site=bengkel")).text
    assert "<bdi>Bengkel</bdi>" in page
    # What is opened leads back to the list it was opened from, and what is done with it does, too.
    opened = re.findall(r'href="(/sites/[^"]+/leads/[^"]+)"', page)[0].replace("&amp;", "&")
    lead = (await agency.get(opened)).text
    assert 'href="/leads?shelf=new&amp;site=bengkel"' in lead
    assert '<input type="hidden" name="all" value="1">' in lead
    path = opened.partition("?")[0]
    kept = {"shelf": "new", "site": "bengkel", "all": "1"}
    erased = await agency.post(f"{path}/erase", {"sure": "1", **kept})
    assert erased.headers["Location"] == "/leads?shelf=new&site=bengkel&done=lead_erased"
    # A site that is gone takes its messages out of the list.
    await conn.execute("UPDATE websites SET deleted_at = now() WHERE id = $1", agency.site_id)
    assert await named(agency) == []


async def test_all_messages_are_narrowed_by_day_and_form_as_a_sites_are(
    agency: Owner, ani: Owner, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    klinik, bengkel = await site_named(conn, "klinik"), await site_named(conn, "bengkel")
    await conn.execute('UPDATE websites SET config = \'{"timezone": "Asia/Jayapura"}\' WHERE id = $1', bengkel)
    await conn.execute("UPDATE websites SET config = '{\"timezone\": \"Mars/Base\"}' WHERE subdomain = 'kedai'")
    await insert(conn, "form_templates", {"website_id": klinik, "name": "Janji", "form_type": "janji", "fields": "[]"})
    # 16:00 UTC is 23:00 in Jakarta and 01:00 of the next day in Jayapura.
    for site, name, kind, minutes in (
        (klinik, "Klinik 23.00", "contact", 4 * 60),
        (bengkel, "Bengkel 01.00", "contact", 4 * 60),
        (await site_named(conn, "kedai"), "Kedai 00.00", "order", 5 * 60),
        (klinik, "Klinik nanti", "janji", 40 * 60),
    ):
        await make_lead(conn, site, minutes, submitter_name=name, form_type=kind, data={"message": "halo kopi"})
    assert await named(agency, "?until=2026-11-01") == ["Klinik 23.00"]
    assert await named(agency, "?since=2026-11-02&until=2026-11-02") == ["Kedai 00.00", "Bengkel 01.00"]
    assert await named(agency, "?since=2026-11-02&until=2026-11-02&words=kopi") == ["Kedai 00.00", "Bengkel 01.00"]
    assert await named(agency, "?since=2026-11-03") == ["Klinik nanti"]
    assert await named(agency, "?form=order") == ["Kedai 00.00"]
    assert await named(agency, "?form=contact&site=beng") == ["Bengkel 01.00"]
    assert await named(agency, "?form=zzz") == []
    page = (await agency.get("/leads?form=contact&since=2026-11-01")).text
    for shown in ('value="contact" selected>', '<option value="janji">janji</option>', 'value="2026-11-01"'):
        assert shown in page
    assert 'href="/leads/table.csv?form=contact&amp;since=2026-11-01"' in page
    # What has the word is looked up a piece at a time, however few of it are of the form.
    monkeypatch.setattr("renderer.inbox.queries.MOST_FOUND", 1)
    assert sorted(await named(agency, "?words=kopi&form=contact")) == ["Bengkel 01.00", "Klinik 23.00"]


async def test_all_messages_are_one_table(
    agency: Owner, ani: Owner, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renderer.console.handlers.all_leads.LEADS_A_PIECE", 2)
    klinik, bengkel = await site_named(conn, "klinik"), await site_named(conn, "bengkel")
    await conn.execute('UPDATE websites SET config = \'{"timezone": "Asia/Jayapura"}\' WHERE id = $1', bengkel)
    for number, (site, data) in enumerate(
        [
            (klinik, {"umur": 7, "name": "Sari", "_about": {"form": "x"}}),
            (bengkel, {"message": "=1+1", "nomor polisi": "AB 1"}),
            (klinik, {"message": "dua", "size": ["L", "XL"]}),
            (bengkel, {"message": "tiga"}),
        ]
    ):
        await make_lead(conn, site, number, data=data)
    answer = await agency.get("/leads/table.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''pemilik.test-")
    text = answer.body.decode("utf-8-sig")
    assert MARK not in text
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Situs"] for row in rows] == ["Bengkel", "Klinik Melati", "Bengkel", "Klinik Melati"]
    assert [row["message"] for row in rows] == ["tiga", "dua", "'=1+1", ""]
    assert rows[1]["size"] == "L, XL"
    # No answer of an older message is lost for want of a column.
    assert rows[2]["Jawaban lain"] == "nomor polisi: AB 1"
    assert rows[3]["Jawaban lain"] == "name: Sari; umur: 7"
    assert [row["Diterima"] for row in rows[2:]] == ["2026-11-01 21:01", "2026-11-01 19:00"]
    narrowed = (await agency.get("/leads/table.csv?site=klinik&words=dua")).body.decode("utf-8-sig")
    assert len(narrowed.splitlines()) == 2
    for odd in ("since=9999-12-31", "until=0001-01-01", "after=zzz", "form=%5C", "words=%00", "site=%00"):
        assert (await agency.get(f"/leads/table.csv?{odd}")).status == 200, odd


async def test_several_of_any_sites_change_at_once_and_nobody_elses(
    agency: Owner, ani: Owner, conn: asyncpg.Connection
) -> None:
    assert agency.site_id is not None
    mine = [await make_lead(conn, site) for site in (agency.site_id, await site_named(conn, "kedai"))]
    answer = await agency.post(
        "/leads/status", {"lead": [*mine, ani.lead_id], "status": "archived", "shelf": "new", "site": "k"}
    )
    assert answer.headers["Location"] == "/leads?shelf=new&site=k&done=lead_changed"
    rows = await conn.fetch("SELECT id, status FROM form_submissions")
    assert {row["id"]: row["status"] for row in rows} == {mine[0]: "archived", mine[1]: "archived", ani.lead_id: "new"}
    assert (await agency.post("/leads/status", {"lead": mine, "status": "gone"})).status == 400
    none = await agency.post("/leads/status", {"lead": "x", "status": "read"})
    assert none.headers["Location"] == "/leads?done=leads_none"


async def test_the_queries_name_their_owner_even_where_no_row_is_walled_off(
    agency: Owner, ani: Owner, conn: asyncpg.Connection
) -> None:
    """To the owner of the database, unlike to the console's role, every row is there."""
    assert agency.id is not None
    assert ani.id is not None
    assert ani.lead_id is not None
    assert (await inbox.list_leads_of_owner(conn, agency.id, Wanted())).leads == []
    assert len((await inbox.list_leads_of_owner(conn, ani.id, Wanted())).leads) == 1
    assert await inbox.counts_of_owner(conn, agency.id) == {Status.NEW: 0, Status.SPAM: 0}
    assert await inbox.set_status_of_owner(conn, agency.id, [ani.lead_id], Status.SPAM) == 0


async def test_pages_of_all_messages_follow_one_another_without_a_gap(agency: Owner, conn: asyncpg.Connection) -> None:
    sites = [row["id"] for row in await conn.fetch("SELECT id FROM websites WHERE user_id = $1", agency.id)]
    for number in range(70):
        # Many of one moment: the id decides.
        await make_lead(conn, sites[number % 3], number // 10, submitter_name=f"Tamu {number:02}")
    seen: list[str] = []
    query = ""
    while True:
        page = (await agency.get(f"/leads{query}")).text
        found = re.findall(r"<bdi>(Tamu \d\d)</bdi></a>", page)
        assert len(found) <= 30
        seen += found
        further = re.search(r'href="/leads(\?after=[^"]+)" rel="next"', page)
        if further is None:
            break
        query = further[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 70
    assert [name[5:6] for name in seen] == sorted((name[5:6] for name in seen), reverse=True)


async def test_domains_of_all_sites_are_one_list_with_those_that_fail_first(
    agency: Owner, ani: Owner, conn: asyncpg.Connection
) -> None:
    assert "Belum ada domain" in (await agency.get("/domains")).text
    for host, site, verified, failing in (
        ("aman.example", "klinik", True, False),
        ("hilang.example", "kedai", False, True),
        ("zonder.example", "bengkel", True, True),
        ("menunggu.example", "kedai", False, False),
    ):
        await conn.execute(
            "INSERT INTO website_domains (website_id, host, verified_at, failing_since, last_checked_at) "
            "VALUES ($1, $2, CASE WHEN $3 THEN now() END, CASE WHEN $4 THEN now() END, now())",
            await site_named(conn, site),
            host,
            verified,
            failing,
        )
    page = (await agency.get("/domains")).text
    assert MARK.lower() not in page.lower()
    hosts = re.findall(r"<strong><bdi>([^<]+)</bdi>", page)
    assert hosts == ["hilang.example", "zonder.example", "menunggu.example", "aman.example"]
    assert f"/sites/{await site_named(conn, 'bengkel')}/domains" in page
    assert (await agency.get("/domains?page=2")).status == 404
    for odd in ("page=x", "page=0", "page=-1"):
        assert (await agency.get(f"/domains?{odd}")).status == 200


async def test_the_overview_says_which_of_many_sites_need_something(agency: Owner, conn: asyncpg.Connection) -> None:
    quiet = (await agency.get("/")).text
    assert "Perlu perhatian" not in quiet
    assert 'href="/leads"' in quiet
    assert 'href="/domains"' in quiet
    kedai, bengkel = await site_named(conn, "kedai"), await site_named(conn, "bengkel")
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, failing_since) VALUES ($1, 'hilang.example', now())", kedai
    )
    lead = await make_lead(conn, bengkel)
    attempt = (
        "INSERT INTO lead_attempts (website_id, submission_id, channel, outcome, said) VALUES ($1, $2, $3, $4, '')"
    )
    await conn.execute(attempt, bengkel, lead, "email", "failed")
    page = (await agency.get("/")).text
    assert "1 situs punya pesan baru" in page
    assert "1 situs kehilangan catatan domainnya" in page
    assert "Pesan dari 1 situs tidak sampai" in page

    async def found(query: str) -> list[str]:
        return re.findall(r"<h3><a[^>]+><bdi>([^<]+)</bdi>", (await agency.get(f"/?{query}")).text)

    assert await found("show=new") == await found("show=channels") == ["Bengkel"]
    assert await found("show=domains") == ["Kedai"]
    assert await found("sort=name") == ["Bengkel", "Kedai", "Klinik Melati"]
    await conn.execute("UPDATE websites SET view_count = 5 WHERE id = $1", kedai)
    assert (await found("sort=views"))[0] == "Kedai"
    assert len(await found("show=zzz&sort=zzz")) == 3
    # What got there since is no fault any more; another channel is another matter.
    await conn.execute(attempt, bengkel, lead, "whatsapp", "delivered")
    assert await found("show=channels") == ["Bengkel"]
    await conn.execute(attempt, bengkel, lead, "email", "delivered")
    assert await found("show=channels") == []


async def test_who_has_one_site_sees_no_more_than_that(ani: Owner, conn: asyncpg.Connection) -> None:
    await conn.execute("UPDATE website_domains SET failing_since = now()")
    page = (await ani.get("/")).text
    assert not re.search(r'href="/(leads|domains|\?show)', page)
    assert "Perlu perhatian" not in page
    assert f'<a href="/sites/{ani.site_id}/leads">Pesan baru</a>' in page


async def test_an_empty_box_says_how_messages_come_there(ani: Owner, conn: asyncpg.Connection) -> None:
    await conn.execute("DELETE FROM form_submissions")
    for shelf, comes in (("inbox", "mengirim formulir"), ("new", "mengirim formulir"), ("archived", "menandainya")):
        assert comes in (await ani.get(f"/leads?shelf={shelf}")).text
