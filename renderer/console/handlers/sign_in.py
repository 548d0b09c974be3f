"""Signing in with e-mail and password, and out."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from aiohttp import web

from renderer.console import admission, attempts, audit, doors, draw, known_device, second_step, sessions
from renderer.console.addresses import MOST_EMAIL
from renderer.console.safe_next import safe_next
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.gate.passwords import MAX_PASSWORD_BYTES
from renderer.keys import KEYRING

if TYPE_CHECKING:
    from renderer.db.lease import Connection

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
    t = words_for(visit.language)
    if not 0 < len(password) <= MAX_PASSWORD_BYTES or not 0 < len(email.encode()) <= MOST_EMAIL:
        return _form(visit, target, 422, email=email[:MOST_EMAIL], error=t["sign_in_wrong"])
    async with visit.db() as conn:
        account = await doors.account_by_email(conn, email)
    known = known_device.of_account(visit, account)
    if seconds := await attempts.admit(visit, "password", email, known):
        return _form(visit, target, 429, email=email, error=t("too_often", seconds=seconds), wait=seconds)
    checker = visit.request.app[WORKSHOP].checker
    # One account under attack leaves the other places free; unknown ones are told apart by their address.
    place = account.id if account else uuid5(_STRANGERS, email.casefold())
    verdict = await checker.check(place, account.password_hash if account else None, password)
    if verdict is None:
        return _form(visit, target, 503, email=email, error=t["sign_in_busy"], wait=3)
    if account is None or not verdict.matches or not account.may_enter:
        await _note_failure(visit, account, email)
        return _form(visit, target, 422, email=email, error=t["sign_in_wrong"])
    await attempts.forgive(visit, "password", email, known)
    try:
        return await admission.first_step_done(
            visit, account.id, target, by="password", checked=account.password_hash, renewed=verdict.replacement
        )
    except admission.Overtaken:
        return _form(visit, target, 422, email=email, error=t["sign_in_wrong"])


async def sign_in_with_code(visit: Visit) -> web.StreamResponse:
    """The second step. The first one stands in a token that is good for ten minutes and for nothing else."""
    form, keyring, t = await visit.form(), visit.request.app[KEYRING], words_for(visit.language)
    halfway, target = second_step.read_halfway(keyring, form.text("token")), safe_next(form.text("next"))
    if halfway is None:
        return draw.problem(visit, 410, "halfway_gone")
    known = known_device.find(visit.request, keyring, halfway.user_id, halfway.mark)
    if seconds := await attempts.admit(visit, "code", str(halfway.user_id), known):
        said = t("code_too_often", seconds=seconds)
        return admission.ask_for_code(visit, halfway, target, error=said, status=429)
    async with visit.db(halfway.user_id) as conn:
        if not await second_step.still_holds(conn, halfway):
            return draw.problem(visit, 410, "halfway_gone")
        right = await second_step.accepts(conn, keyring, halfway.user_id, form.text("code"))
        if not right:
            await audit.note(conn, visit, "code_failed", user_id=halfway.user_id)
    if not right:
        return admission.ask_for_code(visit, halfway, target, error=t["code_wrong"], status=422)
    await attempts.forgive(visit, "code", str(halfway.user_id), known)

    async def holds(conn: "Connection") -> bool:
        return await second_step.still_holds(conn, halfway)

    try:
        return await admission.admit(visit, halfway.user_id, target, by=f"{halfway.by} and code", holds=holds)
    except admission.Overtaken:
        return draw.problem(visit, 410, "halfway_gone")


async def sign_out(visit: Visit) -> web.StreamResponse:
    """The session ends in the database, whatever the browser does with its cookie."""
    token = sessions.read_token(visit.request)
    if token is not None:
        async with visit.db() as conn:
            await doors.end_session(conn, sessions.digest_of(token))
            if visit.entered is not None:
                await audit.note(conn, visit, "sign_out")
    answer = draw.redirect("/sign-in", done="signed_out")
    sessions.take_token(visit.request, answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


async def _note_failure(visit: Visit, account: doors.Account | None, email: str) -> None:
    """For the owner's own eyes where there is an account; the address as a digest. Of guesses at addresses that nobody
    has the first ones, and then ever fewer: the trail keeps what it has for ever."""
    person = account.id if account else None
    if person is None and not await attempts.is_noted(visit, "password"):
        return
    tried = {"email": audit.personal(visit.request.app[KEYRING], email)}
    async with visit.db(person) as conn:
        await audit.note(conn, visit, "sign_in_failed", user_id=person, new=tried)


def _form(
    visit: Visit, target: str, status: int = 200, *, email: str = "", error: str | None = None, wait: int = 0
) -> web.Response:
    headers = {"Retry-After": str(wait)} if wait else None
    return draw.page(visit, "sign_in.html", status=status, headers=headers, target=target, email=email, error=error)
