"""Leads as their owner reads them: lists, search, status with history, erasing, and the table for spreadsheets."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from renderer import inbox
from renderer.db import queries
from renderer.inbox import Status, Wanted
from renderer.spreadsheets import MARK, safe_cell
from renderer.themes.forms import DEFAULT, default_form
from renderer.themes.text.words import words_for
from tests.databases import Database
from tests.factories import insert, make_site, make_user

JAKARTA = ZoneInfo("Asia/Jakarta")
Console = Callable[[UUID], object]


async def make_lead(conn: asyncpg.Connection, site: UUID, minutes: int = 0, **columns: object) -> UUID:
    data = columns.pop("data", {"name": "Sari", "message": "Halo"})
    values = {
        "website_id": site,
        "form_type": "contact",
        "submitter_name": "Sari",
        "data": json.dumps(data),
        "created_at": datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(minutes=minutes),
        **columns,
    }
    places = ", ".join(f"${number + 1}" for number in range(len(values)))
    made: UUID = await conn.fetchval(
        f"INSERT INTO form_submissions ({', '.join(values)}) VALUES ({places}) RETURNING id", *values.values()
    )
    return made


@pytest.fixture
async def owned(database: Database, conn: asyncpg.Connection) -> AsyncIterator[tuple[UUID, UUID, Console]]:
    """An owner, their site, and `as_owner(user)`: the console's connection inside a transaction for somebody."""
    role = await asyncpg.connect(database.url_as("tapsite_console"))
    user = await make_user(conn)
    site = await make_site(conn, user_id=user)

    @asynccontextmanager
    async def as_owner(person: UUID) -> AsyncIterator[asyncpg.Connection]:
        async with role.transaction():
            await role.execute("SELECT set_config('app.user_id', $1, true)", str(person))
            yield role

    yield user, site, as_owner
    await role.close()


async def test_a_list_comes_newest_first_in_pages_and_by_what_is_asked(conn, owned) -> None:
    user, site, as_owner = owned
    ids = [await make_lead(conn, site, n, form_type="order" if n % 2 else "contact") for n in range(7)]
    same = await make_lead(conn, site, 6)  # of the same moment
    await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", ids[0])
    async with as_owner(user) as role:
        seen, after = [], None
        while True:
            found = await inbox.list_leads(role, site, Wanted(after=after), most=3)
            seen += [lead.id for lead in found.leads]
            after = found.next
            if after is None:
                break
        assert set(seen[:2]) == {ids[6], same}
        assert seen[2:] == [ids[5], ids[4], ids[3], ids[2], ids[1]]
        spam = await inbox.list_leads(role, site, Wanted((Status.SPAM,)))
        assert [lead.id for lead in spam.leads] == [ids[0]]
        orders = await inbox.list_leads(role, site, Wanted(form_type="order"))
        assert [lead.id for lead in orders.leads] == [ids[5], ids[3], ids[1]]
        since, until = (datetime(2026, 11, 1, 12, minute, tzinfo=UTC) for minute in (2, 4))
        some = await inbox.list_leads(role, site, Wanted(since=since, until=until))
        assert [lead.id for lead in some.leads] == [ids[3], ids[2]]
        for nonsense in ("", "~", "2026-99-99 1:1~" + str(uuid4()), "x" * 4000):
            assert len((await inbox.list_leads(role, site, Wanted(after=nonsense))).leads) == 7
        assert await inbox.form_types(role, site) == ["contact", "order"]
        counted = await inbox.counts(role, site, most=5)
        assert counted[Status.NEW] == 5  # and more: counted as far as was asked
        assert counted[Status.SPAM] == 1


