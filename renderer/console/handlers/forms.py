"""A form of a site: what it says, and who hears of what is sent with it."""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from renderer.console import attempts, audit, draw, editing
from renderer.console.editing.places import Places
from renderer.console.editing.tongues import tongues_of
from renderer.console.forms import queries, settings
from renderer.console.forms.queries import FormCard, Rights
from renderer.console.forms.settings import TEXTS, Settings
from renderer.console.keeping import Keeping, find_kept, forget_kept
from renderer.console.visit import Form, Visit
from renderer.console.words import words_for as console_words
from renderer.drafts.merge import Unmergeable
from renderer.forms.deliveries import log
from renderer.forms.deliveries.reasons import reason_of
from renderer.forms.deliveries.webhook import example, try_webhook
from renderer.keys import KEYRING, OUTBOUND, OUTBOX
from renderer.outbound import mail_address
from renderer.themes.addresses import language_tag
from renderer.themes.forms import NEWSLETTER, usual_form
from renderer.themes.text.phone import read_phone
from renderer.themes.text.words import words_for
from renderer.themes.tongues import own_name

if TYPE_CHECKING:
    from renderer.db.lease import Connection

# A language more than any owner types in.
MOST_TONGUES = 6


@dataclass(frozen=True, slots=True)
class Opened:
    """A form as its screen finds it. `document` is None where its settings cannot be read and written. `number_stands`:
    `confirmed`, `new`, or "" where no other program named a number that leads are told to."""

    card: FormCard
    tongues: tuple[str, ...]
    document: dict[str, Any] | None
    now: Settings
    asked: dict[str, str]
    rights: Rights
    hook: log.Hook | None
    number_stands: str
    keeping: Keeping | None


async def show_form(visit: Visit) -> web.StreamResponse:
    async with visit.db() as conn:
        opened = await _open(conn, visit)
    return _page(visit, opened)


async def change_form(visit: Visit) -> web.StreamResponse:
    """Of two editors the second is told: `seen` is what the form began with."""
    form = await visit.form()
    if form.text("do") in ("rotate", "enable"):
        return await _change_hook(visit, form.text("do"))
    if form.text("do") == "try":
        return await _try_hook(visit)
    if form.text("do") in ("close", "reopen"):
        return await _switch(visit, is_on=form.text("do") == "reopen")
    async with visit.db() as conn:
        await queries.lock_forms(conn, visit.user.id, visit.site.id)
        opened = await _open(conn, visit)
        wanted = _read(form, opened)
        if opened.document is None:
            return _page(visit, opened, wanted, 422, "form_unreadable")
        if settings.digest_of(opened.now) != form.text("seen"):
            return _page(visit, opened, wanted, 409, "form_moved")
        if wrong := settings.wrong_with(opened.now, wanted, visit.request.app[OUTBOUND]):
            return _page(visit, opened, wanted, 422, wrong=wrong)
        wanted = replace(wanted, recipients=_addresses(wanted.recipients))
        document = settings.write_settings(opened.document, opened.now, wanted, opened.tongues)
        if wrong := settings.unread(wanted, settings.read_settings(document, opened.card.form_type, opened.tongues)):
            return _page(visit, opened, wanted, 422, wrong=wrong)
        if wanted != opened.now:
            await _keep(conn, visit, opened, wanted, document)
        if wanted.whatsapp == "other" and opened.number_stands == "new" and form.ticked("number_sure"):
            await _confirm_number(conn, visit, wanted.other_number)
    visit.request.app[OUTBOX].wake()
    await forget_kept(visit, _address(visit), form)
    return draw.redirect(_address(visit), done="form_changed")


async def _keep(conn: "Connection", visit: Visit, opened: Opened, wanted: Settings, document: dict[str, Any]) -> None:
    site = visit.site.id
    await queries.write_form(conn, site, opened.card, document)
    if wanted.webhook and wanted.webhook != opened.now.webhook:
        await log.add_webhook(conn, visit.request.app[KEYRING], site, wanted.webhook)
    new = [one for one in wanted.recipients if one not in opened.now.recipients]
    if new and wanted.mails:
        await queries.invite(conn, site, new)
    old, changed = _logged(visit, opened.now, wanted)
    await audit.note_site(conn, visit, "form_changed", old=old, new={"form": opened.card.key, **changed})


