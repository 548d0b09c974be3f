"""The switch between the two languages."""

from aiohttp import web

from renderer.console.draw import redirect
from renderer.console.language import LANGUAGES, remember
from renderer.console.safe_next import safe_next
from renderer.console.visit import Visit
from renderer.gate.next_path import safe_next as safe_path
from renderer.keys import SCHEME


async def choose_language(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    answer = redirect(safe_next(form.text("next")) if visit.entered else _door(form.text("next")))
    if form.text("language") in LANGUAGES:
        remember(answer, form.text("language"), secure=visit.request[SCHEME] == "https")
    return answer


def _door(raw: str) -> str:
    """The door that somebody stands at who is not in yet: a link from a letter, a sign-in that leads on."""
    path = safe_path(raw)
    return path if path.startswith(("/sign-in?", "/reset", "/link/")) else "/sign-in"
