"""What the console asks the database before it knows for whom: whose e-mail, whose cookie; and who it is then."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("console_doors")


class EmailTaken(Exception):
    """There is an account with this e-mail address, in whatever case."""


class NotWalled(Exception):
    """The console's role is not held by row-level security."""


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    email: str
    password_hash: str
    may_enter: bool


async def require_wall(conn: asyncpg.Connection) -> None:
    """For a new connection: refuse to work as a role that sees other owners' rows (the owner of the tables does)."""
    if not await _queries.is_walled(conn):
        raise NotWalled("database.console_url must lead to a member of tapsite_console that does not own the tables")


async def name_owner(conn: "Connection", user_id: UUID | None, website_id: UUID | None = None) -> None:
    """For whom this transaction works. None: for nobody, who owns nothing. `website_id`: the site it is about, if one;
    that of another is of no use."""
    await _queries.name_owner(conn, user_id=str(user_id or ""), site_id=str(website_id or ""))


async def account_by_email(conn: "Connection", email: str) -> Account | None:
    record = await _queries.account_by_email(conn, email=email)
    return Account(**record) if record else None


async def make_link(
    conn: "Connection", email: str, purpose: str, digest: bytes, lasts: timedelta, *, is_known: bool
) -> asyncpg.Record | None:
    """Keep a link: user_id, email, full_name of whose it is, and how long it is good_for; None where nobody may have
    one."""
    record: asyncpg.Record | None = await _queries.make_link(
        conn, email=email, purpose=purpose, digest=digest, lasts=lasts, known=is_known
    )
    return record


async def note_lost_letter(conn: "Connection", digest: bytes) -> None:
    """The letter with that link was given up: others are not refused for it."""
    await _queries.note_lost_letter(conn, digest=digest)


async def make_email_links(
    conn: "Connection", user_id: UUID, address: str, go: bytes, stop: bytes, lasts: timedelta
) -> asyncpg.Record | None:
    """Keep the links of a change of address: email (the present one), full_name, is_taken (the new one)."""
    record: asyncpg.Record | None = await _queries.make_email_links(
        conn, user_id=user_id, address=address, go=go, stop=stop, lasts=lasts
    )
    return record


async def look_at_link(conn: "Connection", purpose: str, digest: bytes) -> asyncpg.Record | None:
    """user_id of whose link it is while it is good, and the email it is about. Uses nothing up."""
    record: asyncpg.Record | None = await _queries.look_at_link(conn, purpose=purpose, digest=digest)
    return record


async def take_link(conn: "Connection", purpose: str, digest: bytes) -> UUID | None:
    """Use a link up: whose it was."""
    person: UUID | None = await _queries.take_link(conn, purpose=purpose, digest=digest)
    return person


async def note_audit(conn: "Connection", **values: object) -> None:
    await _queries.note_audit(conn, **values)


async def resume_session(conn: "Connection", digest: bytes, idle: timedelta) -> asyncpg.Record | None:
    """Whose session this is, while it lasts: id, user_id, email, full_name, is_verified."""
    record: asyncpg.Record | None = await _queries.resume_session(conn, digest=digest, idle=idle)
    return record


async def end_session(conn: "Connection", digest: bytes) -> bool:
    return bool(await _queries.end_session(conn, digest=digest))


async def prune_sessions(conn: "Connection") -> int:
    """Forget sessions that have ended, old links and counts of attempts; how many that were."""
    forgotten = 0
    while some := int(await _queries.prune_sessions(conn)):
        forgotten += some
    return forgotten


async def create_user(
    conn: "Connection", email: str, password_hash: str, full_name: str | None, *, verified: bool
) -> UUID:
    """A new account, as the owner of the tables. Raises EmailTaken, and asyncpg.CheckViolationError for no address."""
    try:
        made: UUID = await _queries.create_user(
            conn, email=email, password_hash=password_hash, full_name=full_name, verified=verified
        )
    except asyncpg.UniqueViolationError:
        raise EmailTaken(email) from None
    return made