async def _confirm_number(conn: "Connection", visit: Visit, number: str) -> None:
    if phone := read_phone(number):
        await queries.confirm_number(conn, visit.site.id, phone.e164)
        await audit.note_site(conn, visit, "number_confirmed", new={"form": visit.params["form"]})


async def _number_stands(conn: "Connection", visit: Visit, number: str) -> str:
    phone = read_phone(number)
    if phone is None:
        return ""
    return "confirmed" if await queries.is_confirmed(conn, visit.user.id, visit.site.id, phone.e164) else "new"


async def _switch(visit: Visit, *, is_on: bool) -> web.StreamResponse:
    """Close a form, or open it again; what was sent with it stays."""
    noted = "form_opened" if is_on else "form_closed"
    async with visit.db() as conn:
        await queries.lock_forms(conn, visit.user.id, visit.site.id)
        opened = await _open(conn, visit)
        if opened.card.is_on != is_on:
            try:
                await queries.switch_form(conn, visit.site.id, opened.card, is_on=is_on)
            except Unmergeable:
                return _page(visit, opened, status=422, problem="form_unreadable")
            await audit.note_site(conn, visit, noted, new={"form": opened.card.key})
    return draw.redirect(_address(visit), done=noted)


async def _change_hook(visit: Visit, deed: str) -> web.StreamResponse:
    """Another secret for where leads are posted to, or that address again, once it was disabled."""
    keyring = visit.request.app[KEYRING]
    async with visit.db() as conn:
        hook = (await _open(conn, visit)).hook
        if hook is None:
            raise web.HTTPNotFound
        change = log.rotate_webhook if deed == "rotate" else log.enable_webhook
        await change(conn, keyring, visit.site.id, hook.id)
        noted = "webhook_rotated" if deed == "rotate" else "webhook_enabled"
        await audit.note_site(conn, visit, noted, new={"webhook": str(hook.id)})
    return draw.redirect(f"{_address(visit)}#hook", done=noted)


async def _try_hook(visit: Visit) -> web.StreamResponse:
    """Post an example to where leads are posted to, and say what came of it."""
    async with visit.db() as conn:
        opened = await _open(conn, visit)
    if opened.hook is None or opened.hook.secret is None:
        raise web.HTTPNotFound
    if seconds := await attempts.admit(visit, "webhook", str(visit.site.id)):
        said = console_words(visit.language)("hook_too_often", seconds=seconds)
        return _page(visit, opened, status=429, tried=("", said))
    site, own = visit.site, opened.tongues[0]
    title = opened.card.form(words_for(own), own).title
    shown = example(site.id, site.title, site.url, opened.card.form_type, title)
    secret = b64decode(opened.hook.secret.partition("_")[2])
    outcome = await try_webhook(visit.request.app[OUTBOUND], opened.hook.url, secret, shown)
    why = "" if outcome.state == "done" else reason_of(outcome.error or "", words_for(visit.language))
    return _page(visit, opened, tried=(outcome.error or "", why))


async def _open(conn: "Connection", visit: Visit) -> Opened:
    """Raises web.HTTPNotFound."""
    cards = await queries.list_forms(conn, visit.site.id)
    card = next((one for one in cards if one.key == visit.params["form"]), None)
    if card is None:
        raise web.HTTPNotFound
    tongues = await tongues_spoken(conn, visit)
    try:
        document = None if card.is_oversized else card.document()
    except Unmergeable:
        document = None
    now = settings.read_settings(document or {}, card.form_type, tongues)
    hooks = await log.webhooks_of_site(conn, visit.request.app[KEYRING], visit.site.id)
    return Opened(
        card,
        tongues,
        document,
        now,
        await queries.recipients(conn, visit.user.id, visit.site.id),
        await queries.rights(conn, visit.user.id),
        next((one for one in hooks if one.url == now.webhook), None),
        await _number_stands(conn, visit, now.other_number),
        await find_kept(conn, visit, _address(visit), typed=visit.request.method == "POST"),
    )


