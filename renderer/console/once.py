"""A form that was taken and comes again, as a telephone lost the answer or a finger was too quick: answered as it was,
and done once. In front of the handlers, so that none has to tell its own change from somebody else's."""

import asyncio
import hmac
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aiohttp import web

from renderer.console import draw
from renderer.console.visit import Visit
from renderer.db import queries
from renderer.db.pool import TEMPORARY
from renderer.keys import KEYRING

_queries = queries.load("once")
PATIENCE = timedelta(seconds=10)
"""For one that is being taken. Later its worker has died, and what it did is found out by doing it."""
PAUSE = timedelta(seconds=0.1)
_POST = re.compile(r"/posts/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


@dataclass(frozen=True, slots=True)
class _Claim:
    """Either `location`, where its first answer led, or `begun_at`: it is ours to take."""

    location: str = ""
    begun_at: datetime | None = None


async def take_once(visit: Visit, take: Callable[[Visit], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Ask `take`, unless the same form of the same person was taken within the hour and nothing of the site changed
    since. What `take` refuses, or answers by a page, is not kept. Raises what `Visit.form` raises."""
    whose = {"website_id": visit.site.id, "user_id": visit.user.id, "digest": await _digest(visit)}
    waited = timedelta()
    while (claim := await _claim(visit, whose, PATIENCE - waited)) is None:
        await asyncio.sleep(PAUSE.total_seconds())
        waited += PAUSE
    if claim.location:
        return draw.redirect(claim.location)
    location = ""
    try:
        answer = await take(visit)
        location = answer.headers["Location"] if answer.status == 303 else ""
    finally:
        await _settle(visit, {**whose, "begun_at": claim.begun_at}, location)
    return answer


async def _claim(visit: Visit, whose: dict[str, Any], patience: timedelta) -> _Claim | None:
    """None: it is being taken, and since no longer than `patience`."""
    async with visit.db() as conn:
        row = await _queries.taken_form(conn, **whose, patience=patience)
        if row is not None and row["location"] is not None and row["is_fresh"]:
            if await _mark(conn, visit, row["location"]) == row["mark"]:
                return _Claim(row["location"])
        elif row is not None and row["is_young"]:
            return None
        begun = await _queries.claim_form(conn, **whose, found=row["begun_at"] if row else None)
    return _Claim(begun_at=begun) if begun else None


async def _settle(visit: Visit, claimed: dict[str, Any], location: str) -> None:
    try:
        async with visit.db() as conn:
            if location:
                mark = await _mark(conn, visit, location)
                await _queries.settle_form(conn, **claimed, location=location, mark=mark)
            else:
                await _queries.release_form(conn, **claimed)
    except TEMPORARY:
        pass  # what it was about is answered all the same; sent again it is judged anew


async def _mark(conn: Any, visit: Visit, location: str) -> str | None:
    """What the site is now, and the posts that the form's address or its answer's names."""
    named = {UUID(one) for one in _POST.findall(f"{visit.request.path} {location}")}
    mark: str | None = await _queries.mark_of_site(
        conn, website_id=visit.site.id, user_id=visit.user.id, posts=sorted(named)
    )
    return mark


async def _digest(visit: Visit) -> bytes:
    """Of all but which open page it was sent from: a page that is gone back to has another name."""
    pairs = [pair for pair in (await visit.form()).items() if pair[0] != "_tab"]
    sent = json.dumps([visit.request.path, *pairs])
    key = visit.request.app[KEYRING].subkey("forms", context=("console",))
    return hmac.digest(key, sent.encode(), "sha256")
