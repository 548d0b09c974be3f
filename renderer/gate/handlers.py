"""The form in front of a protected site, and what becomes of the password.

The form is drawn with status 403. 401 would promise a challenge (WWW-Authenticate, RFC 9110 §15.5.2) that there is none
of, and 200 would tell crawlers, feed readers, link previews and uptime checks that this is the page. It is
`private, no-store`, as all that a protected site answers.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from math import ceil

import asyncpg
from aiohttp import web

from renderer import respond, themes
from renderer.db.pool import TEMPORARY
from renderer.edge.own_post import is_own_post
from renderer.edge.sites import EdgeSite
from renderer.gate import cookies, queries
from renderer.gate.attempts import Attempts
from renderer.gate.checker import PasswordChecker
from renderer.gate.next_path import ACTION, HOME, safe_next
from renderer.gate.passwords import MAX_PASSWORD_BYTES, Verdict
from renderer.gate.submission import read_submission
from renderer.keys import CLIENT, KEYRING, LEASE, SCHEME, SITE
from renderer.respond import redirects

log = logging.getLogger(__name__)

# Seconds; the queue of the threads is worked off by then.
BUSY_RETRY = 3


@dataclass(frozen=True)
class Gate:
    """What the gate keeps for as long as the worker runs."""

    attempts: Attempts
    checker: PasswordChecker


GATE = web.AppKey("gate", Gate)


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """For app.cleanup_ctx."""
    app[GATE] = Gate(Attempts(app[KEYRING].subkey("limits", context=("gate",))), PasswordChecker())
    yield
    app[GATE].checker.close()


async def keep_private(request: web.Request, response: web.StreamResponse) -> None:
    """For app.on_response_prepare: whatever a protected site answers, from whichever room, is kept by nobody."""
    site = request.get(SITE)
    if site is not None and site.is_password_protected:
        response.headers["Cache-Control"] = respond.PRIVATE


async def guard(request: web.Request, site: EdgeSite) -> web.StreamResponse | None:
    """None lets the visitor in; otherwise the answer. Call it for every request of a protected site, before its routes.

    The password is taken here too, not by the route: a route's visitor counts as let in, errors and all.
    """
    if request.method == "POST" and request.path == ACTION:
        return await take_password(request)
    if cookies.is_admitted(request, request.app[KEYRING], request[SCHEME], site):
        return None
    await request[LEASE].release()
    target = request.rel_url.raw_path_qs if request.method in ("GET", "HEAD") else HOME
    return await _form(request, target)


async def take_password(request: web.Request) -> web.StreamResponse:
    """Let the visitor in, or draw the form again."""
    site, lease = request[SITE], request[LEASE]
    await lease.release()  # neither a slow sender nor a hash keeps a connection waiting
    posted = await read_submission(request)
    if not site.is_password_protected:
        # The owner opened the site while the form stood open.
        return _see_other(posted.next_path)
    if not is_own_post(request, request[SCHEME]):
        return await _form(request, posted.next_path)
    if not 0 < len(posted.password) <= MAX_PASSWORD_BYTES:
        # Never right, whatever is stored: a hash of "" would be an open door.
        return await _form(request, posted.next_path, error="wrong")
    gate, client = request.app[GATE], request[CLIENT]
    conn = await lease.conn()
    seconds = await gate.attempts.admit(conn, site.id, client)
    stored = None if seconds else await queries.site_password_hash(conn, site.id)
    await lease.release()
    if seconds:
        return await _form(request, posted.next_path, error="slow_down", status=429, retry_after=ceil(seconds))
    verdict = await gate.checker.check(site.id, stored, posted.password)
    if verdict is None:
        await gate.attempts.take_back(await lease.conn(), site.id)
        await lease.release()
        return await _form(request, posted.next_path, error="slow_down", status=503, retry_after=BUSY_RETRY)
    if verdict.fault:
        log.warning("site %s: nobody can enter, its password hash is unusable: %s", site.id, verdict.fault)
    if not verdict.matches:
        return await _form(request, posted.next_path, error="wrong")
    await gate.attempts.succeed(await lease.conn(), site.id, client)
    await lease.release()
    await _store_better_hash(request, stored, verdict)
    answer = _see_other(posted.next_path)
    cookies.admit(answer, request.app[KEYRING], request[SCHEME], site)
    return answer


async def _store_better_hash(request: web.Request, stored: str | None, verdict: Verdict) -> None:
    if stored is None or verdict.replacement is None:
        return
    site, lease = request[SITE], request[LEASE]
    try:
        await queries.site_password_rehash(await lease.conn(), site.id, old=stored, new=verdict.replacement)
    except (*TEMPORARY, asyncpg.PostgresError) as fault:
        # The password was right; the next visitor's will be hashed anew instead.
        log.warning("site %s: its better password hash was not stored: %s", site.id, type(fault).__name__)
    finally:
        await lease.release()


async def _form(
    request: web.Request, target: str, *, error: str | None = None, status: int = 403, retry_after: int | None = None
) -> web.Response:
    drawn = themes.draw_password(await respond.themed(request), action=ACTION, error=error, next_path=safe_next(target))
    # "same-origin": with "no-referrer" browsers would post the form with `Origin: null`.
    headers = {"X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return respond.html(request, drawn, status=status, cache=respond.PRIVATE, headers=headers)


def _see_other(target: str) -> web.Response:
    answer = redirects.redirect(safe_next(target), status=303)
    answer.headers["Cache-Control"] = respond.PRIVATE  # a site that was opened meanwhile is not protected any more
    return answer


routes = [web.post(ACTION, take_password, name="gate.password")]
