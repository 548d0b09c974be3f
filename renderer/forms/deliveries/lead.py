"""A stored lead as it is told of: who, how to answer, what was said, in the site's own language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from renderer.outbound import mail_address
from renderer.themes import Site
from renderer.themes.contract.forms import FormDelivery
from renderer.themes.contract.lenient import read_model
from renderer.themes.decode import clean_text, decode
from renderer.themes.forms import Form, FormRow, read_form, usual_form
from renderer.themes.forms.said import object_said
from renderer.themes.repair import Repairs
from renderer.themes.text.phone import Phone, read_phone
from renderer.themes.text.words import Words

MOST_SHOWN = 5_000
"""Characters of an answer that are told."""
MOST_ANSWERS = 60
MOST_RECIPIENTS = 5
KNOWN = frozenset({"contact", "newsletter", "order", "registration"})
"""Types of forms that letters have words for."""


@dataclass(frozen=True, slots=True)
class Lead:
    """`answers` are (label, text) of all but name, number, e-mail address and message; `owner_email` is the
    account's own."""

    id: UUID
    website_id: UUID
    site: Site = field(repr=False)
    form_type: str
    form_title: str
    received_at: datetime
    data: Mapping[str, Any] = field(repr=False)
    name: str | None = field(repr=False)
    number: str | None = field(repr=False)
    email: str | None = field(repr=False)
    message: str | None = field(repr=False)
    answers: tuple[tuple[str, str], ...] = field(repr=False)
    settings: FormDelivery = field(repr=False)
    owner_email: str = field(repr=False)

    @property
    def reference(self) -> str:
        """What the visitor was told."""
        return self.id.hex[:8].upper()

    @property
    def is_of_its_own(self) -> bool:
        """Sent with a form of somebody's own, which its title tells from all others."""
        return self.form_type not in KNOWN and self.form_title != self.words["form_title"]

    @property
    def words(self) -> Words:
        return self.site.words.plain

    @property
    def when(self) -> str:
        """In the site's own zone."""
        there = self.received_at.astimezone(ZoneInfo(self.site.zone))
        return f"{self.words.date(there.date())} {there:%H{self.words.clock_mark}%M}"

    @property
    def phone(self) -> Phone | None:
        return read_phone(self.number, any_digits=True)

    @property
    def greeting(self) -> str:
        key = "lead_hello" if self.name else "lead_hello_nobody"
        return self.words.say(key, name=self.name, site=self.site.name, reference=self.reference)

    @property
    def chat_link(self) -> str | None:
        """To the visitor on WhatsApp, with an answer begun."""
        return self.phone.whatsapp(self.greeting) if self.phone else None

    @property
    def reply_to(self) -> str | None:
        return mail_address(self.email)

    @property
    def reply_link(self) -> str | None:
        """A mailto: link with an answer begun (RFC 6068)."""
        if self.reply_to is None:
            return None
        subject = self.words.say("lead_reply_subject", site=self.site.name, reference=self.reference)
        said = f"subject={quote(subject, safe='')}&body={quote(self.greeting, safe='')}"
        return f"mailto:{quote(self.reply_to, safe='@')}?{said}"

    @property
    def wanted_recipients(self) -> tuple[str, ...]:
        """The form's own; else the contact that the site's owner vouched for: a generator may have invented one, and
        what visitors write is no stranger's to read. Whether they agreed is for recipients/ to know."""
        named = [address for one in self.settings.notify_emails if (address := mail_address(one))]
        contact = mail_address(self.site.view.email.label) if self.site.view.email else None
        if not named and contact and self.site.proof.vouched("/site/contact/email"):
            named = [contact]
        return tuple(dict.fromkeys(named))[:MOST_RECIPIENTS]


def read_lead(website_id: UUID, site: Site, row: Mapping[str, Any]) -> Lead:
    """A row of claimed_lead(). Whatever it holds, a lead comes out."""
    words = site.words.plain
    key = row["form_key"] or row["form_type"]
    name = row["form_name"] or ""
    found = FormRow(key, row["form_type"], row["fields"], row["settings"], name)
    if row["fields"] is not None:
        form = read_form(found, words, site.language)
    else:
        form = usual_form(row["form_type"], words, site.language, name)
    given, _ = decode(row["data"])
    data = given if isinstance(given, dict) else {}
    settings, _ = decode(row["settings"])
    message = next((one.name for one in form.questions if one.type == "textarea"), None)
    told = {message, *_columns(form, row)}
    return Lead(
        row["submission_id"],
        website_id,
        site,
        row["form_type"],
        form.title,
        row["received_at"],
        data,
        _text(row["submitter_name"]),
        _text(row["submitter_phone"]),
        _text(row["submitter_email"]),
        _text(data.get(message)) if message else None,
        tuple(_answers(form, data, told, words))[:MOST_ANSWERS],
        read_model(FormDelivery, settings if isinstance(settings, dict) else {}, "/settings", Repairs()),
        row["owner_email"],
    )


def _columns(form: Form, row: Mapping[str, Any]) -> Iterator[str]:
    """Names of the questions whose answers stand in a column of their own; other writers may have left that empty."""
    name, phone, email = form.first(autocomplete="name"), form.first(type="tel"), form.first(type="email")
    for one, column in ((name, "submitter_name"), (phone, "submitter_phone"), (email, "submitter_email")):
        if one is not None and row[column]:
            yield one.name


def _answers(form: Form, data: Mapping[str, Any], told: set[str | None], words: Words) -> Iterator[tuple[str, str]]:
    """In the form's order; what no question of it asks (any more) comes last, under its own name."""
    known = {one.name: one for one in form.questions}
    for name in [*known, *(name for name in data if name not in known)]:
        if name in told or name.startswith("_") or name not in data:
            continue
        wording = _consent(data[name])
        if wording is not None:
            yield (words["lead_consent"], wording)
            continue
        options = dict(known[name].options) if name in known else {}
        text = _said(data[name], options, words)
        if text:
            yield (known[name].label if name in known else _line(name), text)


def _consent(value: Any) -> str | None:
    """What was agreed to."""
    return _text(value.get("wording")) if isinstance(value, dict) and value.get("given") is True else None


def _said(value: Any, options: Mapping[str, str], words: Words) -> str:
    """An answer as text; lists and objects, whatever is in them, as lines."""
    if isinstance(value, bool):
        return words["lead_yes" if value else "lead_no"]
    if isinstance(value, str):
        return _text(options.get(value, value)) or ""
    if isinstance(value, int | float):
        return words.number(value)
    if isinstance(value, list):
        return "\n".join(filter(None, (_said(one, options, words) for one in value[:MOST_ANSWERS])))[:MOST_SHOWN]
    if isinstance(value, dict):
        if (lines := object_said(value, words)) is not None:
            return "\n".join(map(_line, lines))
        pairs = list(value.items())[:MOST_ANSWERS]
        return "\n".join(f"{_line(name)}: {_said(one, {}, words)}" for name, one in pairs)[:MOST_SHOWN]
    return ""


def _text(value: Any) -> str | None:
    """What a mail can hold of a text: no controls but line breaks."""
    if not isinstance(value, str):
        return None
    return clean_text(value[: 2 * MOST_SHOWN])[:MOST_SHOWN].strip() or None


def _line(text: str) -> str:
    return " ".join((_text(text) or "").split())[:100]
