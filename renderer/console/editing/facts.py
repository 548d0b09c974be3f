"""The facts of a site as a form has them, read from its content and written back to where its writer put them. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from renderer.mailboxes import InvalidMailbox, normalise_mailbox
from renderer.themes.contract.content import Content, Geo
from renderer.themes.contract.lenient import read_model
from renderer.themes.contract.spelling import snake
from renderer.themes.repair import Repairs
from renderer.themes.text.hours import Span, Week, read_week
from renderer.themes.text.links import safe_link
from renderer.themes.text.phone import read_phone

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
MOST_HOLIDAYS = 60
"""As many as a page tells of (`Week.changes`)."""
_ADDRESS = ("street", "rt_rw", "village", "district", "city", "province", "postal_code", "landmark")
_LONGEST = {"name": 80, "tagline": 120, "whatsapp": 40, "greeting": 500, "phone": 40, "email": 254, "street": 160,
            "rt_rw": 40, "village": 80, "district": 80, "city": 80, "province": 80, "postal_code": 10, "landmark": 120,
            "map_url": 500, "place": 40, "hours_note": 120}  # fmt: skip
_ALIASES = {"whatsapp": ("wa", "whats_app"), "phone": ("telephone", "tel"), "tagline": ("slogan",),
            "street": ("line1", "address"), "postal_code": ("zip",), "village": ("kelurahan",),
            "district": ("kecamatan",), "map_url": ("maps",), "text": ("message",)}  # fmt: skip
_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,12})?)(?:\s*+[,;]\s*+|\s++)(-?\d{1,3}(?:\.\d{1,12})?)")


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days that are otherwise: `open` and `close` empty for closed. Dates as `2026-12-31`."""

    first: str = ""
    last: str = ""
    label: str = ""
    open: str = ""
    close: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it as it is typed. `greeting` is what a WhatsApp message begins with, `place` the latitude and longitude
    that maps show, with a comma: `-6.914744, 107.60981`. `days` has a text a day, Monday first: `07.00–16.00`; "" is
    closed."""

    name: str = ""
    tagline: str = ""
    whatsapp: str = ""
    phone: str = ""
    email: str = ""
    street: str = ""
    city: str = ""
    postal_code: str = ""
    landmark: str = ""
    hours_note: str = ""
    days: tuple[str, ...] = ("",) * 7
    holidays: tuple[Holiday, ...] = field(default=())
    greeting: str = ""
    rt_rw: str = ""
    village: str = ""
    district: str = ""
    province: str = ""
    map_url: str = ""
    place: str = ""


class FactsWrong(ValueError):
    """`fields` are (field, a word of what is wrong with it)."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(name for name, _ in fields))
        self.fields = fields


def read_facts(document: dict[str, Any]) -> Facts:
    site = read_model(Content, document, "", Repairs()).site
    contact = site.contact
    address = contact.address
    week = read_week(site.hours, None, "", Repairs())
    given: dict[str, Any] = {
        "name": site.name,
        "tagline": site.tagline,
        "whatsapp": contact.whatsapp.number if contact.whatsapp else None,
        "phone": contact.phone,
        "email": contact.email,
        **{name: getattr(address, name) if address else None for name in _ADDRESS},
        "greeting": contact.whatsapp.text if contact.whatsapp else None,
        "map_url": contact.map_url,
        "place": _said_place(contact.geo),
        "hours_note": site.hours.note if site.hours else None,
    }
    texts: dict[str, Any] = {name: (text or "")[: _LONGEST[name]] for name, text in given.items()}
    facts = Facts(**texts)
    if week is None:
        return facts
    return replace(facts, days=days_of(week), holidays=_holidays(week)[:MOST_HOLIDAYS])


def write_facts(document: dict[str, Any], before: Facts, after: Facts) -> None:
    """Write what differs, and leave the rest as it is. A holiday without days is taken away. Raises FactsWrong, and
    then nothing was written."""
    _judge(before, after)
    after = replace(after, holidays=tuple(one for one in after.holidays if one.first or one.last))
    site = _inner(document, "site")
    touches = partial(_touches, before, after)
    at = ("whatsapp", "greeting", "phone", "email", "map_url", "place", *_ADDRESS)
    contact = _inner(site, "contact") if touches(*at) else {}
    for name, into in (("name", site), ("tagline", site), ("phone", contact), ("email", contact), ("map_url", contact)):
        if getattr(before, name) != getattr(after, name):
            into[_key(into, name)] = getattr(after, name)
    if touches("whatsapp", "greeting"):
        key = _key(contact, "whatsapp")
        old = contact.get(key)
        said = dict(old) if isinstance(old, dict) else {"number": old} if old else {}
        for name, value in (("number", after.whatsapp), ("text", after.greeting)):
            if value != {"number": before.whatsapp, "text": before.greeting}[name]:
                said[_key(said, name)] = value
        contact[key] = said if isinstance(old, dict) or after.greeting else after.whatsapp
    if touches("place"):
        found = _PLACE.fullmatch(after.place)
        contact[_key(contact, "geo")] = {"lat": float(found[1]), "lng": float(found[2])} if found else None
    if touches(*_ADDRESS):
        key = _key(contact, "address")
        old = contact.get(key)
        address = dict(old) if isinstance(old, dict) else {"street": old} if isinstance(old, str) else {}
        for name in _ADDRESS:
            if getattr(before, name) != getattr(after, name):
                address[_key(address, name)] = getattr(after, name)
        contact[key] = address
    if touches("days", "holidays", "hours_note"):
        site[_key(site, "hours")] = _hours(after, _all_holidays(document)[MOST_HOLIDAYS:])


