"""What is sent becomes a lead: weighed, and kept before anything is promised."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from aiohttp import web

from renderer.db.pool import TEMPORARY
from renderer.edge.sites import PreviewSite
from renderer.forms import queries
from renderer.forms.deliveries.akismet import mark_asked
from renderer.forms.keeping import JUDGE, KEEPER
from renderer.forms.lead import Lead, digest_of, id_of
from renderer.forms.submission import Posted, storable
from renderer.forms.validate import Answers, agreed_at
from renderer.keys import CLIENT, FRONT, KEYRING, LEASE, SETTINGS, SITE
from renderer.themes import Site
from renderer.themes.forms import Form

log = logging.getLogger(__name__)


async def take(request: web.Request, posted: Posted, lead: Lead, tell: Callable[[], None]) -> UUID | None:
    """The id of the lead once it is in the database or else on disk, or of the same one before; None: neither takes it.

    The same sent at once is weighed once. `tell` of a new one that is no spam, nor a test. Raises TooMany, and
    HTTPGone: the site went meanwhile."""
    if isinstance(request[SITE], PreviewSite):
        return await _store_test(request, lead)
    judge, website_id = request.app[JUDGE], request[SITE].id
    turn = judge.turn(website_id, lead)
    async with turn.lock:
        if turn.stored is None:
            try:
                lead = mark_asked(request.app[SETTINGS], await judge.judge(request, posted, lead))
                kept = await request.app[KEEPER].keep_files(website_id, lead)
                turn.stored = await _store(request, lead) if kept else None
                if turn.stored is None:
                    request.app[FRONT].tally.leads_refused += 1
            finally:
                await request[LEASE].release()
            try:
                if turn.stored == lead.id and lead.status != "spam":
                    tell()
                if turn.stored != lead.id and lead.answers.files:
                    await request.app[KEEPER].erase_files(website_id, lead.id)
            except Exception:
                # Its sender is to hear that it is kept; files that nobody has are found later (Keeper.erase_orphans).
                log.exception("a lead was stored, and what comes after it went wrong")
        return turn.stored


async def _store(request: web.Request, lead: Lead) -> UUID | None:
    """The lead's id once it is in the database or else on disk, or the id of the same one sent before; None: neither.

    HTTPGone: the site went meanwhile.
    """
    website_id = request[SITE].id
    try:
        return await queries.store_lead(await request[LEASE].conn(), website_id, lead)
    except asyncpg.ForeignKeyViolationError:
        raise web.HTTPGone from None
    except (*TEMPORARY, asyncpg.PostgresError) as fault:
        # Also where it was stored and only the word of it was lost: its id tells.
        log.warning("a lead goes to disk: %s", type(fault).__name__)
        return lead.id if await request.app[KEEPER].keep(website_id, lead) else None
    finally:
        await request[LEASE].release()


async def _store_test(request: web.Request, lead: Lead) -> UUID | None:
    try:
        return await queries.store_test(await request[LEASE].conn(), request[SITE].id, lead)
    except (*TEMPORARY, asyncpg.PostgresError):
        return None
    finally:
        await request[LEASE].release()


def lead_of(request: web.Request, site: Site, form: Form, posted: Posted, answers: Answers) -> Lead:
    key = request.app[KEYRING].subkey("forms", context=("twice", str(request[SITE].id)))
    digest, at = digest_of(key, form.key, answers, request[CLIENT], posted.once), datetime.now(UTC)
    language = site.speaking_at(posted.page or "/").language
    answers = agreed_at(answers, at, language)
    about = {"page": posted.page[:500], "language": language, "form": form.key}
    return Lead(
        id_of(key, digest, at),
        at,
        form.key,
        form.form_type,
        answers,
        {**about, "encoding": posted.encoding} if posted.encoding else about,
        request[CLIENT],
        storable(request.headers.get("User-Agent", "")),
        storable(request.headers.get("Referer", "")),
        digest,
    )
