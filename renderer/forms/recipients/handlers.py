"""The page behind the link in the mail. Looking at it changes nothing; its button does."""

from aiohttp import web

from renderer.forms.consent import show_question
from renderer.forms.recipients import queries
from renderer.forms.recipients.links import CONFIRM, read_confirm
from renderer.keys import KEYRING, LEASE, SITE


async def show_confirm(request: web.Request) -> web.StreamResponse:
    if read_confirm(request.app[KEYRING], request[SITE].id, request.query.get("t")) is None:
        return await _page(request, "recipient_stale", status=404)
    return await _page(request, "recipient_confirm_text", button="recipient_confirm")


async def confirm(request: web.Request) -> web.StreamResponse:
    known = read_confirm(request.app[KEYRING], request[SITE].id, request.query.get("t"))
    became = await queries.confirm(await request[LEASE].conn(), request[SITE].id, *known) if known else None
    return (
        await _page(request, "recipient_confirmed") if became else await _page(request, "recipient_stale", status=404)
    )


async def _page(request: web.Request, text: str, *, button: str = "", status: int = 200) -> web.StreamResponse:
    return await show_question(request, text, title="recipient", button=button, status=status)


routes = [
    web.get(CONFIRM, show_confirm, name="recipients.confirm"),
    web.post(CONFIRM, confirm, name="recipients.confirmed"),
]
