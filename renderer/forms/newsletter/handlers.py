"""The pages behind the links in a subscriber's mail. Looking at them changes nothing; their buttons do."""

from aiohttp import web

from renderer.edge.limits import SPAN
from renderer.forms.consent import show_question
from renderer.forms.keeping import JUDGE
from renderer.forms.newsletter import queries
from renderer.forms.newsletter.links import CONFIRM, LEAVE, read_confirm, read_leave
from renderer.keys import CLIENT, KEYRING, LEASE, OUTBOX, SITE


async def show_confirm(request: web.Request) -> web.StreamResponse:
    known = read_confirm(request.app[KEYRING], request[SITE].id, request.query.get("t"))
    return (
        await _page(request, "newsletter_confirm_text", button="newsletter_confirm") if known else await _stale(request)
    )


async def confirm(request: web.Request) -> web.StreamResponse:
    known = read_confirm(request.app[KEYRING], request[SITE].id, request.query.get("t"))
    if known is None:
        return await _stale(request)
    await _within(request)
    became = await queries.confirm(await request[LEASE].conn(), request[SITE].id, *known)
    request.app[OUTBOX].wake()
    return await _page(request, "newsletter_confirmed") if became else await _stale(request)


async def show_leave(request: web.Request) -> web.StreamResponse:
    known = read_leave(request.app[KEYRING], request[SITE].id, request.query.get("t"))
    return await _page(request, "newsletter_leave_text", button="newsletter_leave") if known else await _stale(request)


async def leave(request: web.Request) -> web.StreamResponse:
    """Also what a mail program posts by itself, from no page of ours: the token is all that counts (RFC 8058 §3.2)."""
    known = read_leave(request.app[KEYRING], request[SITE].id, request.query.get("t"))
    if known is None:
        return await _stale(request)
    await _within(request)
    await queries.leave(await request[LEASE].conn(), request[SITE].id, known)
    return await _page(request, "newsletter_left")


async def _within(request: web.Request) -> None:
    """Mail programs leave for their users, many from one address; more than that writes for the sake of writing."""
    if not await request.app[JUDGE].letters.admits(request[LEASE].conn, request[SITE].id, request[CLIENT]):
        raise web.HTTPTooManyRequests(headers={"Retry-After": str(SPAN)})


async def _stale(request: web.Request) -> web.StreamResponse:
    return await _page(request, "newsletter_stale", status=404)


async def _page(request: web.Request, text: str, *, button: str = "", status: int = 200) -> web.StreamResponse:
    return await show_question(request, text, title="newsletter", button=button, status=status)


routes = [
    web.get(CONFIRM, show_confirm, name="newsletter.confirm"),
    web.post(CONFIRM, confirm, name="newsletter.confirmed"),
    web.get(LEAVE, show_leave, name="newsletter.leave"),
    web.post(LEAVE, leave, name="newsletter.left"),
]
