"""Which site answers a host."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from renderer.db import queries

if TYPE_CHECKING:
    from renderer.db.lease import Connection


class State(StrEnum):
    """What a site is to a stranger, as the view edge_sites decides it."""

    LIVE = "live"
    DRAFT = "draft"  # like a host nobody has
    GONE = "gone"  # archived or deleted: 410
    UNAVAILABLE = "unavailable"  # suspended, owner inactive or lapsed: 503
    EXPIRED = "expired"  # the same for more than seven days: like a host nobody has


@dataclass(frozen=True, slots=True)
class EdgeSite:
    """A site as the edge knows it. Its content stays in `columns`, for the theme engine to read."""

    id: UUID
    subdomain: str
    state: State
    is_password_protected: bool
    password_version: int
    # The host its own addresses are built from; None: the subdomain under the first base domain.
    primary_host: str | None
    columns: Mapping[str, Any] = field(repr=False, compare=False)


class BaseDomain:
    """The host is a base domain itself, or its www name."""


BASE = BaseDomain()


async def find_site(conn: "Connection", host: str, base_domains: Sequence[str]) -> EdgeSite | BaseDomain | None:
    """The site of a normalised host, `BASE` for a base domain itself, None for a host nobody has.

    What stands below a base domain is a subdomain of ours and never looked up as anybody's custom domain.
    """
    base = base_of(host, base_domains)
    if base is None:
        record = await _queries.site_by_domain(conn, host=host, apex=host.removeprefix("www."))
    else:
        label = host.removesuffix(base).removesuffix(".").removeprefix("www.")
        if label in ("", "www"):
            return BASE
        if "." in label:
            return None
        record = await _queries.site_by_subdomain(conn, label=label)
    return _from_record(record) if record else None


async def site_by_id(conn: "Connection", website_id: UUID) -> EdgeSite | None:
    """A site that is at hand by its id, in whatever state; for work that no request of its own began."""
    record = await _queries.site_by_id(conn, website_id=website_id)
    return _from_record(record) if record else None


def base_of(host: str, base_domains: Sequence[str]) -> str | None:
    """The longest base domain that `host` is or stands below."""
    return max((base for base in base_domains if host == base or host.endswith(f".{base}")), key=len, default=None)


def _from_record(record: asyncpg.Record) -> EdgeSite:
    return EdgeSite(
        id=record["id"],
        subdomain=record["subdomain"],
        state=State(record["state"]),
        is_password_protected=bool(record["is_password_protected"]),
        password_version=record["password_version"],
        primary_host=record["primary_host"],
        columns=dict(record),
    )


_queries = queries.load("edge")
