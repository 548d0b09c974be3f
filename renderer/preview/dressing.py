"""Putting the bar onto pages that the rooms have drawn, and what its links do."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from aiohttp import web

from renderer import respond
from renderer.edge.cookies import cookie
from renderer.edge.sites import PreviewSite, State
from renderer.gate.next_path import safe_next
from renderer.keys import AS_OF, IMAGE_RULES, LEASE, SCHEME, SETTINGS, SHELF, SITE
from renderer.preview.bar import WIDTHS, Seen, draw_bar
from renderer.preview.frame import draw_frame
from renderer.preview.queries import Link
from renderer.preview.tokens import LINKS
from renderer.respond import redirects
from renderer.themes import Site

CHOICE_SECONDS = 86_400
_AS_OF, _EDIT = "preview-as-of", "preview-edit"
_SKIP = re.compile(rb'\s*<a class="skip"[^>]*>.*?</a>', re.DOTALL)
_SCRIPTS = re.compile("script-src(?: 'none')?")
_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a preview's page is drawn from beside the site: its link, and the site as visitors have it."""

    link: Link
    live: PreviewSite | None


SHOWN = web.RequestKey("shown", Shown)


async def dress(request: web.Request, answer: web.StreamResponse) -> None:
    """Put the bar onto a page; what stands in a frame of the preview's own has one above it already."""
    shown = request.get(SHOWN)
    if shown is None or not isinstance(answer, web.Response) or answer.prepared or answer.content_type != "text/html":
        return
    if answer.status >= 500:
        return  # what could not be drawn is not asked again
    policy = answer.headers.get("Content-Security-Policy", "")
    policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    if request.headers.get("Sec-Fetch-Dest") != "iframe" and isinstance(answer.body, bytes) and SITE in request:
        target = request.rel_url.raw_path_qs if request.method in ("GET", "HEAD") else request.path
        seen = await _seen(request, shown, request.path, target)
        bar = await request.app[SHELF].run(seen.site.source.length, lambda: draw_bar(seen))
        head, end, rest = answer.body.partition(b"</head>")
        tag, mark, body = rest.partition(b"<body")
        attributes, close, content = body.partition(b">")
        if end and mark and close and f"'sha256-{bar.style_hash}'" not in policy:
            style = f"<style>{bar.style}</style>".encode()
            html = bar.html.encode("utf-8", "replace")
            # Behind the link that skips to the content, which comes first.
            skip = _SKIP.match(content)
            first = skip.end() if skip else 0
            top = content[:first] + html + content[first:]
            answer.body = head + style + end + tag + mark + attributes + close + top
            policy = policy.replace("style-src 'self'", f"style-src 'self' 'sha256-{bar.style_hash}'")
            if bar.script:
                policy = _SCRIPTS.sub(f"script-src 'sha256-{bar.script_hash}'", policy, count=1)
    answer.headers["Content-Security-Policy"] = policy


async def control(request: web.Request) -> web.StreamResponse:
    """What stands below `LINKS` for who holds a cookie: the frame, and the choice of a day."""
    shown, name = request[SHOWN], request.path.removeprefix(LINKS)
    target = safe_next(request.query.get("to", "/"))
    if request.method not in ("GET", "HEAD") or target.startswith(LINKS):
        raise web.HTTPNotFound
    if name == "frame" and (width := request.query.get("w", "")) in WIDTHS:
        seen = await _seen(request, shown, target.partition("?")[0], target, width)
        del request[SHOWN]  # it has its bar
        drawn = await request.app[SHELF].run(seen.site.source.length, lambda: draw_frame(seen))
        return respond.html(request, drawn, cache=respond.PRIVATE)
    if name == "as-of":
        answer = redirects.redirect(target, status=303)
        _choose_day(request, answer, (await respond.themed(request)).zone)
        return answer
    if name == "edit":
        answer = redirects.redirect(target, status=303)
        _choose(request, answer, _EDIT, "1" if request.query.get("on") == "1" else "")
        return answer
    raise web.HTTPNotFound


def as_of(request: web.Request) -> datetime | None:
    """The moment that was chosen; None: now."""
    try:
        moment = datetime.fromisoformat(cookie(request, _cookie(request, _AS_OF)) or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and _EARLIEST < moment.date() <= _LATEST else None


def _choose_day(request: web.Request, answer: web.Response, zone: str) -> None:
    """The end of a day of the site's: what is due then is shown."""
    try:
        day = date.fromisoformat(request.query.get("date", ""))
    except ValueError:
        day = None
    moment = ""
    if day is not None and _EARLIEST < day <= _LATEST:
        moment = datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC).isoformat()
    _choose(request, answer, _AS_OF, moment)


def _choose(request: web.Request, answer: web.Response, name: str, value: str) -> None:
    """What the holder of a link chose, for a day; "" takes it back."""
    if not value:
        answer.del_cookie(_cookie(request, name), path="/", secure=request[SCHEME] == "https")
        return
    answer.set_cookie(
        _cookie(request, name),
        value,
        max_age=CHOICE_SECONDS,
        path="/",
        secure=request[SCHEME] == "https",
        httponly=True,
        samesite="Lax",
    )


def _cookie(request: web.Request, name: str) -> str:
    return f"__Host-{name}" if request[SCHEME] == "https" else name


async def _seen(request: web.Request, shown: Shown, path: str, target: str, width: str = "") -> Seen:
    site = await respond.themed(request)
    live = await _live(request, shown)
    published = shown.live is None or shown.live.state is State.LIVE
    settings = request.app[SETTINGS]
    place = f"posts/{shown.link.blog_post_id}" if shown.link.blog_post_id is not None else "draft"
    owners = f"{settings.origin(settings.console.host)}/sites/{site.source.id}/{place}" if settings.console.host else ""
    edit = ""
    if settings.console.host and shown.link.shows == "draft" and cookie(request, _cookie(request, _EDIT)) == "1":
        edit = f"{settings.origin(settings.console.host)}/sites/{site.source.id}/texts/section"
    return Seen(shown.link, site, path, target, published, live, request.get(AS_OF), width, owners, edit)


async def _live(request: web.Request, shown: Shown) -> Site | None:
    """The live site as if it stood at the preview's address, so that only what differs differs."""
    if shown.live is None or shown.live.state is not State.LIVE or shown.link.shows == "site":
        return None
    await request[LEASE].release()
    source = respond.site_source(request.app[SETTINGS], shown.live, request.app[IMAGE_RULES])
    return await request.app[SHELF].read(source)
