"""From a request on the console's host to its screen: who asks, whether they may, what is said of faults.

Nothing here goes through the application's own routes: what a site answers and what the console answers never mix.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import asyncpg
from aiohttp import web
from aiohttp.web_urldispatcher import UrlDispatcher

from renderer import forms
from renderer.console import MOST_CONNECTIONS, again, doors, queries, sessions
from renderer.console.draw import problem, redirect
from renderer.console.language import language_of
from renderer.console.once import take_once
from renderer.console.own_request import SAFE, is_own_request
from renderer.console.safe_next import safe_next
from renderer.console.screens import SCREENS, Entry, Screen
from renderer.console.visit import FORM, MOST_BODY, User, Visit, read_id
from renderer.console.workshop import WORKSHOP, Workshop
from renderer.db.pool import TEMPORARY, open_pool
from renderer.edge.answers import AWAY
from renderer.keys import CONSOLE, FRONT, MAIL, SETTINGS

log = logging.getLogger(__name__)


@dataclass
class _Router:
    """aiohttp's own, over the screens alone."""

    dispatcher: UrlDispatcher = field(default_factory=UrlDispatcher)
    screens: dict[tuple[str, str], Screen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for screen in SCREENS:
            add = self.dispatcher.add_get if screen.method == "GET" else self.dispatcher.add_post
            add(screen.path, _unused)
            self.screens[screen.method, screen.path] = screen
        self.dispatcher.freeze()

    async def find(self, request: web.Request) -> tuple[Screen, Mapping[str, str]]:
        """Raises web.HTTPNotFound and web.HTTPMethodNotAllowed."""
        match = await self.dispatcher.resolve(request)
        if match.http_exception is not None:
            raise match.http_exception
        info = match.get_info()
        method = "GET" if request.method == "HEAD" else request.method
        return self.screens[method, info.get("path") or info["formatter"]], dict(match)


async def _unused(request: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound


def install(app: web.Application, url: str) -> None:
    """Answer on `console.host` over a pool on `url`, which leads to the role tapsite_console."""
    router = _Router()

    async def answer(request: web.Request) -> web.StreamResponse:
        return await _answer(request, router)

    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        database = app[SETTINGS].database
        pool = await open_pool(
            url,
            largest=min(MOST_CONNECTIONS, database.pool_max),
            connect_seconds=database.connect_seconds,
            statement_seconds=database.statement_seconds,
            init=doors.require_wall,
            planned_once=False,
        )
        app[WORKSHOP] = workshop = Workshop(pool, app[MAIL])
        yield
        await workshop.close()

    app[CONSOLE] = answer
    app.cleanup_ctx.append(lifetime)


async def _answer(request: web.Request, router: _Router) -> web.StreamResponse:
    visit = Visit(request, request.app[WORKSHOP].pool, language_of(request))
    screen = None
    try:
        screen, visit.params = await router.find(request)
        if not is_own_request(request):
            return problem(visit, 403, "foreign")
        refused = await _enter(visit, screen)
        if refused is not None:
            return refused
        return await (take_once(visit, screen.answer) if screen.is_once else screen.answer(visit))
    except web.HTTPException as fault:
        if fault.status < 400:
            raise
        if screen is None:
            visit.entered = await _known(visit)
        may_write = _may_write(screen)
        why = "gone" if may_write and fault.status == 404 else ""
        answer = problem(visit, fault.status, why, typed=await _typed(request) if may_write else ())
        if "Allow" in fault.headers:
            answer.headers["Allow"] = fault.headers["Allow"]
        return answer
    except TEMPORARY as fault:
        request.app[FRONT].tally.miss_database(fault)
        answer = problem(visit, 503, typed=await _typed(request), again=await again.posted(visit))
        answer[AWAY] = True
        return answer
    except doors.NotWalled as fault:
        log.error("console: %s", fault)
        return problem(visit, 503)
    except Exception:
        log.exception("console: unexpected error on %s", screen.name if screen else request.method)
        return problem(visit, 500)


def _may_write(screen: Screen | None) -> bool:
    return screen is not None and screen.method == "POST" and screen.entry is not Entry.ANYONE


async def _typed(request: web.Request) -> list[str]:
    """What its owner wrote is not lost with an answer that cannot be given."""
    if request.content_type != FORM:
        return []
    try:
        return await forms.typed_texts(request, MOST_BODY)
    except web.HTTPException:
        return []


async def _enter(visit: Visit, screen: Screen) -> web.StreamResponse | None:
    """Who asks; None lets them in."""
    visit.entered = await _resume(visit)
    if screen.entry is Entry.ANYONE:
        return None
    if visit.entered is None:
        if visit.request.method not in SAFE:
            typed = await _typed(visit.request)
            return problem(visit, 403, "signed_out", typed=typed, again=await again.posted(visit) if typed else ())
        target = safe_next(visit.request.rel_url.raw_path_qs)
        return redirect("/sign-in" if target == "/" else f"/sign-in?{urlencode({'next': target})}")
    if screen.entry is Entry.OWNER:
        site_id = read_id(visit.params["site_id"])
        async with visit.db() as conn:
            visit.owned = await queries.site_of_owner(conn, visit.user.id, site_id, visit.settings)
        if visit.owned is None:
            raise web.HTTPNotFound
    return None


async def _known(visit: Visit) -> User | None:
    """Who asks for what is not there: the way back is theirs. Nobody while the database is away."""
    try:
        return await _resume(visit)
    except TEMPORARY:
        return None


async def _resume(visit: Visit) -> User | None:
    token = sessions.read_token(visit.request)
    if token is None:
        return None
    async with visit.pool.acquire(timeout=visit.settings.database.connect_seconds) as conn:
        record = await doors.resume_session(conn, sessions.digest_of(token), sessions.IDLE)
    return _user(record) if record else None


def _user(record: asyncpg.Record) -> User:
    return User(record["user_id"], record["email"], record["full_name"], record["is_verified"], record["id"])
