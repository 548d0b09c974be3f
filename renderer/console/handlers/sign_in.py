"""Signing in with e-mail and password, and out."""

from uuid import UUID, uuid5

from aiohttp import web

from renderer.console import doors, draw, queries, sessions
from renderer.console.device import device_of
from renderer.console.safe_next import safe_next
from renderer.console.visit import Visit
from renderer.console.workshop import WORKSHOP
from renderer.gate.passwords import MAX_PASSWORD_BYTES

MOST_EMAIL = 254
"""Octets of an address (RFC 5321 §4.5.3.1.3, less the angle brackets)."""
_STRANGERS = UUID("8d9b2f0e-6f0d-4a58-9a39-9a7a2a1c3f10")


async def show_sign_in(visit: Visit) -> web.StreamResponse:
    if visit.entered is not None:
        return draw.redirect("/")
    return _form(visit, safe_next(visit.request.query.get("next", "/")))


async def sign_in(visit: Visit) -> web.StreamResponse:
    """The session of whose e-mail and password these are, or the form again: the same for a wrong password, an unknown
    address and a closed account, after the same work."""
    form = await visit.form()
    email, password, target = form.text("email"), form.raw("password").encode(), safe_next(form.text("next"))
    if not 0 < len(password) <= MAX_PASSWORD_BYTES or not 0 < len(email.encode()) <= MOST_EMAIL:
        return _form(visit, target, email=email[:MOST_EMAIL], error="sign_in_wrong")
    async with visit.db() as conn:
        account = await doors.account_by_email(conn, email)
    checker = visit.request.app[WORKSHOP].checker
    # One account under attack leaves the other places free; unknown ones are told apart by their address.
    place = account.id if account else uuid5(_STRANGERS, email.casefold())
    verdict = await checker.check(place, account.password_hash if account else None, password)
    if verdict is None:
        return _form(visit, target, email=email, error="sign_in_busy", status=503)
    if account is None or not verdict.matches or not account.may_enter:
        return _form(visit, target, email=email, error="sign_in_wrong")
    token = sessions.new_token()
    async with visit.db(account.id) as conn:
        if verdict.replacement:
            await queries.store_password(conn, account.id, verdict.replacement)
        await queries.open_session(
            conn, account.id, sessions.digest_of(token), device_of(visit.request), sessions.IDLE, sessions.LONGEST
        )
    answer = draw.redirect(target)
    sessions.give_token(visit.request, answer, token)
    return answer


async def sign_out(visit: Visit) -> web.StreamResponse:
    """The session ends in the database, whatever the browser does with its cookie."""
    token = sessions.read_token(visit.request)
    if token is not None:
        async with visit.db() as conn:
            await doors.end_session(conn, sessions.digest_of(token))
    answer = draw.redirect("/sign-in", done="signed_out")
    sessions.take_token(visit.request, answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _form(
    visit: Visit, target: str, *, email: str = "", error: str | None = None, status: int | None = None
) -> web.Response:
    return draw.page(
        visit, "sign_in.html", status=status or (422 if error else 200), target=target, email=email, error=error
    )
