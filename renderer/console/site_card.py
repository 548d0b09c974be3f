"""A site as the console names it: in lists, and over every screen of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SiteCard:
    """`url` is its public origin, `host` that without the scheme. `status` is the column's; days are days of `zone`."""

    id: UUID
    title: str
    host: str
    url: str
    status: str
    is_protected: bool
    views: int
    new_leads: int
    updated_at: datetime | None
    zone: ZoneInfo
    has_draft: bool = False
    domain_fails: bool = False
    channel_fails: bool = False
    """These three are asked for lists alone."""