async def tongues_spoken(conn: "Connection", visit: Visit) -> tuple[str, ...]:
    """Languages of the site, its own first; Indonesian where its content cannot be read."""
    try:
        places = Places(await editing.read_content(conn, visit.user.id, visit.site.id))
    except (editing.Unreadable, LookupError):
        return ("id",)
    return (language_tag(places.content.language) or "id", *tongues_of(places))[:MOST_TONGUES]


def _page(
    visit: Visit,
    opened: Opened,
    typed: Settings | None = None,
    status: int = 200,
    problem: str = "",
    wrong: Sequence[tuple[str, str]] = (),
    tried: tuple[str, str] | None = None,
) -> web.StreamResponse:
    """`tried`: what the webhook's receiver did with an example, and that in the owner's words; "" where it took it."""
    card, own = opened.card, opened.tongues[0]
    usual = {
        tongue: {
            name: getattr(usual_form(card.form_type, words_for(tongue), tongue, card.name), name, None)
            for name in TEXTS
        }
        for tongue in opened.tongues
    }
    title, shown = card.form(words_for(own), own).title, typed or opened.now
    return draw.page(
        visit,
        "form.html",
        status=status,
        problem=problem or ("" if opened.document is not None else "form_unreadable"),
        wrong=dict(wrong),
        card=card,
        title=title,
        form=shown,
        seen=settings.digest_of(opened.now),
        now=opened.now if problem == "form_moved" else None,
        tongues=[(tongue, own_name(tongue)) for tongue in opened.tongues],
        usual=usual,
        most=TEXTS,
        recipients=[*shown.recipients, *[""] * settings.MOST_RECIPIENTS][: settings.MOST_RECIPIENTS],
        standing={**opened.asked, visit.user.email.lower(): "own"},
        rights=opened.rights,
        number_stands=opened.number_stands,
        hook=opened.hook if not typed else None,
        tried=tried,
        example=json.dumps(
            example(visit.site.id, visit.site.title, visit.site.url, card.form_type, title),
            indent=2,
            ensure_ascii=False,
        ),
        keeping=opened.keeping,
        is_newsletter=card.form_type == NEWSLETTER,
        most_subject=settings.MOST_SUBJECT,
        most_url=settings.MOST_URL,
        root=_root(visit),
    )


def _read(form: Form, opened: Opened) -> Settings:
    def line(name: str, most: int = 2_000) -> str:
        return " ".join(form.text(name).split())[:most]

    whatsapp = form.text("whatsapp")
    return Settings(
        {(name, tongue): line(f"{name}-{tongue}") for name in TEXTS for tongue in opened.tongues},
        form.ticked("mails"),
        tuple(filter(None, (line(f"recipient-{n}", 254) for n in range(settings.MOST_RECIPIENTS)))),
        line("subject"),
        form.ticked("reply"),
        form.text("webhook")[:4_000],
        "site" if whatsapp == "site" else "other" if whatsapp == "other" and opened.now.other_number else "off",
        opened.now.other_number if whatsapp == "other" else "",
    )


def _addresses(typed: Sequence[str]) -> tuple[str, ...]:
    """Each once, as mail servers take them."""
    found = {one.lower(): one for one in (mail_address(one) or one for one in typed)}
    return tuple(found.values())


def _logged(visit: Visit, before: Settings, after: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """What changed: addresses and texts as digests."""
    keyring = visit.request.app[KEYRING]
    names = [name for name in Settings.__slots__ if getattr(before, name) != getattr(after, name)]

    def said(value: object) -> object:
        return (
            value
            if isinstance(value, bool) or value in ("off", "site", "other")
            else audit.personal(keyring, str(value))
        )

    old, new = ({name: said(getattr(one, name) or "") for name in names} for one in (before, after))
    return old, new


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/leads"


def _address(visit: Visit) -> str:
    return f"{_root(visit)}/forms/{visit.params['form']}"
