"""An owner's sites and numbers, and what signing in writes. Every function takes a connection of `Visit.db`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from renderer.console.site_card import SiteCard
from renderer.db import queries
from renderer.domains import Seen, is_proven, name_in_zone
from renderer.settings import Settings
from renderer.zones import zone_name

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("console")
NEEDS = ("new", "domains", "channels")
"""What may be wanting of a site: a message that nobody read; a record of a domain; a way to tell of messages."""
MOST_LISTED = 50
"""Domains of a site: an owner claims ten, but other programs claim, too."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The numbers of the view user_dashboard."""

    full_name: str | None
    email: str
    subscription_tier: str | None
    tokens_balance: int
    website_count: int
    published_website_count: int
    total_views: int
    new_leads: int


async def dashboard(conn: "Connection", user_id: UUID) -> Dashboard | None:
    record = await _queries.dashboard(conn, user_id=user_id)
    return Dashboard(**record) if record else None


async def sites(
    conn: "Connection",
    user_id: UUID,
    settings: Settings,
    *,
    most: int,
    skip: int = 0,
    words: str = "",
    show: str = "",
    sort: str = "",
) -> list[SiteCard]:
    """The owner's sites: those whose title or address has `words`, in lower case, and that need what `show` says (one
    of `NEEDS`). The one that changed last first, or by `name`, or by `views`."""
    asked = {"user_id": user_id, "most": most, "skip": skip, "words": words, "show": show, "sort": sort}
    return [_card(record, settings) async for record in _queries.sites(conn, **asked)]


async def needs(conn: "Connection", user_id: UUID) -> dict[str, int]:
    """How many of the owner's sites need what; by `NEEDS`."""
    return dict(await _queries.needs(conn, user_id=user_id))


async def titles(conn: "Connection", user_id: UUID, most: int) -> list[str]:
    """Titles of the owner's sites, in their order."""
    return [row["title"] async for row in _queries.titles(conn, user_id=user_id, most=most)]


async def site_of_owner(conn: "Connection", user_id: UUID, website_id: UUID, settings: Settings) -> SiteCard | None:
    record = await _queries.site_of_owner(conn, user_id=user_id, website_id=website_id)
    return _card(record, settings) if record else None


async def open_session(
    conn: "Connection", user_id: UUID, digest: bytes, device: str, idle: timedelta, longest: timedelta
) -> None:
    await _queries.open_session(conn, user_id=user_id, digest=digest, device=device, idle=idle, longest=longest)
    await _queries.note_sign_in(conn, user_id=user_id)


async def lock_account(conn: "Connection", user_id: UUID) -> None:
    """Whoever changes its password meanwhile waits, or has done so once this returns."""
    await _queries.lock_account(conn, user_id=user_id)


async def void_links(conn: "Connection", user_id: UUID) -> None:
    """Take back what was mailed and not used yet."""
    await _queries.void_links(conn, user_id=user_id)


async def store_password(conn: "Connection", user_id: UUID, password_hash: str) -> None:
    await _queries.store_password(conn, user_id=user_id, new=password_hash)


@dataclass(frozen=True, slots=True)
class Claim:
    """A host that the site claims, as its owner sees it; `token` is what its TXT record must show. `seen`: what the
    name servers said at the owner's last look, unless that is an hour ago."""

    id: UUID
    host: str
    token: str
    verified_at: datetime | None
    last_checked_at: datetime | None
    failing_since: datetime | None
    is_primary: bool
    subdomain: str
    looked_at: datetime | None
    seen: tuple[Seen, ...]

    @property
    def standing(self) -> str:
        return _standing(self.verified_at, self.failing_since)

    @property
    def is_whole(self) -> bool:
        """A registered domain, no name below one: its `www.` comes with it."""
        return name_in_zone(self.host) == "@"


async def claims(conn: "Connection", user_id: UUID, website_id: UUID) -> list[Claim]:
    """The main one first, then what is verified; MOST_LISTED at most."""
    rows = _queries.claims(conn, user_id=user_id, website_id=website_id, most=MOST_LISTED)
    return [Claim(**{**row, "seen": _seen(row["seen"])}) async for row in rows]


@dataclass(frozen=True, slots=True)
class OwnDomain:
    """A host in the list of all that the owner's sites claim. Times are of `zone`."""

    host: str
    standing: str
    last_checked_at: datetime | None
    is_primary: bool
    website_id: UUID
    site_title: str
    zone: ZoneInfo


async def domains(conn: "Connection", user_id: UUID, *, most: int, skip: int = 0) -> list[OwnDomain]:
    """Of all sites: those whose record is missing first, then those that wait for it, then the rest by name."""
    return [
        OwnDomain(
            row["host"],
            _standing(row["verified_at"], row["failing_since"]),
            row["last_checked_at"],
            row["is_primary"],
            row["website_id"],
            _title(row),
            ZoneInfo(zone_name(row["zone"])),
        )
        async for row in _queries.domains(conn, user_id=user_id, most=most, skip=skip)
    ]


def _standing(verified_at: datetime | None, failing_since: datetime | None) -> str:
    if verified_at is None:
        return "quarantined" if failing_since else "claimed"
    return "failing" if failing_since else "verified"


async def has_domains(conn: "Connection", user_id: UUID) -> bool:
    """Whether the owner's tier has the right to domains of their own."""
    return bool(await _queries.has_domains(conn, user_id=user_id))


async def keep_look(conn: "Connection", user_id: UUID, website_id: UUID, claim: Claim, seen: Sequence[Seen]) -> None:
    """What the name servers said just now, in place of what they said before."""
    told = json.dumps([asdict(one) for one in seen])
    await _queries.keep_look(
        conn, user_id=user_id, website_id=website_id, domain_id=claim.id, is_proven=is_proven(seen), seen=told
    )


def _seen(told: str | None) -> tuple[Seen, ...]:
    """What is kept of a look, without whatever `keep_look` would not have written."""
    try:
        lines = json.loads(told or "[]")
    except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
        return ()
    return tuple(one for one in map(_seen_by, lines if isinstance(lines, list) else ()) if one is not None)


def _seen_by(line: object) -> Seen | None:
    match line:
        case {
            "server": str(server),
            "texts": texts,
            "addresses": found,
            "leads": bool(leads),
            "has_proof": bool(proof),
        }:
            if _are_words(texts) and _are_words(found):
                return Seen(server, _kept(texts), _kept(found), leads, proof)
    return None


def _are_words(values: object) -> bool:
    return values is None or (isinstance(values, list) and all(isinstance(one, str) for one in values))


def _kept(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _title(record: asyncpg.Record) -> str:
    return (record["title"] or "").strip() or str(record["subdomain"])


def _card(record: asyncpg.Record, settings: Settings) -> SiteCard:
    host = record["host"] or f"{record['subdomain']}.{settings.server.base_domains[0]}"
    return SiteCard(
        id=record["id"],
        title=_title(record),
        host=host,
        url=settings.origin(host),
        status=record["status"] or "draft",
        is_protected=bool(record["is_password_protected"]),
        views=record["views"],
        new_leads=record["new_leads"],
        updated_at=record["updated_at"],
        zone=ZoneInfo(zone_name(record["zone"])),
        has_draft=record.get("has_draft", False),
        domain_fails=record.get("domain_fails", False),
        channel_fails=record.get("channel_fails", False),
    )