async def test_a_lead_is_found_by_the_words_it_has(conn, owned) -> None:
    user, site, as_owner = owned
    data = {
        "name": "Sari Wulandari",
        "whatsapp": "+6281355500123",
        "wishes": ["Kopi susu", {"size": "Besar"}],
        "_about": {"form": "rahasia"},
    }
    wanted = await make_lead(
        conn,
        site,
        submitter_name="Sari Wulandari",
        submitter_phone="+6281355500123",
        submitter_email="sari.w@example.com",
        data=data,
    )
    await make_lead(conn, site, submitter_name="Budi", data={"message": "it's \\ 100% _ {}[]|<>"})
    async with as_owner(user) as role:

        async def ids(words: str) -> list[UUID]:
            return [lead.id for lead in (await inbox.list_leads(role, site, Wanted(words=words))).leads]

        for words in ("sari", "WULAN sari", "0813 5550-0123", "+62 813-5550", "62813555", "besar kopi", "sari.w@exam"):
            assert await ids(words) == [wanted], words
        for words in ("rahasia", "ari", "sari budi", "0899 1234", "' | !", "\x00'\\:*&"):
            assert wanted not in await ids(words) or words.strip("\x00'\\:*&| !") == "", words
        assert len(await ids(" ")) == 2


async def test_a_common_word_is_met_among_the_newest(conn, owned, monkeypatch: pytest.MonkeyPatch) -> None:
    user, site, as_owner = owned
    monkeypatch.setattr(inbox.queries, "MOST_FOUND", 2)
    ids = [await make_lead(conn, site, n, data={"message": f"kopi {n}"}) for n in range(4)]
    async with as_owner(user) as role:
        found = await inbox.list_leads(role, site, Wanted(words="kopi"), most=3)
        assert [lead.id for lead in found.leads] == ids[:0:-1]


async def test_a_stranger_gets_nothing_and_changes_nothing(conn, owned) -> None:
    _, site, as_owner = owned
    lead = await make_lead(conn, site)
    stranger = await make_user(conn)
    own = await make_site(conn, user_id=stranger)
    await conn.execute("UPDATE form_submissions SET status = 'archived' WHERE id = $1", lead)
    async with as_owner(stranger) as role:
        for place in (site, own):
            assert not (await inbox.list_leads(role, place, Wanted(inbox.STATUSES))).leads
            assert not (await inbox.list_leads(role, place, Wanted((Status.ARCHIVED,), words="sari"))).leads
            assert await inbox.find_lead(role, place, lead) is None
            assert await inbox.history(role, place, lead) == []
            assert await inbox.set_status(role, place, [lead], Status.SPAM) == 0
            assert await inbox.form_types(role, place) == []
            assert set((await inbox.counts(role, place)).values()) == {0}
            assert await inbox.question_names(role, place, Wanted(inbox.STATUSES)) == []
            assert not await inbox.erase_lead(role, place, lead, stranger)
        assert await role.fetch("SELECT leads_with_words($1, 'sari', 10)", site) == []
        assert await role.fetchval("SELECT count(*) FROM lead_changes") == 0
    assert await conn.fetchval("SELECT status FROM form_submissions WHERE id = $1", lead) == "archived"
    # The site's id holds the queries to it, with no wall behind them as well.
    assert await inbox.find_lead(conn, own, lead) is None
    assert await inbox.set_status(conn, own, [lead], Status.SPAM) == 0
    assert not await inbox.erase_lead(conn, own, lead, stranger)


async def test_a_status_remembers_who_changed_it_and_when(conn, owned) -> None:
    user, site, as_owner = owned
    lead = await make_lead(conn, site)
    await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", lead)
    async with as_owner(user) as role:
        assert await inbox.set_status(role, site, [lead, uuid4()], Status.NEW) == 1
        assert await inbox.set_status(role, site, [lead], Status.NEW) == 0
        await inbox.open_lead(role, site, lead)
        await inbox.open_lead(role, site, lead)
        changes = await inbox.history(role, site, lead)
        assert [(change.was, change.became, change.by_owner) for change in changes] == [
            ("new", "read", True),
            ("spam", "new", True),
            ("new", "spam", False),
        ]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await role.execute("INSERT INTO lead_changes (website_id, submission_id) VALUES ($1, $2)", site, lead)


async def test_what_is_erased_leaves_a_line_in_the_log_that_says_nothing_of_the_visitor(conn, owned) -> None:
    user, site, as_owner = owned
    lead = await make_lead(conn, site, submitter_email="sari@example.com")
    async with as_owner(user) as role:
        await inbox.set_status(role, site, [lead], Status.READ)
        assert await inbox.erase_lead(role, site, lead, user)
        assert not await inbox.erase_lead(role, site, lead, user)
    assert await conn.fetchval("SELECT count(*) FROM form_submissions") == 0
    assert await conn.fetchval("SELECT count(*) FROM lead_changes") == 0
    row = await conn.fetchrow("SELECT * FROM audit_logs WHERE action = 'lead.erased'")
    assert (row["entity_id"], row["user_id"]) == (lead, user)
    assert "sari" not in str(dict(row)).lower()


