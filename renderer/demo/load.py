"""Writes the demo sites into the database, once.

A demo site that is there belongs to whoever plays with it: a later load leaves it wholly alone, edits, deletions and
all. `reset` restores what came with the program (owner, site, posts, categories, tags, dates counted from today) and
keeps what was added beside it, counters, leads and a claimed domain. Where another site has the subdomain, it keeps it.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import asyncpg

from renderer.db import queries
from renderer.demo.files import DemoFile, Post, read_files

_queries = queries.load("demo")


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A demo site that is in the database. `loaded`: added now, kept as it was, or restored by `reset`."""

    id: UUID
    subdomain: str
    title: str
    loaded: Literal["added", "kept", "restored"]


async def load(
    conn: asyncpg.Connection,
    *,
    reset: bool = False,
    now: datetime | None = None,
    files: Sequence[DemoFile] | None = None,
) -> list[DemoSite]:
    """Load the demo sites in one transaction, as the role that owns the tables; `templates` must hold their themes.

    Raises DemoFileError for a wrong file, and what asyncpg raises.
    """
    files = read_files() if files is None else files
    now = now or datetime.now(UTC)
    ids, labels = [file.id for file in files], [file.website.subdomain for file in files]
    done: list[DemoSite] = []
    async with conn.transaction():
        await _queries.lock_demo(conn)
        present = {row["id"]: row async for row in _queries.demo_sites_present(conn, ids=ids)}
        holders = {row["subdomain"]: row["id"] async for row in _queries.holders_of_labels(conn, labels=labels)}
        for file in files:
            row, site = present.get(file.id), file.website
            if row is not None and not reset:
                done.append(DemoSite(file.id, row["subdomain"], row["title"] or row["subdomain"], "kept"))
            elif holders.get(site.subdomain, file.id) == file.id:
                await _write(conn, file, now)
                done.append(DemoSite(file.id, site.subdomain, site.title, "restored" if row is not None else "added"))
    return done


async def _write(conn: asyncpg.Connection, file: DemoFile, now: datetime) -> None:
    site, owner_id = file.website, file.id_of("owner", "")
    since = file.moment(site.days_ago, None, now)
    # No hash function makes this text, so no password opens the account.
    password_hash = f"!{secrets.token_hex(24)}"
    owner = file.owner.model_dump()
    await _queries.upsert_owner(conn, id=owner_id, **owner, since=since, password_hash=password_hash)
    await _queries.upsert_site(
        conn,
        **site.model_dump(exclude={"days_ago", "config", "design_tokens", "generated_content", "components_config"}),
        id=file.id,
        user_id=owner_id,
        since=since,
        config=json.dumps(site.config),
        design_tokens=json.dumps(site.design_tokens),
        generated_content=json.dumps(file.dated(site.generated_content, now)),
        components_config=json.dumps(file.dated(site.components_config, now)),
    )
    await _write_labels(conn, file)
    slugs = [post.slug for post in file.posts]
    ids = [file.id_of("post", slug) for slug in slugs]
    await _queries.displace_posts(conn, website_id=file.id, slugs=slugs, ids=ids)
    for post in file.posts:
        await _write_post(conn, file, post, now)


async def _write_labels(conn: asyncpg.Connection, file: DemoFile) -> None:
    categories = {category.slug: file.id_of("category", category.slug) for category in file.categories}
    tags = {tag.slug: file.id_of("tag", tag.slug) for tag in file.tags}
    await _queries.displace_categories(conn, website_id=file.id, slugs=list(categories), ids=list(categories.values()))
    await _queries.displace_tags(conn, website_id=file.id, slugs=list(tags), ids=list(tags.values()))
    for category in file.categories:
        await _queries.upsert_category(conn, website_id=file.id, id=categories[category.slug], **category.model_dump())
    for tag in file.tags:
        await _queries.upsert_tag(conn, website_id=file.id, id=tags[tag.slug], **tag.model_dump())


async def _write_post(conn: asyncpg.Connection, file: DemoFile, post: Post, now: datetime) -> None:
    moment = None if post.days_ago is None else file.moment(post.days_ago, post.at, now)
    coming = post.days_ago is not None and post.days_ago < 0
    post_id = file.id_of("post", post.slug)
    await _queries.upsert_post(
        conn,
        id=post_id,
        website_id=file.id,
        slug=post.slug,
        title=post.title,
        excerpt=post.excerpt,
        content=json.dumps(post.content),
        status=post.status,
        published_at=None if coming else moment,
        scheduled_at=moment if coming else None,
        created_at=now if moment is None or coming else moment,
    )
    categories = [file.id_of("category", slug) for slug in post.categories]
    tags = [file.id_of("tag", slug) for slug in post.tags]
    await _queries.set_categories(conn, website_id=file.id, post_id=post_id, ids=categories)
    await _queries.set_tags(conn, website_id=file.id, post_id=post_id, ids=tags)
