"""A lead, its answers by the questions of its form, and the links that answer it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from renderer.themes.decode import clean_text, is_seen
from renderer.themes.forms import Form
from renderer.themes.forms.said import object_said
from renderer.themes.text.phone import read_phone
from renderer.themes.text.words import Words

MOST_ANSWERS = 60
MOST_SHOWN = 20_000
"""Characters of one answer."""
_MOST_EXCERPT = 160


class Status(StrEnum):
    """`form_submissions.status`."""

    NEW = "new"
    READ = "read"
    REPLIED = "replied"
    ARCHIVED = "archived"
    SPAM = "spam"


STATUSES = tuple(Status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is known of a lead wherever it is shown. `data` is None where it is too long for that."""

    id: UUID
    form_type: str
    status: Status
    name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    received_at: datetime
    data: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class OfSite:
    """Where a lead of a list over all sites came; its times are of `zone`."""

    id: UUID
    title: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadLine(Sent):
    """A lead in a list. `place` and `id` are where the next page begins; `site` is said in lists over several."""

    place: str
    site: OfSite | None = None

    @property
    def excerpt(self) -> str:
        """The longest text among the answers, in one line: most often the message."""
        known = {self.name, self.email, self.phone}
        texts = [text for key, text in (self.data or {}).items() if key[:1] != "_" and isinstance(text, str)]
        longest = max((text for text in texts if text not in known), key=len, default="")
        line = " ".join(longest[: 4 * _MOST_EXCERPT].split())
        return line if len(line) <= _MOST_EXCERPT else line[:_MOST_EXCERPT].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead(Sent):
    """A lead on its own page. `about` is what the program noted of the sending."""

    referrer: str | None
    summary: str | None = field(repr=False)
    sentiment: str | None
    delivered: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What the visitor was told."""
        return self.id.hex[:8].upper()

    @property
    def about(self) -> Mapping[str, Any]:
        about = (self.data or {}).get("_about")
        return about if isinstance(about, dict) else {}

    @property
    def form_key(self) -> str:
        key = self.about.get("form")
        return key if isinstance(key, str) and key else self.form_type


@dataclass(frozen=True, slots=True)
class Change:
    """One change of status. `by_owner`: in the console; otherwise another program."""

    was: str | None
    became: str | None
    at: datetime
    by_owner: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """`kind` is the type of the question, or "" where the form asks it no more."""

    label: str
    text: str = field(repr=False)
    kind: str = ""


def answers_of(lead: Lead, form: Form | None, words: Words, yes: str, no: str) -> list[Answer]:
    """What was answered: in the order of the form as it is now, then what it asks no more. Empty ones are left out."""
    data = lead.data or {}
    asked = {one.name: one for one in form.questions} if form else {}
    names = [name for name in asked if name in data] + [key for key in data if key not in asked and key[:1] != "_"]
    found = []
    for name in names[:MOST_ANSWERS]:
        question = asked.get(name)
        labels = dict(question.options) if question else {}
        text = _text(data[name], labels, words, yes, no)
        if is_seen(text):
            label = question.label if question else clean_text(name.replace("_", " ")).strip().capitalize()
            found.append(Answer(label[:200] or "?", text, question.type if question else ""))
    return found


def reply_links(lead: Lead, greeting: str, subject: str) -> dict[str, str]:
    """`whatsapp` and `email` addresses that begin an answer, where the lead has what they need."""
    links = {}
    phone = read_phone(lead.phone[:60], any_digits=True) if lead.phone else None
    if phone is not None:
        links["whatsapp"] = phone.whatsapp(greeting)
    if lead.email and lead.email.count("@") == 1 and not any(one.isspace() for one in lead.email):
        address = quote(lead.email, safe="@")
        links["email"] = f"mailto:{address}?subject={quote(subject, safe='')}&body={quote(greeting, safe='')}"
    return links


def _text(value: Any, labels: Mapping[str, str], words: Words, yes: str, no: str) -> str:
    if isinstance(value, bool):
        return yes if value else no
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(one, labels, words, yes, no) for one in value[:100])))[:MOST_SHOWN]
    if isinstance(value, dict):
        if (lines := object_said(value, words)) is not None:
            return "\n".join(map(clean_text, lines))[:MOST_SHOWN]
        parts = ((clean_text(str(key)), _text(one, labels, words, yes, no)) for key, one in list(value.items())[:100])
        return "\n".join(f"{key}: {text}" for key, text in parts if text)[:MOST_SHOWN]
    if value is None:
        return ""
    text = str(value)[:MOST_SHOWN]
    return labels.get(text, clean_text(text))
