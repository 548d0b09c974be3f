"""Ways in: password, sessions, and the second step."""

from uuid import UUID

import segno
from aiohttp import web
from markupsafe import Markup

from renderer.console import account, attempts, audit, draw, presence, queries, second_step, sessions, totp
from renderer.console.password_rules import FEWEST_CHARACTERS, fault_of
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.gate.passwords import MAX_PASSWORD_BYTES, hash_password
from renderer.keys import KEYRING

Errors = list[tuple[str, str]]


async def show_security(visit: Visit) -> web.StreamResponse:
    return await _page(visit, [])


async def change_password(visit: Visit) -> web.StreamResponse:
    """With the present one, which is checked like a sign-in. Every other session and link ends, and what has a copy of
    this one's cookie (OWASP ASVS 5.0, 7.2.4)."""
    form, t, user = await visit.form(), words_for(visit.language), visit.user
    new, workshop = form.raw("new-password"), visit.request.app[WORKSHOP]
    if fault := fault_of(new, user.email):
        said = t(fault, fewest=FEWEST_CHARACTERS, most=MAX_PASSWORD_BYTES)
        return await _page(visit, [("new-password", said)], 422)
    refused = await presence.refuse(visit, form.raw("current-password"))
    stored = None if refused else await workshop.hash(hash_password, new.encode())
    if refused and refused.said:
        return await _page(visit, [("current-password", refused.said)], refused.status)
    if stored is None:
        return draw.problem(visit, 503)
    await attempts.forgive(visit, "password", user.email, user.counted_as)
    token = sessions.new_token()
    async with visit.db() as conn:
        await queries.store_password(conn, user.id, stored)
        await account.end_other_sessions(conn, user.id, user.session_id)
        await account.renew_session(conn, user.id, user.session_id, sessions.digest_of(token))
        await queries.void_links(conn, user.id)
        await audit.note(conn, visit, "password_changed", new={"by": "password"})
    answer = draw.redirect("/account/security", done="password")
    sessions.give_token(visit.request, answer, token)
    return answer


async def end_session(visit: Visit) -> web.StreamResponse:
    """One session (`session`), or all but this one (`others`), which goes on by another cookie: what shares it is no
    row of the list."""
    form, user = await visit.form(), visit.user
    token = sessions.new_token() if form.ticked("others") else ""
    async with visit.db() as conn:
        if token:
            await account.end_other_sessions(conn, user.id, user.session_id)
            await account.renew_session(conn, user.id, user.session_id, sessions.digest_of(token))
        else:
            await account.end_session(conn, user.id, _uuid(form.text("session")))
        await audit.note(conn, visit, "session_ended")
    answer = draw.redirect("/account/security", done="session")
    if token:
        sessions.give_token(visit.request, answer, token)
    return answer


async def show_second_step(visit: Visit) -> web.StreamResponse:
    async with visit.db() as conn:
        if await second_step.is_on(conn, visit.user.id):
            return draw.page(visit, "second_step_off.html", error="")
    if not (await presence.has_password(visit) or await presence.signed_in_now(visit)):
        return draw.page(visit, "sign_in_again.html", target="/account/second-step")
    return await _setup(visit, totp.new_secret(), [])


async def turn_on_second_step(visit: Visit) -> web.StreamResponse:
    """By who knows the present password, or has none and signed in just now: a borrowed browser must not lock its owner
    out."""
    form, keyring, t, user = await visit.form(), visit.request.app[KEYRING], words_for(visit.language), visit.user
    secret, code = second_step.read_setup(keyring, user.id, form.text("setup")), form.text("code")
    if secret is None:
        return draw.redirect("/account/second-step")
    if not second_step.shows(secret, code):
        return await _setup(visit, secret, [("code", t["code_wrong"])], 422)
    if await presence.has_password(visit):
        if refused := await presence.refuse(visit, form.raw("current-password")):
            if not refused.said:
                return draw.problem(visit, refused.status)
            return await _setup(visit, secret, [("current-password", refused.said)], refused.status)
        await attempts.forgive(visit, "password", user.email, user.counted_as)
    elif not await presence.signed_in_now(visit):
        return draw.page(visit, "sign_in_again.html", status=403, target="/account/second-step")
    async with visit.db() as conn:
        turned = await second_step.turn_on(conn, keyring, user.id, secret, code)
        if turned is not None and turned.is_new:
            await account.end_other_sessions(conn, user.id, user.session_id)
            await audit.note(conn, visit, "second_step_on")
    if turned is None:  # over meanwhile
        return await _setup(visit, secret, [("code", t["code_wrong"])], 422)
    if turned.recovery:
        return draw.page(visit, "recovery_codes.html", codes=turned.recovery)
    return draw.redirect("/account/security")


async def turn_off_second_step(visit: Visit) -> web.StreamResponse:
    form, t, user = await visit.form(), words_for(visit.language), visit.user
    if seconds := await attempts.admit(visit, "code", str(user.id), user.counted_as):
        said = t("code_too_often", seconds=seconds)
        return draw.page(visit, "second_step_off.html", status=429, error=said)
    async with visit.db() as conn:
        right = await second_step.accepts(conn, visit.request.app[KEYRING], visit.user.id, form.text("code"))
        if right:
            await second_step.turn_off(conn, visit.user.id)
            await audit.note(conn, visit, "second_step_off")
    if not right:
        return draw.page(visit, "second_step_off.html", status=422, error=t["code_wrong"])
    await attempts.forgive(visit, "code", str(user.id), user.counted_as)
    return draw.redirect("/account/security", done="second_step_off")


async def _setup(visit: Visit, secret: bytes, errors: Errors, status: int = 200) -> web.Response:
    uri = totp.address(secret, words_for(visit.language)["brand"], visit.user.email)
    drawn = segno.make(uri, micro=False).svg_inline(
        scale=5, border=2, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    spelled = totp.spelled(secret)
    return draw.page(
        visit,
        "second_step_on.html",
        status=status,
        qr=Markup(drawn),  # noqa: S704 - paths and numbers that segno wrote
        spelled=" ".join(spelled[place : place + 4] for place in range(0, len(spelled), 4)),
        uri=uri,
        setup=second_step.setup_token(visit.request.app[KEYRING], visit.user.id, secret),
        has_password=await presence.has_password(visit),
        wrong=dict(errors),
    )


async def _page(visit: Visit, errors: Errors, status: int = 200) -> web.Response:
    async with visit.db() as conn:
        listed = await account.sessions(conn, visit.user.id)
        deeds = await account.recent_actions(conn, visit.user.id)
        has_second_step = await second_step.is_on(conn, visit.user.id)
    return draw.page(
        visit,
        "security.html",
        status=status,
        sessions=listed,
        deeds=deeds,
        has_second_step=has_second_step,
        has_password=await presence.has_password(visit),
        errors=errors,
        wrong=dict(errors),
        fewest=FEWEST_CHARACTERS,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise web.HTTPBadRequest from None
