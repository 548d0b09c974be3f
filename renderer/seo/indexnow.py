"""IndexNow: the key file of a site, and telling search engines which of its addresses changed (indexnow.org).

What changed is put into the outbox by triggers, so it does not matter who wrote it; the addresses are made here, when
it is told, from what the site is by then. Off unless `system_config.indexnow` is true.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from aiohttp import web

from renderer import respond
from renderer.edge.sites import State, site_by_id
from renderer.keyring import Keyring
from renderer.keys import IMAGE_RULES, KEYRING, LEASE, OUTBOUND, POOL, SETTINGS, SHELF, SITE
from renderer.outbound import Answer, OutboundError
from renderer.outbox import Job, Kind, Outcome, done, failed, later
from renderer.seo import queries
from renderer.themes import Site
from renderer.themes.blog.places import Place, address, post_address
from renderer.themes.found.urls import absolute

KIND = "indexnow"
MOST_URLS = 10_000  # of one message (indexnow.org, "Submitting set of URLs")
MOST_CHANGES = 500
"""Of one message: their posts leave room for the lists that the posts stand in, which are cut where there are more."""
# Seconds between attempts: after half a day a crawler comes by itself.
_SCHEDULE = (60, 300, 1_800, 7_200, 36_000)


async def show_key(request: web.Request) -> web.StreamResponse:
    """The file that proves that whoever names the site's addresses speaks for it."""
    site = await respond.themed(request)
    asked = request.match_info["key"]
    if not site.indexnow or not any(hmac.compare_digest(asked, key) for key in _keys(request)):
        raise web.HTTPNotFound
    if not await queries.announces_changes(await request[LEASE].conn()):
        raise web.HTTPNotFound
    return respond.file(request, asked.encode(), "text/plain; charset=utf-8", robots="noindex")


def site_key(keyring: Keyring, website_id: UUID, key_id: str | None = None) -> str:
    """The site's key: 32 characters of 0-9 a-f, which nobody else can work out."""
    return keyring.subkey("indexnow", key_id, length=16, context=(str(website_id),)).hex()


def indexnow_kind(app: web.Application) -> Kind:
    """What the outbox needs to know of these jobs."""

    async def deliver(jobs: Sequence[Job]) -> Outcome:
        return await _deliver(app, jobs)

    return Kind(KIND, deliver, together=True, most=MOST_CHANGES, schedule=_SCHEDULE)


async def _deliver(app: web.Application, jobs: Sequence[Job]) -> Outcome:
    """Tell of one site's changes; what is of no concern any more counts as done."""
    found = await _read(app, jobs)
    if found is None:
        return done()
    site, urls = found
    base = site.source.base_url
    key = site_key(app[KEYRING], jobs[0].website_id)
    said = {
        "host": urlsplit(base).hostname,
        "key": key,
        "keyLocation": absolute(base, f"/{key}.txt"),
        "urlList": urls,
    }
    try:
        answer = await app[OUTBOUND].send(
            "POST",
            app[SETTINGS].indexnow.endpoint,
            body=json.dumps(said).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
    except OutboundError as fault:
        return later(str(fault))
    return _judge(answer)


async def _read(app: web.Application, jobs: Sequence[Job]) -> tuple[Site, list[str]] | None:
    """The site and the addresses to tell of; None where there are none, or they are nobody's business."""
    website_id = jobs[0].website_id
    async with app[POOL].acquire(timeout=app[SETTINGS].database.connect_seconds) as conn:
        if not await queries.announces_changes(conn):
            return None
        row = await site_by_id(conn, website_id)
        if row is None or row.state is not State.LIVE:
            return None
        slugs = {job.payload["slug"] for job in jobs if _has_slug(job.payload)}
        seen = await queries.visible_slugs(conn, website_id, slugs) if slugs else set()
        labels = await queries.labels_of_slugs(conn, website_id, seen) if seen else []
    site = await app[SHELF].read(respond.site_source(app[SETTINGS], row, app[IMAGE_RULES]))
    if not site.indexnow or not _is_public(site.source.base_url):
        return None
    paths: list[str] = []
    if any(_is_true(job.payload, "pages") for job in jobs):
        paths += site.paths
    # A draft, and what was never seen, is not named; what was seen and is gone is, so that it is forgotten.
    gone = {job.payload["slug"] for job in jobs if _has_slug(job.payload) and _is_true(job.payload, "gone")}
    posts = [post_address(slug) for slug in sorted(seen | gone)]
    if posts:
        # The lists that begin differently now.
        lists = [Place("index"), *(Place(kind, slug) for kind, slug in labels if slug)]
        paths += [*posts, *(address(place, site.words) for place in lists)]
    urls = list(dict.fromkeys(absolute(site.source.base_url, path) for path in paths))[:MOST_URLS]
    return (site, urls) if urls else None


def _judge(answer: Answer) -> Outcome:
    """What its documentation says of a status; 202 means that the key is yet to be looked at."""
    if answer.status in (200, 202):
        return done()
    said = f"answered with status {answer.status}"
    if answer.status in (400, 422):
        return failed(said)
    return later(said, answer.retry_after)


def _is_public(base_url: str) -> bool:
    """Whether a search engine could fetch it: https on its own port, under a name that is not of this machine."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    return parts.scheme == "https" and parts.port is None and host.rpartition(".")[2] != "localhost"


def _has_slug(payload: Any) -> bool:
    return isinstance(payload, Mapping) and isinstance(payload.get("slug"), str) and payload["slug"] != ""


def _is_true(payload: Any, name: str) -> bool:
    return isinstance(payload, Mapping) and payload.get(name) is True


def _keys(request: web.Request) -> list[str]:
    """Of every key of the ring: one that was told of before a rotation is still looked for."""
    ring = request.app[KEYRING]
    return [site_key(ring, request[SITE].id, key_id) for key_id in ring.key_ids]


routes = [web.get("/{key:[0-9a-f]{32}}.txt", show_key, name="seo.indexnow")]
