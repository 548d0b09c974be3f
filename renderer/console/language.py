"""Which of its two languages the console speaks: as was chosen, else as the browser asks, else Indonesian."""

from datetime import timedelta

from aiohttp import web

from renderer.edge.cookies import cookie

LANGUAGES = ("id", "en")
COOKIE = "language"
_KEPT = timedelta(days=365)


def language_of(request: web.Request) -> str:
    chosen = cookie(request, COOKIE)
    if chosen in LANGUAGES:
        return chosen
    # In the order they stand: browsers send them by falling weight (RFC 9110 §12.5.4).
    for part in request.headers.get("Accept-Language", "")[:400].split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return code
        if code == "ms":
            return "id"
    return "id"


def remember(response: web.StreamResponse, language: str, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, language, max_age=int(_KEPT.total_seconds()), path="/", secure=secure, httponly=True, samesite="Lax"
    )
