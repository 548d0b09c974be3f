"""Whether somebody wants what they would be sent: they are asked by mail (asking.py), and sent nothing else before they
agreed.

The link in it is signed for one site, one purpose and
one of those who are asked; looking at its page changes nothing, its button does.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from renderer import respond
from renderer.keyring import Keyring, Signer
from renderer.keys import LEASE
from renderer.outbox import Job
from renderer.themes import Site
from renderer.themes.forms.draw import draw_question

AGE = timedelta(days=7)
"""Within which somebody may agree."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one is asked: subject, paragraphs, and buttons with where they lead."""

    site: Site
    subject: str
    said: Sequence[str]
    links: Sequence[tuple[str, str]]
    headers: Mapping[str, str] | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`kind` of the outbox's jobs. `who` is to be asked (at least id, email, nonce), while a job is claimed; None:
    nobody any more. `may_ask` counts what an address, known by its digest, and a site are asked today; None: later."""

    kind: str
    who: Callable[[Any, Job], Awaitable[asyncpg.Record | None]]
    may_ask: Callable[[Any, Job, bytes], Awaitable[bool | None]]
    write: Callable[[Keyring, Site, Job, asyncpg.Record], Asked]


def sign_proof(signer: Signer, who: Mapping[str, Any]) -> str:
    """The token of a link by which somebody agrees."""
    return signer.sign([who["id"].hex, who["nonce"].hex])


def read_proof(signer: Signer, token: str | None) -> tuple[UUID, UUID] | None:
    """(who, proof) of a token that was mailed lately."""
    said = signer.verify(token, max_age=AGE)
    try:
        return (UUID(said[0]), UUID(said[1])) if isinstance(said, list) else None
    except (TypeError, ValueError, AttributeError, IndexError):
        return None


async def show_question(
    request: web.Request, text: str, *, title: str, button: str = "", status: int = 200
) -> web.StreamResponse:
    """The page behind a link, with a button that posts to it, where there is something to decide. `title`, `text` and
    `button` are keys of the words."""
    site = await respond.themed(request)
    await request[LEASE].release()
    action = request.rel_url.raw_path_qs if button else ""
    drawn = draw_question(site, text=text, button=button, action=action, title=title)
    return respond.html(request, drawn, status=status, cache=respond.PRIVATE)
