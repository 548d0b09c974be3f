"""The facts of a site as a form has them, read from its content and written back to where its writer put them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email

from renderer.themes.contract.content import Content
from renderer.themes.contract.lenient import read_model
from renderer.themes.contract.spelling import snake
from renderer.themes.repair import Repairs
from renderer.themes.text.hours import Span, Week, read_week
from renderer.themes.text.phone import read_phone

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
MOST_HOLIDAYS = 20
_LONGEST = {"name": 80, "tagline": 120, "whatsapp": 40, "phone": 40, "email": 254, "street": 160, "city": 80,
            "postal_code": 10, "landmark": 120, "hours_note": 120}  # fmt: skip
_ALIASES = {"whatsapp": ("wa", "whats_app"), "phone": ("telephone", "tel"), "tagline": ("slogan",),
            "street": ("line1", "address"), "postal_code": ("zip",)}  # fmt: skip


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
    """All of it as it is typed. `days` has a text a day, Monday first: `07.00–16.00`; "" is closed."""

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
        "street": address.street if address else None,
        "city": address.city if address else None,
        "postal_code": address.postal_code if address else None,
        "landmark": address.landmark if address else None,
        "hours_note": site.hours.note if site.hours else None,
    }
    texts: dict[str, Any] = {name: (text or "")[: _LONGEST[name]] for name, text in given.items()}
    facts = Facts(**texts)
    if week is None:
        return facts
    days = tuple(", ".join(span.say(".") for span in day) for day in week.days)
    return replace(facts, days=days, holidays=_holidays(week))


def write_facts(document: dict[str, Any], before: Facts, after: Facts) -> None:
    """Write what differs, and leave the rest as it is. Raises FactsWrong, and then nothing was written."""
    _judge(after)
    site = _inner(document, "site")
    contact = (
        _inner(site, "contact")
        if _touches(before, after, "whatsapp phone email street city postal_code landmark")
        else {}
    )
    for name, into in (("name", site), ("tagline", site), ("phone", contact), ("email", contact)):
        if getattr(before, name) != getattr(after, name):
            into[_key(into, name)] = getattr(after, name)
    if before.whatsapp != after.whatsapp:
        key = _key(contact, "whatsapp")
        old = contact.get(key)
        contact[key] = {**old, _key(old, "number"): after.whatsapp} if isinstance(old, dict) else after.whatsapp
    if _touches(before, after, "street city postal_code landmark"):
        key = _key(contact, "address")
        old = contact.get(key)
        address = dict(old) if isinstance(old, dict) else {"street": old} if isinstance(old, str) else {}
        for name in ("street", "city", "postal_code", "landmark"):
            if getattr(before, name) != getattr(after, name):
                address[_key(address, name)] = getattr(after, name)
        contact[key] = address
    if _touches(before, after, "days holidays hours_note"):
        site[_key(site, "hours")] = _hours(after)


def _judge(facts: Facts) -> None:
    wrong = [(name, "too_long") for name, most in _LONGEST.items() if len(getattr(facts, name)) > most]
    if not facts.name.strip():
        wrong.append(("name", "needed"))
    for name in ("whatsapp", "phone"):
        if getattr(facts, name) and read_phone(getattr(facts, name)[:60], any_digits=True) is None:
            wrong.append((name, "no_number"))
    if facts.email:
        try:
            validate_email(facts.email, check_deliverability=False, allow_smtputf8=True)
        except (EmailNotValidError, UnicodeError):
            wrong.append(("email", "no_email"))
    for number, text in enumerate(facts.days):
        if text and _day(text) is None:
            wrong.append((f"day-{number}", "no_hours"))
    for number, one in enumerate(facts.holidays):
        try:
            first, last = date.fromisoformat(one.first), date.fromisoformat(one.last or one.first)
        except ValueError:
            wrong.append((f"holiday-{number}-first", "no_day"))
            continue
        if last < first:
            wrong.append((f"holiday-{number}-last", "before_first"))
        if bool(one.open) != bool(one.close) or (one.open and _day(f"{one.open}–{one.close}") is None):
            wrong.append((f"holiday-{number}-open", "no_hours"))
    if wrong:
        raise FactsWrong(wrong)


def _hours(facts: Facts) -> dict[str, Any]:
    weekly = [{"days": [day], "time": text} for day, text in zip(DAYS, facts.days, strict=True) if text]
    exceptions: list[dict[str, Any]] = []
    for one in facts.holidays:
        kept: dict[str, Any] = {"from": one.first, "to": one.last or one.first}
        kept |= {"label": one.label} if one.label else {}
        kept |= {"open": one.open, "close": one.close} if one.open else {"closed": True}
        exceptions.append(kept)
    hours: dict[str, Any] = {"weekly": weekly, "exceptions": exceptions}
    return {**hours, "note": facts.hours_note} if facts.hours_note else hours


def _holidays(week: Week) -> tuple[Holiday, ...]:
    def made(first: date, last: date, label: str | None, span: Span | None) -> Holiday:
        opened, closed = span.say(".").split("–") if span else ("", "")
        return Holiday(first.isoformat(), last.isoformat(), label or "", opened, closed)

    return tuple(made(one.first, one.last, one.label, one.span) for one in week.exceptions[:MOST_HOLIDAYS])


def _day(text: str) -> Week | None:
    """A day's text as it will be read on the site; None where it is not."""
    repairs = Repairs()
    content = read_model(Content, {"site": {"hours": {"weekly": [{"days": ["mo"], "time": text}]}}}, "", repairs)
    week = read_week(content.site.hours, None, "", repairs)
    return week if week and not repairs.done() else None


def _touches(before: Facts, after: Facts, names: str) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names.split())


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
