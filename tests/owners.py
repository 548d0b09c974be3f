"""The console's test bench: two owners with everything an owner can have, signed in over real HTTP.

`Charlie` is the outsider: he has an account and a site of his own, and never gets anything of Ani's.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import asyncpg

from renderer.gate.passwords import hash_password
from tests.factories import insert, make_post, make_site, make_user
from tests.mail_server import MailServer
from tests.visitor import Answer, Visitor

HOST = "pemilik.test"
ORIGIN = f"http://{HOST}"
PASSWORD = "kopi hangat di teras"
HASH = hash_password(PASSWORD.encode())
# What may be found nowhere but with Ani.
MARK = "Rahasia-Ani"


@dataclass
class Owner:
    """`cookie` is what the browser of this owner sends; "" for who is not signed in."""

    visitor: Visitor
    id: UUID | None
    email: str
    cookie: str = ""
    site_id: UUID | None = None
    lead_id: UUID | None = None
    post_id: UUID | None = None
    deleted_id: UUID | None = None
    picture_id: UUID | None = None
    known: str = ""

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.visitor.get(HOST, path, headers=self._headers(headers))

    async def post(self, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        sent = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded", **headers}
        body = urlencode(fields or {}, doseq=True)
        return await self.visitor.ask("POST", HOST, path, data=body, headers=self._headers(sent))

    async def sign_in(self, password: str = PASSWORD) -> Answer:
        answer = await self.post("/sign-in", {"email": self.email, "password": password})
        self.take(answer)
        return answer

    def take(self, answer: Answer) -> None:
        """Keep the session that an answer gave, and that it was given here."""
        for line in answer.headers.getall("Set-Cookie", []):
            if found := re.match(r'((?:__Host-)?known)="?([^;"]*)', line):
                self.known = f"{found[1]}={found[2]}"
            elif found := re.match(r'((?:__Host-)?session)="?([^;"]*)', line):
                self.cookie = f"{found[1]}={found[2]}" if found[2] else ""

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        cookies = "; ".join(filter(None, (self.cookie, self.known)))
        return {**({"Cookie": cookies} if cookies else {}), **headers}


async def make_owner(conn: asyncpg.Connection, visitor: Visitor, name: str, **columns: object) -> Owner:
    email = f"{name.lower().split()[0]}@example.com"
    user = await make_user(conn, **{"email": email, "full_name": name, "password_hash": HASH, **columns})
    return Owner(visitor, user, email)


async def furnish(conn: asyncpg.Connection, owner: Owner, mark: str) -> Owner:
    """A site with what the console shows of one: a post, a lead, a day of statistics, a domain."""
    owner.site_id = await make_site(conn, user_id=owner.id, title=f"Warung {mark}", view_count=1204)
    owner.post_id = await make_post(conn, owner.site_id, title=f"Kabar {mark}")
    owner.deleted_id = await delete_a_post(conn, owner.site_id, f"Kabar lama {mark}")
    await conn.execute(
        "INSERT INTO unsaved_posts (website_id, user_id, typed, seen) "
        "VALUES ($1, $2, jsonb_build_object('title', $3::text), '')",
        owner.site_id,
        owner.id,
        mark,
    )
    await conn.execute(
        "INSERT INTO unsaved_forms (website_id, user_id, place, typed, tab) "
        "VALUES ($1, $2, 'facts', jsonb_build_array(jsonb_build_array('tagline', $3::text)), '')",
        owner.site_id,
        owner.id,
        mark,
    )
    await conn.execute(
        "INSERT INTO taken_forms (website_id, user_id, digest, location) VALUES ($1, $2, '', $3)",
        owner.site_id,
        owner.id,
        mark,
    )
    owner.lead_id = await insert(
        conn,
        "form_submissions",
        {"website_id": owner.site_id, "form_type": "contact", "submitter_name": mark, "data": {"message": mark}},
    )
    await conn.execute("UPDATE form_submissions SET status = 'spam' WHERE id = $1", owner.lead_id)
    await conn.execute("UPDATE form_submissions SET status = 'new' WHERE id = $1", owner.lead_id)
    await conn.execute(
        "INSERT INTO lead_attempts (website_id, submission_id, channel, outcome, said) "
        "VALUES ($1, $2, 'email', 'failed', $3)",
        owner.site_id,
        owner.lead_id,
        mark,
    )
    settings = {"thanks": mark, "notify_emails": [f"{mark.lower()}@example.org"]}
    await insert(
        conn,
        "form_templates",
        {"website_id": owner.site_id, "name": mark, "form_type": "contact", "fields": "[]", "settings": settings},
    )
    await conn.execute(
        "INSERT INTO lead_recipients (website_id, email, owner_id) VALUES ($1, $2, $3)",
        owner.site_id,
        f"{mark.lower()}@example.org",
        owner.id,
    )
    owner.picture_id = await insert(
        conn,
        "pictures",
        {"website_id": owner.site_id, "name": f"{'a' * 32}-1x1", "fallback": "jpg", "bytes": 1, "title": mark},
    )
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at) VALUES ($1, $2, now())",
        owner.site_id,
        f"{mark.lower()}.example",
    )
    return owner


async def delete_a_post(conn: asyncpg.Connection, site_id: UUID, title: str) -> UUID:
    """One that its owner deleted, and may bring back."""
    gone = {"id": uuid4(), "website_id": site_id, "slug": f"lama-{'x' * 60}", "title": title, "status": "draft"}
    return await insert(conn, "deleted_posts", {**gone, "content": {}, "categories": [], "tags": []})


async def mailed_link(mail: MailServer, number: int = 1) -> str:
    """The path of the link in the letter with a link that came as such a number; leads are mailed as well."""
    async with asyncio.timeout(60):
        while True:
            mail.arrived.clear()
            texts = [one.get_body(("plain",)).get_content() for one in mail.letters]  # type: ignore[union-attr]
            found = [path for text in texts for path in re.findall(r"(/link/\S+)", text)]
            if len(found) >= number:
                return str(found[number - 1])
            await mail.arrived.wait()