def _judge(before: Facts, facts: Facts) -> None:
    wrong = [(name, "too_long") for name, most in _LONGEST.items() if len(getattr(facts, name)) > most]
    if not facts.name.strip():
        wrong.append(("name", "needed"))
    for name in ("whatsapp", "phone"):
        if getattr(facts, name) and read_phone(getattr(facts, name)[:60], any_digits=True) is None:
            wrong.append((name, "no_number"))
    if facts.email:
        try:
            normalise_mailbox(facts.email)
        except InvalidMailbox:
            wrong.append(("email", "no_email"))
    if facts.map_url and (not facts.map_url.startswith("https:") or safe_link(facts.map_url) is None):
        wrong.append(("map_url", "no_map"))
    found = _PLACE.fullmatch(facts.place)
    if facts.place and (found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180):
        wrong.append(("place", "no_place"))
    for number, text in enumerate(facts.days):
        if text and read_day(text) is None:
            wrong.append((f"day-{number}", "no_hours"))
    kept = [one for one in facts.holidays if one.first or one.last]
    if kept and kept != list(before.holidays) and not any(facts.days):
        wrong.append(("day-0", "no_week"))
    for number, one in enumerate(facts.holidays):
        if not (one.first or one.last) and (number < len(before.holidays) or one == Holiday()):
            continue
        try:
            first, last = date.fromisoformat(one.first), date.fromisoformat(one.last or one.first)
        except ValueError:
            wrong.append((f"holiday-{number}-first", "no_day"))
            continue
        if last < first:
            wrong.append((f"holiday-{number}-last", "before_first"))
        if bool(one.open) != bool(one.close) or (one.open and read_day(f"{one.open}–{one.close}") is None):
            wrong.append((f"holiday-{number}-open", "no_hours"))
    if wrong:
        raise FactsWrong(wrong)


def _hours(facts: Facts, further: Sequence[Holiday]) -> dict[str, Any]:
    """`further`: holidays that no form has room for."""
    weekly = weekly_of(facts.days)
    exceptions: list[dict[str, Any]] = []
    for one in (*facts.holidays, *further):
        kept: dict[str, Any] = {"from": one.first, "to": one.last or one.first}
        kept |= {"label": one.label} if one.label else {}
        kept |= {"open": one.open, "close": one.close} if one.open else {"closed": True}
        exceptions.append(kept)
    hours: dict[str, Any] = {"weekly": weekly, "exceptions": exceptions}
    return {**hours, "note": facts.hours_note} if facts.hours_note else hours


def _all_holidays(document: dict[str, Any]) -> tuple[Holiday, ...]:
    week = read_week(read_model(Content, document, "", Repairs()).site.hours, None, "", Repairs())
    return _holidays(week) if week else ()


def _holidays(week: Week) -> tuple[Holiday, ...]:
    def made(first: date, last: date, label: str | None, span: Span | None) -> Holiday:
        opened, closed = span.say(".").split("–") if span else ("", "")
        return Holiday(first.isoformat(), last.isoformat(), label or "", opened, closed)

    return tuple(made(one.first, one.last, one.label, one.span) for one in week.exceptions)


def days_of(week: Week | None) -> tuple[str, ...]:
    """A text a day, Monday first."""
    return tuple(", ".join(span.say(".") for span in day) for day in week.days) if week else ("",) * 7


def weekly_of(days: Sequence[str]) -> list[dict[str, Any]]:
    """Seven texts as the content says them."""
    return [{"days": [day], "time": text} for day, text in zip(DAYS, days, strict=True) if text]


def read_day(text: str) -> Week | None:
    """A day's text as it will be read on the site; None where it is not."""
    repairs = Repairs()
    content = read_model(Content, {"site": {"hours": {"weekly": [{"days": ["mo"], "time": text}]}}}, "", repairs)
    week = read_week(content.site.hours, None, "", repairs)
    return week if week and not repairs.done() else None


def _touches(before: Facts, after: Facts, *names: str) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)


def _said_place(geo: Geo | None) -> str:
    return f"{geo.lat}, {geo.lng}" if geo and geo.lat is not None and geo.lng is not None else ""


def _inner(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The object of that name, made where there is none."""
    key = _key(document, name)
    if not isinstance(document.get(key), dict):
        document[key] = {}
    inner: dict[str, Any] = document[key]
    return inner


def _key(node: Mapping[str, Any], name: str) -> str:
    wanted = (name, *_ALIASES.get(name, ()))
    return next((key for key in reversed(list(node)) if snake(key) in wanted and node[key] is not None), name)
