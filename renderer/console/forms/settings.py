"""A form's settings as its screen has them, read from the row and written back, all else in it kept. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from renderer.outbound import OutboundClient, OutboundError, mail_address
from renderer.themes.contract.forms import FormDelivery, FormSettings
from renderer.themes.contract.lenient import Lenient, read_model
from renderer.themes.contract.spelling import names_of, snake
from renderer.themes.forms import NEWSLETTER
from renderer.themes.forms.definition import said
from renderer.themes.repair import Repairs

Document = dict[str, Any]
WhatsApp = Literal["off", "site", "other"]
TEXTS = {"title": 120, "intro": 600, "button": 40, "thanks": 600, "reply_text": 600}
"""Of each language; characters, as they are drawn."""
MOST_RECIPIENTS = 5
MOST_SUBJECT = 60
MOST_URL = 1_000


@dataclass(frozen=True, slots=True)
class Settings:
    """`texts` by (name, language), each only as that language itself says it. `mails`: whether leads are mailed.
    `whatsapp`: nobody, the site's own number, or `other_number`, which another program wrote."""

    texts: Mapping[tuple[str, str], str]
    mails: bool = True
    recipients: tuple[str, ...] = ()
    subject: str = ""
    reply: bool = False
    webhook: str = ""
    whatsapp: WhatsApp = "off"
    other_number: str = ""


def read_settings(document: Document, form_type: str, tongues: Sequence[str]) -> Settings:
    """`tongues`: the site's own language first."""
    texts = read_model(FormSettings, document, "/settings", Repairs())
    delivery = read_model(FormDelivery, document, "/settings", Repairs())
    is_said = any(snake(key) == "email_notifications" for key in document)
    number = " ".join((delivery.whatsapp_to or "").split())[:40]
    return Settings(
        {
            (name, tongue): _own(getattr(texts, name), tongue, tongues, most)
            for name, most in TEXTS.items()
            for tongue in tongues
        },
        # Who confirmed a newsletter is told of by mail only where a form says so.
        delivery.email_notifications if is_said else form_type != NEWSLETTER,
        tuple(dict.fromkeys(one.strip()[:254] for one in delivery.notify_emails if one))[:MOST_RECIPIENTS],
        " ".join((delivery.email_subject or "").split())[:MOST_SUBJECT],
        delivery.reply,
        (delivery.webhook_url or "").strip()[:MOST_URL],
        "other" if number else "site" if delivery.whatsapp_notifications else "off",
        number,
    )


def write_settings(document: Document, before: Settings, after: Settings, tongues: Sequence[str]) -> Document:
    """A copy in which what differs is said, under the names that the contract and the database know."""
    made = dict(document)
    for name in TEXTS:
        changed = {
            tongue: after.texts[name, tongue]
            for tongue in tongues
            if after.texts[name, tongue] != before.texts[name, tongue]
        }
        if changed:
            _put(made, FormSettings, name, _merged(_find(made, FormSettings, name), changed, tongues))
    for name, attribute in (("notify_emails", "recipients"), ("email_subject", "subject"), ("webhook_url", "webhook")):
        value = getattr(after, attribute)
        if value != getattr(before, attribute):
            _put(made, FormDelivery, name, list(value) if isinstance(value, tuple) else value)
    for name, attribute in (("email_notifications", "mails"), ("reply", "reply")):
        if getattr(after, attribute) != getattr(before, attribute):
            _put(made, FormDelivery, name, getattr(after, attribute))
    if after.whatsapp != before.whatsapp:
        _put(made, FormDelivery, "whatsapp_notifications", after.whatsapp == "site")
        if after.whatsapp != "other":
            _put(made, FormDelivery, "whatsapp_to", None)
    return made


def wrong_with(before: Settings, after: Settings, outbound: OutboundClient) -> list[tuple[str, str]]:
    """(field, a word of what is wrong with it), of what changed."""
    wrong = [
        (f"{name}-{tongue}", "too_long")
        for (name, tongue), text in after.texts.items()
        if len(text) > TEXTS[name] and text != before.texts[name, tongue]
    ]
    wrong += [
        (f"recipient-{number}", "no_email")
        for number, one in enumerate(after.recipients)
        if one not in before.recipients and mail_address(one) is None
    ]
    if len(after.subject) > MOST_SUBJECT:
        wrong.append(("subject", "too_long"))
    if after.webhook and after.webhook != before.webhook and not _may_be_called(after.webhook, outbound):
        wrong.append(("webhook", "no_webhook"))
    return wrong


def unread(wanted: Settings, read: Settings) -> list[tuple[str, str]]:
    """Fields that would not be read as they were meant."""
    texts = [
        (f"{name}-{tongue}", "unread")
        for (name, tongue), text in wanted.texts.items()
        if read.texts[name, tongue] != text
    ]
    rest = [(name, "unread") for name in ("subject", "webhook") if getattr(wanted, name) != getattr(read, name)]
    return texts + rest


def digest_of(settings: Settings) -> str:
    """What a form began with, to tell whether it is still so."""
    shown = [
        sorted(settings.texts.items()),
        *(getattr(settings, name) for name in Settings.__slots__ if name != "texts"),
    ]
    return sha256(json.dumps(shown, default=str).encode("utf-8", "replace")).hexdigest()


def _may_be_called(url: str, outbound: OutboundClient) -> bool:
    try:
        outbound.read(url)
    except OutboundError:
        return False
    return True


def _own(value: Any, tongue: str, tongues: Sequence[str], most: int) -> str:
    """What a text says in that language itself."""
    if isinstance(value, dict):
        value = value.get(tongue)
    elif tongue != tongues[0]:
        return ""
    return said(value, tongue, most) or ""


def _merged(value: Any, changed: Mapping[str, str], tongues: Sequence[str]) -> Any:
    """One text where nothing but the site's own language is said, a map of languages otherwise."""
    kept = dict(value) if isinstance(value, dict) else {tongues[0]: value} if value else {}
    texts = {key: text for key, text in {**kept, **changed}.items() if text}
    return texts[tongues[0]] if set(texts) == {tongues[0]} and not isinstance(value, dict) else texts or None


def _find(document: Document, model: type[Lenient], name: str) -> Any:
    names = names_of(model, name)
    return next(
        (document[key] for key in reversed(document) if snake(key) in names and document[key] is not None), None
    )


def _put(document: Document, model: type[Lenient], name: str, value: Any) -> None:
    """Say it under its first name alone, or nowhere."""
    names = names_of(model, name)
    for key in [key for key in document if snake(key) in names]:
        del document[key]
    if value not in (None, "", []):
        document[name] = value
