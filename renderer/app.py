"""The only wiring: every route and every lifetime is visible from here."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import asyncpg
from aiohttp import web

from renderer import blog, console, forms, gate, preview, purge, respond, seo, views
from renderer.db.pool import TEMPORARY, can_connect, open_pool
from renderer.edge.asked import ID, ID_FIELD
from renderer.edge.flights import let_go
from renderer.edge.front import Front
from renderer.edge.reader import TRUSTED_SECONDS, Reader
from renderer.edge.relay import Line
from renderer.jobs import live_jobs, upkeep_jobs
from renderer.keyring import Keyring
from renderer.keys import (
    BASE_HANDLER,
    FRONT,
    IMAGE_RULES,
    KEYRING,
    MAIL,
    OUTBOUND,
    OUTBOX,
    PICTURES,
    POOL,
    SEEN,
    SETTINGS,
    SHELF,
    STUDIO,
    THEMES,
)
from renderer.media.studio import Studio
from renderer.middlewares import MIDDLEWARES
from renderer.objects import open_pictures
from renderer.outbound import MailClient, OutboundClient
from renderer.outbox import Dispatcher
from renderer.pages import abuse
from renderer.pages import handlers as page_handlers
from renderer.pages import pictures as page_pictures
from renderer.respond import redirects
from renderer.settings import Settings
from renderer.shelf import Shelf
from renderer.tally import PUBLISH_SECONDS, Board, resident_bytes
from renderer.telemetry.otlp import Tracer
from renderer.telemetry.outages import Outages
from renderer.telemetry.sentry import sentry_lifetime
from renderer.themes import Themes
from renderer.upkeep import LIVE_LOCK, LIVE_SECONDS, Rounds

# A server that hangs must not keep a worker from stopping.
CLOSING_SECONDS = 2.0
READY_PULSE_SECONDS = 0.1
_READY: web.AppKey["asyncio.Task[None]"] = web.AppKey("ready")


async def show_health(request: web.Request) -> web.Response:
    """200 as long as this worker answers; says nothing of the database, whose absence a restart would not mend."""
    return web.Response(text="ok\n", headers={"Cache-Control": "no-store"})


async def show_base(request: web.Request) -> web.StreamResponse:
    """The base domain itself: where abuse is reported, the demo's index, a configured redirect, or nobody."""
    settings = request.app[SETTINGS]
    if request.method in ("GET", "HEAD"):
        if (contact := abuse.show_contact(request)) is not None:
            return contact
        if settings.demo.index and request.path == "/":
            # Whoever serves real sites never needs it.
            from renderer import demo

            return await demo.show_index(request)
        if settings.server.base_redirect:
            return redirects.redirect(settings.server.base_redirect, status=302)
    return respond.nobody(request, 404)


_ROUTES = [
    web.get("/_edge/health", show_health, name="edge.health"),
    *gate.routes,
    *forms.routes,
    *views.routes,
    *seo.routes,
    *blog.routes,
    *page_pictures.routes,
    *page_handlers.routes,
]
"""In the order in which they are asked."""


def make_app(
    settings: Settings,
    database_url: str,
    keyring: Keyring,
    themes: Themes,
    upkeep_url: str = "",
    direct_url: str = "",
    console_url: str = "",
    board: Board | None = None,
    line: Line | None = None,
) -> web.Application:
    """The application of one worker. Opens nothing before it is started.

    `upkeep_url` leads a role that may maintain the database; without one this worker does no upkeep. `direct_url` leads
    to the primary without a pooler between; without one `database_url` does. `console_url` leads a role that sees one
    owner's rows at a time; without one there is no console. `board` is told what this worker counts. `line` leads to
    the other workers.
    """
    tracer = Tracer(settings) if settings.otlp.endpoint else None
    middlewares = MIDDLEWARES if tracer is None else (tracer.middleware, *MIDDLEWARES)
    app = web.Application(middlewares=middlewares, client_max_size=settings.server.max_body_bytes)
    if settings.sentry.dsn.get_secret_value():
        app.cleanup_ctx.append(sentry_lifetime(settings))
    if tracer is not None:
        app.cleanup_ctx.append(tracer.lifetime)
    app[SETTINGS] = settings
    app[KEYRING] = keyring
    app[THEMES] = themes
    app[OUTBOUND] = OutboundClient()
    app[MAIL] = MailClient(settings)
    app[IMAGE_RULES] = respond.image_rules(settings)
    app[PICTURES], app[STUDIO] = open_pictures(settings), Studio()
    app[BASE_HANDLER] = show_base
    app[FRONT] = front = Front(settings)
    front.line = line
    front.busy, front.unsent = respond.busy(), forms.Unsent(front.languages)
    app[SHELF] = Shelf(themes, seconds=front.tally.renders)
    app[blog.KEPT_POSTS] = blog.KeptPosts()
    app[SEEN] = lambda visit: None
    app.add_routes(_ROUTES)
    app.on_response_prepare.append(_finish_headers)
    app.on_response_prepare.append(gate.keep_private)
    app.on_response_prepare.append(preview.keep_apart)
    app.on_response_prepare.append(let_go)
    app.cleanup_ctx.append(_pool(settings, database_url))
    app.cleanup_ctx.append(_front(settings, database_url, direct_url or database_url))
    views.install(app)
    app.cleanup_ctx.append(forms.lifetime)
    app.cleanup_ctx.append(gate.lifetime)
    app.cleanup_ctx.append(_shelf)
    app.cleanup_ctx.append(seo.lifetime)
    purge.install(app)
    app.cleanup_ctx.append(_outbox)
    if settings.console.host and console_url:
        console.install(app, console_url)
    if upkeep_url:
        app.cleanup_ctx.append(_upkeep(Rounds(upkeep_url, upkeep_jobs(settings, keyring), front.tally)))
        live = Rounds(upkeep_url, live_jobs(settings), front.tally, lock=LIVE_LOCK, pulse_seconds=LIVE_SECONDS)
        app.cleanup_ctx.append(_upkeep(live))
    if board is not None:
        app.cleanup_ctx.append(_telling(board))
    app.cleanup_ctx.append(_landing)
    return app


