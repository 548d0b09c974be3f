"""What a site's owner sees of deliveries, and does about them. Used by the console and the command line.

Each function is held to one site; whether it is the asker's is for the caller to know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from renderer.db import queries
from renderer.forms.deliveries.secrets import secret_of, shown
from renderer.keyring import Keyring

if TYPE_CHECKING:
    from renderer.db.lease import Connection

Channel = Literal["email", "webhook", "whatsapp"]
CHANNELS: tuple[Channel, ...] = ("email", "webhook", "whatsapp")
MOST_REPLAYED = 10_000

_queries = queries.load("delivery_log")


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A lead in a list. `confirmed`: channels that confirmed it; `waits`: something is yet to be tried."""

    id: UUID
    form_type: str
    status: str | None
    created_at: datetime
    confirmed: tuple[Channel, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """`outcome`: delivered, skipped, waiting (to be tried again) or failed (given up); `said`: why."""

    channel: Channel
    outcome: str
    said: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Next:
    """What is tried next, and when; `attempts` were made, and `deaths` of workers left it undone."""

    channel: Channel
    attempts: int
    at: datetime
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class Hook:
    """An address that leads are posted to. `secret`: None where its key is not in the keyring, or it is not the present
    owner's; `disabled`: why, in a word (gone, owner)."""

    id: UUID
    url: str
    secret: str | None
    rotated_at: datetime | None
    disabled: str | None


async def leads_of_site(conn: "Connection", website_id: UUID, *, most: int = 50) -> list[LeadLine]:
    """The newest first."""
    found = _queries.leads_of_site(conn, website_id=website_id, most=most)
    return [
        LeadLine(
            row["id"],
            row["form_type"],
            row["status"],
            row["created_at"],
            tuple(one for one in CHANNELS if row[one]),
            row["waits"],
        )
        async for row in found
    ]


async def find_lead(conn: "Connection", website_id: UUID, reference: str) -> UUID | None:
    """The lead whose id is, or begins with, what its visitor was told."""
    if not reference.replace("-", "").isalnum():
        return None
    found: UUID | None = await _queries.find_lead(conn, website_id=website_id, reference=reference)
    return found


async def deliveries_of_lead(conn: "Connection", website_id: UUID, lead: UUID) -> tuple[list[Attempt], list[Next]]:
    """Every attempt, the oldest first, and what is to come."""
    made = _queries.attempts_of_lead(conn, website_id=website_id, submission_id=lead)
    attempts = [Attempt(row["channel"], row["outcome"], row["said"], row["attempted_at"]) async for row in made]
    waiting = _queries.waiting_of_lead(conn, website_id=website_id, submission_id=lead)
    return attempts, [Next(row["channel"], row["attempts"], row["next_at"], row["deaths"]) async for row in waiting]


async def replay(
    conn: "Connection",
    website_id: UUID,
    channel: Channel,
    *,
    lead: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    again: bool = False,
) -> int:
    """Try a channel now, for one lead or for all from `since` to before `until` that it did not confirm; `again`: those
    that it did as well. Spam is left alone. At most 10,000; returns how many."""
    count: int = await _queries.replay(
        conn, website_id=website_id, channel=channel, submission_id=lead, since=since, until=until, again=again,
        most=MOST_REPLAYED,
    )  # fmt: skip
    return count


async def webhooks_of_site(conn: "Connection", keyring: Keyring, website_id: UUID) -> list[Hook]:
    """Those that were used or set up in the console, and those that a change of hands disabled, with their secrets."""
    return [_hook(keyring, website_id, row) async for row in _queries.webhooks_of_site(conn, website_id=website_id)]


async def add_webhook(conn: "Connection", keyring: Keyring, website_id: UUID, url: str) -> None:
    """An address that a form's settings name now has a secret before anything is sent there."""
    await _queries.add_webhook(conn, website_id=website_id, url=url, key_id=keyring.primary_id)


async def rotate_webhook(
    conn: "Connection", keyring: Keyring, website_id: UUID, webhook: UUID, *, at_once: bool = False
) -> Hook | None:
    """A new secret, in the present owner's hands, and the address enabled. The former one signs for a day more, unless
    `at_once`. None: the site has no such address."""
    row = await _queries.rotate_webhook(
        conn, website_id=website_id, webhook=webhook, key_id=keyring.primary_id, at_once=at_once
    )
    return _hook(keyring, website_id, row) if row else None


async def enable_webhook(conn: "Connection", keyring: Keyring, website_id: UUID, webhook: UUID) -> Hook | None:
    """Enable an address again: with its secret, or with a new one where it was another owner's. None as above."""
    await _queries.enable_webhook(conn, website_id=website_id, webhook=webhook)
    for found in await webhooks_of_site(conn, keyring, website_id):
        if found.id == webhook:
            return await rotate_webhook(conn, keyring, website_id, webhook) if found.disabled else found
    return None


def _hook(keyring: Keyring, website_id: UUID, row: Mapping[str, Any]) -> Hook:
    try:
        secret = None if row["disabled_why"] == "owner" else shown(secret_of(keyring, website_id, row))
    except KeyError:
        secret = None
    return Hook(row["id"], row["url"], secret, row["rotated_at"], row["disabled_why"])
