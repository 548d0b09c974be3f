"""Profile and tokens."""

from aiohttp import web

from renderer.console import account, attempts, audit, draw
from renderer.console.handlers.links import send
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.keys import KEYRING

ENTRIES_A_PAGE = 50


async def show_account(visit: Visit) -> web.StreamResponse:
    async with visit.db() as conn:
        profile = await account.profile(conn, visit.user.id)
    if profile is None:
        raise web.HTTPNotFound
    typed = {"full_name": profile.full_name or "", "phone": profile.phone or ""}
    return draw.page(visit, "account.html", profile=profile, typed=typed, errors=[])


async def save_account(visit: Visit) -> web.StreamResponse:
    form, t = await visit.form(), words_for(visit.language)
    typed = {"full_name": form.text("full_name"), "phone": form.text("phone")}
    errors = [
        (name, t("too_long", most=most))
        for name, most in (("full_name", account.MOST_NAME), ("phone", account.MOST_PHONE))
        if len(typed[name]) > most
    ]
    async with visit.db() as conn:
        old = await account.profile(conn, visit.user.id)
        if old is None:
            raise web.HTTPNotFound
        if not errors and typed != {"full_name": old.full_name or "", "phone": old.phone or ""}:
            await account.save_profile(conn, visit.user.id, typed["full_name"] or None, typed["phone"] or None)
            keyring = visit.request.app[KEYRING]
            before = {"full_name": old.full_name, "phone": old.phone}
            await audit.note(
                conn,
                visit,
                "profile_changed",
                old={name: audit.personal(keyring, value) for name, value in before.items()},
                new={name: audit.personal(keyring, value) for name, value in typed.items()},
            )
    if errors:
        return draw.page(visit, "account.html", status=422, profile=old, typed=typed, errors=errors)
    return draw.redirect("/account", done="profile")


async def ask_for_verification(visit: Visit) -> web.StreamResponse:
    if visit.user.is_verified:
        return draw.redirect("/account")
    if await attempts.admit(visit, attempts.LETTER, visit.user.email, visit.user.counted_as):
        return draw.problem(visit, 429)
    if not visit.request.app[WORKSHOP].post_room.later(send(visit, visit.user.email, "verify", is_known=True)):
        return draw.problem(visit, 503)
    return draw.redirect("/account", done="verify_sent")


async def show_tokens(visit: Visit) -> web.StreamResponse:
    page = visit.page
    async with visit.db() as conn:
        balance = await account.balance(conn, visit.user.id)
        skip = (page - 1) * ENTRIES_A_PAGE
        entries = await account.transactions(conn, visit.user.id, most=ENTRIES_A_PAGE + 1, skip=skip)
    if balance is None or (page > 1 and not entries):
        raise web.HTTPNotFound
    return draw.page(
        visit,
        "tokens.html",
        balance=balance,
        entries=entries[:ENTRIES_A_PAGE],
        page=page,
        has_more=len(entries) > ENTRIES_A_PAGE,
    )