HOSTILE = ['"text"', "[]", "null", "7", "{}", '{"message": {"a": [null, {"b": 1e300}]}}', '{"a\\nb": "\\u202ex"}']


async def test_no_row_breaks_the_list(conn, owned) -> None:
    user, site, as_owner = owned
    for data in [*HOSTILE, json.dumps({"message": "x" * 3_000_000}), '{"n": 1e131071}', "[" * 500 + "]" * 500]:
        await conn.execute(
            "INSERT INTO form_submissions (website_id, form_type, data, status, created_at) "
            "VALUES ($1, '', $2, NULL, NULL)",
            site,
            data,
        )
    await conn.execute("UPDATE form_submissions SET created_at = 'infinity' WHERE data = '[]'")
    await conn.execute("UPDATE form_submissions SET created_at = '-infinity' WHERE data = '{}'")
    async with as_owner(user) as role:
        seen, after = 0, None
        for _ in range(12):
            found = await inbox.list_leads(role, site, Wanted((Status.NEW,), after=after), most=2)
            seen += len(found.leads)
            for line in found.leads:
                assert len(line.excerpt) <= 161
                lead = await inbox.find_lead(role, site, line.id)
                assert lead is not None
                inbox.answers_of(lead, None, words_for("id"), "Ya", "Tidak")
                inbox.reply_links(lead, "Halo", "Balasan")
            after = found.next
            if after is None:
                break
        assert seen == len(HOSTILE) + 3


ODD_TIMES = (
    *("infinity", "294276-12-31 23:59:59.999999+00", "20000-02-29 00:00:00.5+00", "2027-01-01 00:00:00+00"),
    *("0001-01-01 00:00:00+00", "0005-02-29 12:00:00+00 BC", "4713-01-01 00:00:00+00 BC", "-infinity"),
)


async def test_pages_lead_past_times_that_no_calendar_has(conn, owned) -> None:
    user, site, as_owner = owned
    made = []
    for time in ODD_TIMES:
        for _ in range(2):
            made.append(await make_lead(conn, site))
            await conn.execute(
                "UPDATE form_submissions SET created_at = $2::text::timestamptz WHERE id = $1", made[-1], time
            )
    async with as_owner(user) as role:
        for most in (1, 3):
            seen, after = [], None
            for _ in range(len(made) + 1):
                found = await inbox.list_leads(role, site, Wanted(after=after), most=most)
                seen += [lead.id for lead in found.leads]
                after = found.next
                if after is None:
                    break
            assert set(seen) == set(made)
            assert len(seen) == len(made)


async def test_answers_are_named_as_the_form_asks_them(conn, owned) -> None:
    user, site, as_owner = owned
    data = {
        "message": "Dua porsi",
        "name": "Sari",
        "email": "",
        "former_question": True,
        "lines": [{"item": "Kopi", "n": "2"}],
        "_about": {"form": "contact", "language": "id"},
    }
    made = await make_lead(conn, site, submitter_phone="+6281355500123", submitter_email="sari@example.com", data=data)
    async with as_owner(user) as role:
        lead = await inbox.find_lead(role, site, made)
    assert lead is not None
    assert lead.form_key == DEFAULT
    answers = inbox.answers_of(lead, default_form(words_for("id")), words_for("id"), "Ya", "Tidak")
    assert [(one.label, one.text) for one in answers] == [
        ("Nama", "Sari"),
        ("Pesan", "Dua porsi"),
        ("Lines", "n: 2\nitem: Kopi"),
        ("Former question", "Ya"),
    ]
    links = inbox.reply_links(lead, "Halo Sari & kawan", "Pesan Anda")
    assert links["whatsapp"] == "https://wa.me/6281355500123?text=Halo%20Sari%20%26%20kawan"
    assert links["email"] == "mailto:sari@example.com?subject=Pesan%20Anda&body=Halo%20Sari%20%26%20kawan"


