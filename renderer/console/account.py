"""An owner's own account: what they may read and change of it. Every function takes a connection of `Visit.db`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("console_account")

MOST_NAME, MOST_PHONE = 100, 20
"""Characters, as the columns have them."""


@dataclass(frozen=True, slots=True)
class Profile:
    email: str
    is_verified: bool
    full_name: str | None
    phone: str | None
    created_at: datetime | None
    subscription_tier: str | None
    subscription_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """A row of the audit trail that is the owner's own."""

    action: str
    created_at: datetime
    device: str | None


@dataclass(frozen=True, slots=True)
class Transaction:
    """`amount` is positive for a credit."""

    amount: int
    balance_after: int
    type: str
    description: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Balance:
    tokens_balance: int
    tokens_total_earned: int
    tokens_total_spent: int


async def profile(conn: "Connection", user_id: UUID) -> Profile | None:
    record = await _queries.profile(conn, user_id=user_id)
    return Profile(**record) if record else None


async def save_profile(conn: "Connection", user_id: UUID, full_name: str | None, phone: str | None) -> None:
    await _queries.save_profile(conn, user_id=user_id, full_name=full_name, phone=phone)


async def sessions(conn: "Connection", user_id: UUID) -> list[Session]:
    """Those that last, the one used last first."""
    return [Session(**record) async for record in _queries.sessions_of_owner(conn, user_id=user_id)]


async def is_new_session(conn: "Connection", user_id: UUID, session_id: UUID, within: timedelta) -> bool:
    return bool(await _queries.is_new_session(conn, user_id=user_id, session_id=session_id, within=within))


async def end_session(conn: "Connection", user_id: UUID, session_id: UUID) -> None:
    await _queries.end_one_session(conn, user_id=user_id, session_id=session_id)


async def end_other_sessions(conn: "Connection", user_id: UUID, session_id: UUID) -> None:
    """All but this one."""
    await _queries.end_other_sessions(conn, user_id=user_id, session_id=session_id)


async def renew_session(conn: "Connection", user_id: UUID, session_id: UUID, digest: bytes) -> None:
    """Another cookie for this one: whoever has a copy of the former is out."""
    await _queries.renew_session(conn, user_id=user_id, session_id=session_id, digest=digest)


async def end_all_sessions(conn: "Connection", user_id: UUID) -> None:
    await _queries.end_all_sessions(conn, user_id=user_id)


async def recent_actions(conn: "Connection", user_id: UUID) -> list[Deed]:
    return [Deed(**record) async for record in _queries.recent_actions(conn, user_id=user_id)]


async def transactions(conn: "Connection", user_id: UUID, *, most: int, skip: int) -> list[Transaction]:
    """The ledger, the newest entry first."""
    rows = _queries.transactions(conn, user_id=user_id, most=most, skip=skip)
    return [Transaction(**record) async for record in rows]


async def balance(conn: "Connection", user_id: UUID) -> Balance | None:
    record = await _queries.balance(conn, user_id=user_id)
    return Balance(**record) if record else None
