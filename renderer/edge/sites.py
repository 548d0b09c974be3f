"""Which site answers a host."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from renderer.db import queries
from renderer.edge.ground import Ground
from renderer.edge.snapshot import Snapshot

if TYPE_CHECKING:
    from renderer.db.lease import Connection


class State(StrEnum):
    """What a site is to a stranger, as the view edge_sites decides it."""

    LIVE = "live"
    DRAFT = "draft"  # like a host nobody has
    GONE = "gone"  # archived or deleted: 410
    UNAVAILABLE = "unavailable"  # suspended, owner inactive or lapsed: 503
    EXPIRED = "expired"  # the same for more than seven days: like a host nobody has


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class OpenSite(EdgeSite):
    """A site without a password: what it answers is for everybody, and may be kept while its ground holds."""

    ground: Ground = field(repr=False, compare=False)


@dataclass(frozen=True)
class PreviewSite(EdgeSite):
    """A site as the holder of a link to its preview sees it: without a ground, so that nothing of it is ever kept."""


@dataclass(frozen=True)
class NoSite:
    """A host that nobody has."""

    ground: Ground


class BaseDomain:
    """The host is a base domain itself, or its www name."""


BASE = BaseDomain()


Found = EdgeSite | NoSite | BaseDomain


async def find_site(conn: "Connection", host: str, base_domains: Sequence[str]) -> Found | None:
    """The site of a normalised host, `BASE` for a base domain itself, None for a host that nobody can have.

    What stands below a base domain is a subdomain of ours and never looked up as anybody's custom domain.
    """
    base, began, asked = base_of(host, base_domains), time.monotonic(), time.time()
    if base is None:
        apex = host.removeprefix("www.")
        record = await _queries.site_by_domain(conn, host=host, apex=apex)
        tags = [f"host:{name}" for name in dict.fromkeys((host, apex))]
    else:
        label = host.removesuffix(base).removesuffix(".").removeprefix("www.")
        if label in ("", "www"):
            return BASE
        if "." in label:
            return None
        record = await _queries.site_by_subdomain(conn, label=label)
        tags = [f"subdomain:{label}"]
    lasts, site_id = record["lasts"], record["id"]
    ground = Ground(
        Snapshot.read(record["snapshot"]),
        began,
        math.inf if lasts is None else asked + lasts,
        site_id,
        tags if site_id is None else [site_id, *tags],
    )
    return NoSite(ground) if site_id is None else _from_record(record, ground)


async def site_by_id(conn: "Connection", website_id: UUID) -> EdgeSite | None:
    """A site that is at hand by its id, in whatever state; for work that no request of its own began."""
    record = await _queries.site_by_id(conn, website_id=website_id)
    return _from_record(record) if record else None


async def find_previewed(conn: "Connection", website_id: UUID, host: str) -> PreviewSite | None:
    """What the preview under way (renderer/preview/) shows of a site; `host` is where it is looked at."""
    site = await site_by_id(conn, website_id)
    if site is None:
        return None
    return _at_preview(site, host)


async def find_unpreviewed(conn: "Connection", website_id: UUID, host: str) -> PreviewSite | None:
    """The site as it is live, whatever the preview under way shows of it; its `state` is the true one."""
    record = await _queries.live_site_by_id(conn, website_id=website_id)
    return _at_preview(_from_record(record), host) if record else None


def _at_preview(site: EdgeSite, host: str) -> PreviewSite:
    known = {one.name: getattr(site, one.name) for one in fields(EdgeSite)}
    return PreviewSite(**{**known, "primary_host": host})


def base_of(host: str, base_domains: Sequence[str]) -> str | None:
    """The longest base domain that `host` is or stands below."""
    return max((base for base in base_domains if host == base or host.endswith(f".{base}")), key=len, default=None)


def _from_record(record: asyncpg.Record, ground: Ground | None = None) -> EdgeSite:
    columns = dict(record)
    known = {
        "id": record["id"],
        "subdomain": record["subdomain"],
        "state": State(record["state"]),
        "is_password_protected": bool(record["is_password_protected"]),
        "password_version": record["password_version"],
        "primary_host": record["primary_host"],
        "columns": columns,
    }
    if ground is None or known["is_password_protected"]:
        return EdgeSite(**known)
    return OpenSite(**known, ground=ground)


_queries = queries.load("edge")
