"""The switch between the two languages."""

from aiohttp import web

from renderer.console.draw import redirect
from renderer.console.language import LANGUAGES, remember
from renderer.console.safe_next import safe_next
from renderer.console.visit import Visit
from renderer.keys import SCHEME


async def choose_language(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    answer = redirect(safe_next(form.text("next")) if visit.entered else "/sign-in")
    if form.text("language") in LANGUAGES:
        remember(answer, form.text("language"), secure=visit.request[SCHEME] == "https")
    return answer
