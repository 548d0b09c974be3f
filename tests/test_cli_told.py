"""Whatever a row holds, a command says it in its own line: no terminal obeys it, no text is turned round."""

import json
import re
from uuid import UUID

import asyncpg
import pytest

from renderer.cli.telling import tell_json
from tests.commands import Run
from tests.databases import Database
from tests.factories import insert, make_post, make_site
from tests.test_inbox import make_lead

ODD = "\x1b]0;judul\x07\x9b2J\r\u202e\u2066\nwrong: akhir\x85\u2028"
# What a terminal obeys, beside the end of a line.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    content = {"site": {"name": "Kopi"}, f"x{ODD}": 1, "pages": [{"path": "/", "sections": [{"type": ODD, ODD: 1}]}]}
    made = await make_site(conn, subdomain="kopi", generated_content=content)
    lead = await make_lead(conn, made, form_type=ODD[:50])
    await insert(
        conn,
        "lead_attempts",
        {"website_id": made, "submission_id": lead, "channel": "email", "outcome": "failed", "said": ODD},
    )
    await conn.execute(
        "INSERT INTO form_webhooks (website_id, url, owner_id, key_id) "
        "SELECT id, $2, user_id, 'k' FROM websites WHERE id = $1",
        made,
        f"https://hook.example/{ODD}",
    )
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, last_error) VALUES ($1, 'kopi.example', $2)", made, ODD
    )
    await make_post(conn, made, slug=f"a{ODD}", title=ODD)
    return made


async def test_no_row_steers_a_terminal_or_begins_a_line_of_its_own(
    conn: asyncpg.Connection, database: Database, renderer: Run, site: UUID
) -> None:
    lead = (await conn.fetchval("SELECT id FROM form_submissions")).hex[:8]
    drafted = json.dumps({"title": f"Kedai {ODD}", "generated_content": {"site": {"name": ODD, ODD: ODD}}})
    url = database.url
    said = {}
    for command, typed in (
        (("preview-link", "kopi", "--post", f"a{ODD}"), ""),
        (("leads", "list", "kopi"), ""),
        (("leads", "deliveries", "kopi", lead), ""),
        (("leads", "webhooks", "kopi"), ""),
        (("domains", "list"), ""),
        (("domains", "list", "kopi"), ""),
        (("previews", "list", "kopi"), ""),
        (("drafts", "save", "kopi", "-"), drafted),
        (("drafts", "revisions", "kopi"), ""),
        (("check", "--site", "kopi.sites.test"), ""),
        (("check", "--json", "--site", "kopi.sites.test"), ""),
        (("check", "-"), drafted),
        (("stats", "kopi"), ""),
    ):
        done = renderer(*command, stdin=typed, database=database, database_migrate_url=url, database_maintain_url=url)
        said[" ".join(command[:2])] = done
        assert done.returncode in (0, 1), (command, done.stderr)
        for text in (done.stdout, done.stderr):
            assert not OBEYED.search(text), (command, text)
            assert not any(line.startswith("wrong: akhir") for line in text.splitlines()), command
    assert "\\u001b" in said["leads list"].stdout
    assert "\\u202e" in said["domains list"].stdout
    assert "judul" in said["drafts save"].stdout


def test_a_document_for_programs_stays_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    given = {ODD: [ODD, "köpi \U0001f600", {"a": "\ud800\t"}]}
    tell_json(given)
    told = capsys.readouterr().out
    assert not OBEYED.search(told)
    assert "köpi \U0001f600" in told
    assert json.loads(told) == given