async def until_ready(app: web.Application) -> None:
    """Until a started application can answer as well as one that has run for long: it reaches the database, and its
    change log is followed. Themes are there from the beginning."""
    if _READY in app:
        await asyncio.shield(app[_READY])
    else:
        await _get_ready(app)


async def _get_ready(app: web.Application) -> None:
    seconds = app[SETTINGS].database.connect_seconds
    while True:
        with contextlib.suppress(*TEMPORARY, asyncpg.PostgresError):
            async with app[POOL].acquire(timeout=seconds):
                pass
            reader = app[FRONT].reader
            if reader is not None and reader.readings:
                return
        await asyncio.sleep(READY_PULSE_SECONDS)


def _pool(settings: Settings, url: str) -> Callable[[web.Application], AsyncIterator[None]]:
    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        database = settings.database
        app[POOL] = await open_pool(
            url,
            largest=database.pool_max,
            connect_seconds=database.connect_seconds,
            statement_seconds=database.statement_seconds,
            planned_once=True,
        )
        yield
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await app[POOL].close()
        except TimeoutError:
            app[POOL].terminate()

    return lifetime


def _front(settings: Settings, database_url: str, url: str) -> Callable[[web.Application], AsyncIterator[None]]:
    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        front = app[FRONT]
        front.seen = app[SEEN]
        seconds = settings.database.connect_seconds

        front.reader = reader = Reader(url, purge.follower(app), lambda: can_connect(database_url, seconds), seconds)
        running = [asyncio.create_task(reader.run()), asyncio.create_task(front.coder.better.run())]
        if front.line is not None:
            front.line.open(front.take)
        yield
        if front.line is not None:
            front.line.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        front.close()

    return lifetime


def _telling(board: Board) -> Callable[[web.Application], AsyncIterator[None]]:
    """Show what this worker counts, until the last of it."""

    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        app[_READY] = ready = asyncio.create_task(_get_ready(app))
        outages = Outages(board)

        def publish(*_: object) -> None:
            gauges = _gauges(app)
            is_ready = ready.done() and not ready.cancelled() and ready.exception() is None
            board.publish(app[FRONT].tally, gauges, is_ready)

        # Before anybody who waits for it goes on: who serves is ready for whoever looks at the board.
        ready.add_done_callback(publish)

        async def go_on() -> None:
            while True:
                publish()
                reader = app[FRONT].reader
                outages.look(reached=reader is not None and time.monotonic() - reader.read_at < TRUSTED_SECONDS)
                await asyncio.sleep(PUBLISH_SECONDS)

        running = asyncio.create_task(go_on(), name="board")
        yield
        ready.remove_done_callback(publish)
        for task in (running, ready):
            task.cancel()
        await asyncio.gather(running, ready, return_exceptions=True)
        publish()

    return lifetime


def _gauges(app: web.Application) -> dict[str, float]:
    front, pool = app[FRONT], app[POOL]
    cache, reader = front.cache, front.reader
    front.tally.evictions = cache.pages.evictions + cache.nothings.evictions
    return {
        "cache_bytes": cache.pages.size + cache.nothings.size,
        "cache_answers": cache.pages.count + cache.nothings.count,
        "cache_hosts": len(cache.hosts),
        "listener_lag_seconds": time.monotonic() - reader.read_at if reader is not None and reader.readings else 0.0,
        "pool_connections": pool.get_size(),
        "pool_idle_connections": pool.get_idle_size(),
        "view_queue_events": views.tell(app, front.tally),
        "resident_bytes": resident_bytes(),
    }


async def _outbox(app: web.Application) -> AsyncIterator[None]:
    """What waits to be done outside the database, beside the requests."""
    kinds = [seo.indexnow_kind(app), *forms.delivery_kinds(app), *purge.purge_kinds(app)]
    app[OUTBOX] = Dispatcher(app[POOL], kinds, app[SETTINGS].database.connect_seconds)
    running = asyncio.create_task(app[OUTBOX].run(), name="outbox")
    yield
    running.cancel()
    await asyncio.wait([running], timeout=CLOSING_SECONDS)
    await app[OUTBOUND].close()
    await app[PICTURES].aclose()


def _upkeep(rounds: Rounds) -> Callable[[web.Application], AsyncIterator[None]]:
    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        running = asyncio.create_task(rounds.run(), name="upkeep")
        yield
        running.cancel()
        await asyncio.wait([running], timeout=CLOSING_SECONDS)

    return lifetime


async def _landing(app: web.Application) -> AsyncIterator[None]:
    """Last in, so first out: nothing is being made any more when what it is made with closes."""
    yield
    await app[FRONT].land()


async def _shelf(app: web.Application) -> AsyncIterator[None]:
    yield
    app[SHELF].close()


async def _finish_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Name no software; what no room answered is no less careful than the rest."""
    response.headers.popall("Server", None)
    response.headers[ID_FIELD] = request[ID]
    for name, value in {**respond.SECURITY, "Cache-Control": respond.NO_STORE}.items():
        response.headers.setdefault(name, value)
