"""Leads as rows of a table that spreadsheet programs open: UTF-8 with a mark, and no cell that is a formula."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from renderer.inbox.lead import LeadLine
from renderer.inbox.queries import Found
from renderer.spreadsheets import MARK, csv_lines
from renderer.themes.forms.said import object_said
from renderer.themes.text.phone import read_phone
from renderer.themes.text.words import Words, words_for

_NUMBER = re.compile(r"\+[0-9]{8,15}")
"""As forms store what is given as one (E.164)."""
Fetch = Callable[[str | None], Awaitable[Found]]


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
    while True:
        found = await fetch(after)
        yield csv_lines([_row(lead, questions, names, zone, words) for lead in found.leads], language)
        after = found.next
        if after is None:
            return


def _row(lead: LeadLine, questions: Sequence[str], names: Mapping[str, str], zone: tzinfo, words: Words) -> list[str]:
    data = lead.data or {}
    received = lead.received_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    status, form = (names.get(one, one) for one in (lead.status.value, lead.form_type))
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
        return "; ".join(f"{key}: {_cell(one, words)}" for key, one in list(value.items())[:100])
    return _number(value) if isinstance(value, str) else str(value)
