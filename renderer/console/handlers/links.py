"""Links in mail: asked for, shown, and used by a button, so that a scanner that opens every link uses none up."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from renderer.console import account, admission, attempts, audit, doors, draw, known_device, letters, links, second_step
from renderer.console.addresses import MOST_EMAIL, may_be_email
from renderer.console.handlers.email import tell_old_address
from renderer.console.links import Link, Purpose
from renderer.console.password_rules import FEWEST_CHARACTERS, fault_of
from renderer.console.safe_next import HOME, mailed_next, safe_next
from renderer.console.visit import Form, Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.gate.passwords import MAX_PASSWORD_BYTES, hash_password
from renderer.keys import KEYRING


async def ask_for_sign_in(visit: Visit) -> web.StreamResponse:
    return await _ask(visit, "sign_in", "sign_in.html")


async def show_reset(visit: Visit) -> web.StreamResponse:
    return draw.page(visit, "reset.html", email="", error=None)


async def ask_for_reset(visit: Visit) -> web.StreamResponse:
    return await _ask(visit, "reset", "reset.html")


async def show_link(visit: Visit) -> web.StreamResponse:
    """What the link does, and the button that does it."""
    token = visit.params["token"]
    link = links.read(visit.request.app[KEYRING], token)
    if link is None:
        return draw.problem(visit, 410, "link_gone")
    async with visit.db() as conn:
        record = await doors.look_at_link(conn, link.purpose, link.digest)
    if record is None:
        return draw.problem(visit, 410, "link_gone")
    async with visit.db(record["user_id"]) as conn:
        needs_code = await second_step.is_on(conn, record["user_id"])
    target = mailed_next(visit.request.query.get("next", ""))
    return _page(visit, link.purpose, token, record["email"], needs_code, target=target)


async def use_link(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    link = links.read(visit.request.app[KEYRING], form.text("token"))
    if link is None:
        return draw.problem(visit, 410, "link_gone")
    if link.purpose == "reset":
        return await _reset(visit, link, form)
    if link.purpose == "email":
        return await _change_email(visit, link)
    async with visit.db() as conn:
        person = await doors.take_link(conn, link.purpose, link.digest)
    if person is None:
        return draw.problem(visit, 410, "link_gone")
    if link.purpose == "sign_in":
        return await admission.first_step_done(visit, person, mailed_next(form.text("next")), by="link")
    stops = link.purpose == "email_stop"
    async with visit.db(person) as conn:
        await audit.note(conn, visit, "email_stopped" if stops else "email_verified", user_id=person)
    here = "/account/security" if stops else "/"
    return draw.redirect(here if visit.entered else "/sign-in", done="email_stopped" if stops else "verified")


async def _reset(visit: Visit, link: Link, form: Form) -> web.StreamResponse:
    """Another password. The link is used up last: whoever typed something wrong has it still."""
    async with visit.db() as conn:
        record = await doors.look_at_link(conn, link.purpose, link.digest)
    if record is None:
        return draw.problem(visit, 410, "link_gone")
    person, email, app, password = record["user_id"], record["email"], visit.request.app, form.raw("new-password")
    async with visit.db(person) as conn:
        needs_code = await second_step.is_on(conn, person)
        mark = await second_step.mark_now(conn, person)

    def again(fault: str) -> web.Response:
        return _page(visit, link.purpose, form.text("token"), email, needs_code, fault)

    if fault := fault_of(password, email):
        return again(fault)
    if needs_code:
        # A mailbox alone does not open an account that has a second step.
        known = known_device.find(visit.request, app[KEYRING], person, mark)
        if await attempts.admit(visit, "code", str(person), known):
            return draw.problem(visit, 429)
        async with visit.db(person) as conn:
            right = await second_step.accepts(conn, app[KEYRING], person, form.text("code"))
        if not right:
            return again("code_wrong")
        await attempts.forgive(visit, "code", str(person), known)
    password_hash = await app[WORKSHOP].hash(hash_password, password.encode())
    if password_hash is None:
        return draw.problem(visit, 503)
    async with visit.db() as conn:
        taken = await doors.take_link(conn, link.purpose, link.digest)
    if taken is None:
        return draw.problem(visit, 410, "link_gone")
    async with visit.db(person) as conn:
        await audit.note(conn, visit, "password_changed", user_id=person, new={"by": "link"})
    return await admission.admit(visit, person, "/", by="reset", done="password", password_hash=password_hash)


async def _change_email(visit: Visit, link: Link) -> web.StreamResponse:
    """The account has the address that the link was sent to; whoever is signed in stays so."""
    async with visit.db() as conn:
        record = await doors.look_at_link(conn, link.purpose, link.digest)
    if record is None:
        return draw.problem(visit, 410, "link_gone")
    person, keyring = record["user_id"], visit.request.app[KEYRING]
    async with visit.db(person) as conn:
        old = await account.profile(conn, person)
        taken = await doors.take_link(conn, link.purpose, link.digest)
        if old is not None and taken is not None:
            await audit.note(
                conn,
                visit,
                "email_changed",
                user_id=person,
                old={"email": audit.personal(keyring, old.email)},
                new={"email": audit.personal(keyring, record["email"])},
            )
    if old is None or taken is None:
        return draw.problem(visit, 410, "link_gone")
    visit.request.app[WORKSHOP].post_room.later(tell_old_address(visit, old.email, old.full_name))
    here = visit.entered is not None and visit.entered.id == person
    return draw.redirect("/account" if here else "/sign-in", done="email_changed")


async def _ask(visit: Visit, purpose: Purpose, template: str) -> web.StreamResponse:
    """The same answer whoever has that address or not, and in the same time: the letter is written after it."""
    form = await visit.form()
    email, target = form.text("email"), safe_next(form.text("next"))
    shown: dict[str, Any] = {"email": email[:MOST_EMAIL], "target": target}
    if not may_be_email(email):
        return draw.page(visit, template, status=422, error=words_for(visit.language)["bad_email"], **shown)
    async with visit.db() as conn:
        known = known_device.of_account(visit, await doors.account_by_email(conn, email))
    if seconds := await attempts.admit(visit, attempts.LETTER, email, known):
        said = words_for(visit.language)("letter_too_often", seconds=seconds)
        return draw.page(visit, template, status=429, headers={"Retry-After": str(seconds)}, error=said, **shown)
    work = send(visit, email, purpose, mailed_next(target), is_known=bool(known))
    if not visit.request.app[WORKSHOP].post_room.later(work):
        return draw.problem(visit, 503)
    return draw.page(visit, "letter_sent.html", email=email)


async def send(visit: Visit, email: str, purpose: Purpose, target: str = HOME, *, is_known: bool) -> None:
    """Write a link to whoever has that address; nothing where nobody has. `target`: where signing in with it leads;
    `is_known`: a browser of theirs asks."""
    app = visit.request.app
    async with visit.db() as conn:
        made = await links.make(conn, app[KEYRING], email, purpose, is_known=is_known)
    if made is None:
        return
    async with visit.db(made.user_id) as conn:
        await audit.note(conn, visit, "link_sent", user_id=made.user_id, new={"purpose": purpose})
    if target != HOME:
        made = replace(made, path=f"{made.path}?{urlencode({'next': target})}")
    letter = letters.write(purpose, made, visit.settings, visit.language)
    if letter is None:
        return
    try:
        await app[WORKSHOP].post_room.send(letter)
    except BaseException:  # told to end, too
        async with visit.db() as conn:
            await doors.note_lost_letter(conn, made.digest)
        raise


def _page(
    visit: Visit,
    purpose: Purpose,
    token: str,
    email: str,
    needs_code: bool,
    fault: str | None = None,
    target: str = HOME,
) -> web.Response:
    t = words_for(visit.language)
    error = t(fault, fewest=FEWEST_CHARACTERS, most=MAX_PASSWORD_BYTES) if fault else ""
    return draw.page(
        visit,
        "link.html",
        status=422 if fault else 200,
        purpose=purpose,
        token=token,
        email=email,
        error=error,
        wrong_code=fault == "code_wrong",
        needs_code=needs_code,
        target=target,
        fewest=FEWEST_CHARACTERS,
    )
