"""Another e-mail address for the account: asked for with the password, done by a link that goes there, told to where it
was. Whether somebody else has it is not said: the letter that goes there says so."""

from aiohttp import web

from renderer.console import attempts, audit, draw, letters, links, presence, second_step
from renderer.console.addresses import MOST_EMAIL, may_become_email
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.keys import KEYRING

Errors = list[tuple[str, str]]


async def show_email(visit: Visit) -> web.StreamResponse:
    return await _page(visit, "", [])


async def ask_for_email(visit: Visit) -> web.StreamResponse:
    form, t, user = await visit.form(), words_for(visit.language), visit.user
    typed = form.text("email")[: MOST_EMAIL + 1]
    if not may_become_email(typed):
        return await _page(visit, typed, [("email", t["bad_email"])])
    if typed.casefold() == user.email.casefold():
        return await _page(visit, typed, [("email", t["email_same"])])
    if refused := await presence.refuse(visit, form.raw("current-password")):
        if not refused.said:
            return draw.problem(visit, 503)
        return await _page(visit, typed, [("current-password", refused.said)], refused.status)
    async with visit.db() as conn:
        needs_code = await second_step.is_on(conn, user.id)
    if needs_code:
        if seconds := await attempts.admit(visit, "code", str(user.id), user.counted_as):
            return await _page(visit, typed, [("code", t("code_too_often", seconds=seconds))], 429)
        async with visit.db() as conn:
            right = await second_step.accepts(conn, visit.request.app[KEYRING], user.id, form.text("code"))
        if not right:
            return await _page(visit, typed, [("code", t["code_wrong"])])
        await attempts.forgive(visit, "code", str(user.id), user.counted_as)
    await attempts.forgive(visit, "password", user.email, user.counted_as)
    if not visit.request.app[WORKSHOP].post_room.later(_send(visit, typed)):
        return draw.problem(visit, 503)
    return draw.redirect("/account/email", done="email_sent")


async def tell_old_address(visit: Visit, email: str, full_name: str | None) -> None:
    """After the change; beside the request."""
    if letter := letters.tell("email_changed", email, full_name, visit.settings, visit.language):
        await visit.request.app[WORKSHOP].post_room.send(letter)


async def _send(visit: Visit, address: str) -> None:
    """A link to the new address, and one that stops it to the present one; nothing where too many were asked for."""
    app, settings, language = visit.request.app, visit.settings, visit.language
    async with visit.db() as conn:
        change = await links.make_change(conn, app[KEYRING], visit.user.id, address)
        if change is None:
            return
        asked = {"email": audit.personal(app[KEYRING], address)}
        await audit.note(conn, visit, "email_asked", new=asked)
    written = (
        letters.write("email_stop", change.stop, settings, language),
        letters.tell("email_taken", address, None, settings, language)
        if change.is_taken
        else letters.write("email", change.go, settings, language),
    )
    for letter in written:
        if letter is not None:
            await app[WORKSHOP].post_room.send(letter)


async def _page(visit: Visit, typed: str, errors: Errors, status: int = 422) -> web.Response:
    async with visit.db() as conn:
        needs_code = await second_step.is_on(conn, visit.user.id)
    return draw.page(
        visit,
        "email.html",
        status=status if errors else 200,
        has_password=await presence.has_password(visit),
        needs_code=needs_code,
        typed=typed,
        errors=errors,
    )