FORMULAS = ["=1+1", "+62813", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|' /C calc'!A0", "\n=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == "'" + text
    assert safe_cell(f"a{text}") == f"a{text}"


ORDER = {
    "lines": [
        {"item": "roti", "label": "Roti", "quantity": 2, "price": 12000, "amount": 24000},
        {"item": "tumpeng", "label": "Tumpeng", "quantity": 1, "price": None, "amount": None},
    ],
    "total": 24000,
    "currency": "IDR",
}


async def test_the_table_holds_every_lead_and_opens_in_a_spreadsheet(conn, owned) -> None:
    user, site, as_owner = owned
    for number in range(5):
        await make_lead(
            conn,
            site,
            number,
            submitter_phone="+62813",
            data={"name": "Sari", "message": f'=A{number};"x"\n', "pesanan": ORDER, "_about": {}},
        )
    async with as_owner(user) as role:
        names = await inbox.question_names(role, site, Wanted())
        assert sorted(names) == ["message", "name", "pesanan"]

        async def fetch(after: str | None) -> inbox.Found:
            return await inbox.list_leads(role, site, Wanted(after=after), most=2)

        heads = ["Diterima", "Status", "Formulir", "Nama", "Surel", "Telepon", "Nomor"]
        said = {"new": "Belum dibaca", "contact": "Kontak"}
        rows_of = inbox.lead_rows(fetch, names, heads, {"message": "Pesan"}, said, JAKARTA, "id")
        pieces = [piece async for piece in rows_of]
    assert len(pieces) == 4
    text = "".join(pieces)
    assert text.startswith(MARK)
    rows = list(csv.reader(io.StringIO(text.removeprefix(MARK)), delimiter=";"))
    assert rows[0][:7] == heads
    assert "Pesan" in rows[0]
    assert len(rows) == 6
    newest = dict(zip(rows[0], rows[1], strict=True))
    assert newest["Pesan"] == '\'=A4;"x"\n'
    assert (
        newest["pesanan"]
        == "2 × Roti: Rp24.000; 1 × Tumpeng: harga menyusul; Total: Rp24.000, ditambah yang harganya menyusul"
    )
    assert newest["Telepon"] == "'+62813"
    assert (newest["Status"], newest["Formulir"]) == ("Belum dibaca", "Kontak")
    assert newest["Diterima"] == "2026-11-01 19:04"


async def test_words_of_all_sites_are_found_however_many_leads_have_them(conn: asyncpg.Connection, owned) -> None:
    user, site, as_owner = owned
    other, stranger = await make_site(conn, user_id=user), await make_site(conn)
    await conn.execute(
        "INSERT INTO form_submissions (website_id, form_type, data, status, created_at) "
        "SELECT ($1::uuid[])[1 + g % 3], 'contact', "
        "jsonb_build_object('message', 'kopi ' || CASE WHEN g % 50 = 0 THEN 'luwak ' ELSE '' END || 'nomor' || g), "
        "(ARRAY['new', 'read', 'spam'])[1 + g % 7 % 3], "
        "CASE WHEN g > 3995 THEN '-infinity'::timestamptz WHEN g = 1 THEN 'infinity' "
        "ELSE now() - g / 2 * g * interval '2 minutes' END "
        "FROM generate_series(1, 4000) g",
        [site, other, stranger],
    )
    async with as_owner(user) as role:
        for words, few in (("kopi", False), ("kopi luwak", True), ("nomor7", True), ("teh", True)):
            for statuses in ((Status.NEW, Status.READ), (Status.SPAM,)):
                expected = [
                    row["id"]
                    for row in await conn.fetch(
                        "SELECT id FROM form_submissions WHERE website_id = ANY($1) AND status = ANY($2) "
                        "AND words @@ lead_query(website_id, $3) ORDER BY created_at DESC, id DESC",
                        [site, other],
                        [one.value for one in statuses],
                        words,
                    )
                ]
                assert few == (len(expected) < 300), words
                seen, wanted = [], Wanted(statuses, words=words)
                while True:
                    found = await inbox.list_leads_of_owner(role, user, wanted, most=300)
                    seen += [lead.id for lead in found.leads]
                    if found.next is None:
                        break
                    wanted = replace(wanted, after=found.next)
                assert seen == expected, words
    # What waits to be put in order is read at every look, and there is a look for each site.
    assert "fastupdate=off" in await conn.fetchval(
        "SELECT reloptions FROM pg_class WHERE relname = 'form_submissions_words'"
    )


@pytest.mark.parametrize(
    ("stored", "cell"),
    [
        ("+6281355500101", "0813-5550-0101"),
        ("+62215550101", "(021) 5550101"),
        ("+6591234567", "(+65) 9123 4567"),
        ("+62", "'+62"),
        ("+6281355500101=1", "'+6281355500101=1"),
        ("+9999999999999", "'+9999999999999"),
    ],
)
async def test_a_number_in_the_table_is_neither_a_formula_nor_an_amount(conn, owned, stored: str, cell: str) -> None:
    """Digits that stand in groups are text to Excel and LibreOffice: no 0 is lost, and no sign is put in front."""
    user, site, as_owner = owned
    await make_lead(conn, site, submitter_phone=stored, data={"wa": stored})
    async with as_owner(user) as role:

        async def fetch(_: str | None) -> inbox.Found:
            return await inbox.list_leads(role, site, Wanted())

        rows_of = inbox.lead_rows(fetch, ["wa"], ["x"] * 7, {}, {}, JAKARTA, "id")
        text = "".join([piece async for piece in rows_of])
    _, (*known, asked) = csv.reader(io.StringIO(text), delimiter=";")
    assert (known[5], asked) == (cell, cell)


async def test_lists_follow_the_indexes_of_their_site(conn: asyncpg.Connection, owned) -> None:
    user, site, as_owner = owned
    for place in (site, await make_site(conn)):
        await conn.execute(
            "INSERT INTO form_submissions (website_id, form_type, data, status, created_at) SELECT $1, 'contact', "
            "jsonb_build_object('message', 'pesan ' || g), CASE WHEN g % 100 = 0 THEN 'spam' ELSE 'read' END, "
            "now() - g * interval '1 minute' FROM generate_series(1, 4000) g",
            place,
        )
    await conn.execute("ANALYZE form_submissions")
    asked = {"website_id": site, "last_id": UUID(int=2**128 - 1), "most": 51}
    async with as_owner(user) as role:
        statuses = ["new", "read", "replied"]
        assert "form_submissions_by_time" in await _explain(role, "leads", {**asked, "statuses": statuses})
        assert "form_submissions_by_status" in await _explain(role, "leads_of_status", {**asked, "status": "spam"})
    await conn.execute("SET enable_seqscan = off")
    plan = await conn.fetch(
        "EXPLAIN SELECT id FROM form_submissions WHERE words @@ lead_query($1, 'pesan 77') AND website_id = $1", site
    )
    assert "form_submissions_words" in str(plan)


async def _explain(role: asyncpg.Connection, name: str, values: dict[str, object]) -> str:
    """The plan of a named query; what is not given is NULL."""
    text = queries.text("inbox", name).partition("\n")[2].rstrip().rstrip(";")
    order = list(dict.fromkeys(re.findall(r"(?<!:):([a-z_]+)", text)))
    for number, parameter in enumerate(order, 1):
        text = re.sub(rf"(?<!:):{parameter}\b", f"${number}", text)
    rows = await role.fetch(f"EXPLAIN {text}", *(values.get(parameter) for parameter in order))
    return "\n".join(row[0] for row in rows)


async def test_a_lead_is_changed_when_something_of_it_is(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    lead = await insert(conn, "form_submissions", {"website_id": site, "form_type": "contact", "data": {}})
    await conn.execute("ALTER TABLE form_submissions DISABLE TRIGGER update_form_submissions_updated_at")
    await conn.execute("UPDATE form_submissions SET updated_at = '2020-01-01Z' WHERE id = $1", lead)
    await conn.execute("ALTER TABLE form_submissions ENABLE TRIGGER update_form_submissions_updated_at")
    touched = "SELECT updated_at > '2020-01-02Z' FROM form_submissions WHERE id = $1"
    await conn.execute("UPDATE form_submissions SET form_type = form_type, data = data WHERE id = $1", lead)
    assert not await conn.fetchval(touched, lead)
    await conn.execute("UPDATE form_submissions SET status = 'read' WHERE id = $1", lead)
    assert await conn.fetchval(touched, lead)
