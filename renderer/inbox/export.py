"""Leads as rows of a table that spreadsheet programs open: UTF-8 with a mark, and no cell that is a formula."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

from renderer.inbox.lead import LeadLine
from renderer.inbox.queries import Found
from renderer.spreadsheets import MARK, csv_lines
from renderer.themes.forms.said import object_said
from renderer.themes.text.phone import read_phone
from renderer.themes.text.words import Words, words_for

_NUMBER = re.compile(r"\+[0-9]{8,15}")
"""As forms store what is given as one (E.164)."""
MOST_QUESTIONS = 60
"""Columns of a table over several sites."""
Fetch = Callable[[str | None], Awaitable[Found]]
Called = Callable[[str], str]


async def lead_rows(
    fetch: Fetch,
    questions: Sequence[str],
    heads: Sequence[str],
    labels: Mapping[str, str],
    names: Mapping[str, str],
    zone: tzinfo,
    language: str,
) -> AsyncIterator[str]:
    """The table as pieces of CSV (RFC 4180): `heads` (received, status, form, name, e-mail, phone, reference) and the
    labels of `questions`, then a line a lead. `names` are what statuses and types of forms are called. `fetch(after)`
    gets a page; no connection is held between two."""
    yield MARK + csv_lines([[*heads, *(labels.get(name, name) for name in questions)]], language)
    words = words_for(language)
    after: str | None = None

    def called(one: str) -> str:
        return names.get(one, one)

    while True:
        found = await fetch(after)
        yield csv_lines([_row(lead, questions, called, zone, words) for lead in found.leads], language)
        after = found.next
        if after is None:
            return


async def rows_of_sites(
    fetch: Fetch, heads: Sequence[str], rest: str, called: Called, language: str
) -> AsyncIterator[str]:
    """The same of leads of several sites, in whose forms a question has many labels: a column is what the newest leads
    name an answer, and the last one, `rest`, holds whatever else an older one has. `heads` begin with the site; times
    are each site's. `called`: what a status, or a type of form, is called."""
    words = words_for(language)
    found = await fetch(None)
    named = Counter(name for lead in found.leads for name in lead.data or {} if name[:1] != "_")
    questions = [name for name, _ in named.most_common(MOST_QUESTIONS)]
    yield MARK + csv_lines([[*heads, *questions, rest]], language)
    columns = frozenset(questions)
    while True:
        yield csv_lines([_row_of_site(lead, questions, columns, called, words) for lead in found.leads], language)
        if found.next is None:
            return
        found = await fetch(found.next)


def _row_of_site(
    lead: LeadLine, questions: Sequence[str], columns: frozenset[str], called: Called, words: Words
) -> list[str]:
    said = {name: value for name, value in (lead.data or {}).items() if name[:1] != "_" and name not in columns}
    title, zone = (lead.site.title, lead.site.zone) if lead.site else ("", UTC)
    return [title, *_row(lead, questions, called, zone, words), _pairs(said, words)]


def _row(lead: LeadLine, questions: Sequence[str], called: Called, zone: tzinfo, words: Words) -> list[str]:
    data = lead.data or {}
    received = lead.received_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    status, form = called(lead.status.value), called(lead.form_type)
    known = [received, status, form, lead.name or "", lead.email or "", _number(lead.phone or "")]
    return [*known, lead.id.hex[:8].upper(), *(_cell(data.get(name), words) for name in questions)]


def _number(text: str) -> str:
    """A telephone number as it is dialled at home, in groups: one that begins with + is a formula to a spreadsheet, and
    digits alone are an amount, without their 0."""
    phone = read_phone(text, any_digits=True) if _NUMBER.fullmatch(text) else None
    if phone is None:
        return text
    return "(" + phone.shown.replace(" ", ") ", 1) if phone.shown.startswith("+") else phone.shown


def _cell(value: Any, words: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ", ".join(_cell(one, words) for one in value[:100])
    if isinstance(value, dict):
        if (lines := object_said(value, words)) is not None:
            return "; ".join(lines)
        return _pairs(value, words)
    return _number(value) if isinstance(value, str) else str(value)


def _pairs(value: Mapping[str, Any], words: Words) -> str:
    return "; ".join(f"{key}: {_cell(one, words)}" for key, one in list(value.items())[:100])
