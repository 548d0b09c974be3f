"""Answers judged by the form's definition. Pure: nothing is asked of the network."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from email_validator import EmailNotValidError, validate_email

from renderer.hostnames import InvalidHost, normalise_host
from renderer.themes.forms import Fault, Form, Question
from renderer.themes.text.phone import read_phone

MOST_CHOSEN = 60
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+")
_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,6})?")
_DIGITS = str.maketrans("", "", " \u00a0\u202f'")


@dataclass(frozen=True, slots=True)
class Answers:
    """`data` is what is stored, by question; name, e-mail address and number are its own columns, cut to fit."""

    data: Mapping[str, Any]
    name: str | None
    email: str | None
    phone: str | None


def judge(form: Form, posted: Mapping[str, Sequence[str]]) -> tuple[Answers, dict[str, Fault]]:
    """What was answered, and what is wrong with it by question; without faults it may be stored."""
    data: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    for one in form.questions:
        given = [text for text in posted.get(one.name, ()) if text.strip()]
        if one.type == "hidden":
            data[one.name] = one.value or ""
            continue
        if not given:
            if one.required:
                faults[one.name] = Fault("form_consent" if one.type == "consent" else "form_required")
            data[one.name] = _NOTHING.get(one.type, lambda: "")()
            continue
        try:
            data[one.name] = _READ.get(one.type, _text)(one, given)
        except _Wrong as wrong:
            faults[one.name] = wrong.fault
    return _answers(form, data), faults


def _answers(form: Form, data: Mapping[str, Any]) -> Answers:
    def column(question: Question | None, most: int) -> str | None:
        value = data.get(question.name) if question else None
        return value[:most] if isinstance(value, str) and value else None

    return Answers(
        data,
        column(form.first(autocomplete="name"), 100),
        column(form.first(type="email"), 255),
        column(form.first(type="tel"), 20),
    )


class _Wrong(Exception):
    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.fault = Fault(key, values)


def _text(one: Question, given: Sequence[str]) -> str:
    text = " ".join(given[0].split())
    return _fitting(one, unicodedata.normalize("NFC", text))


def _lines(one: Question, given: Sequence[str]) -> str:
    text = given[0].replace("\r\n", "\n").replace("\r", "\n").strip()
    return _fitting(one, unicodedata.normalize("NFC", text))


def _fitting(one: Question, text: str) -> str:
    if len(text) > one.longest:
        raise _Wrong("form_too_long", most=one.longest)
    if len(text) < one.shortest:
        raise _Wrong("form_too_short", least=one.shortest)
    return text


def _email(one: Question, given: Sequence[str]) -> str:
    text = given[0].strip()
    if len(text) > 254:
        raise _Wrong("form_bad_email")
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=True).normalized
    except (EmailNotValidError, UnicodeError):
        raise _Wrong("form_bad_email") from None


def _phone(one: Question, given: Sequence[str]) -> str:
    phone = read_phone(given[0][:60], any_digits=True)
    if phone is None:
        raise _Wrong("form_bad_phone")
    return phone.e164


def _number(one: Question, given: Sequence[str]) -> str:
    """As a decimal text: `1.500` is fifteen hundred, as it is written here, and `1,5` one and a half."""
    text = given[0].strip().translate(_DIGITS)[:40]
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[.,]", "", text) if _GROUPED.fullmatch(text) else text.replace(",", ".")
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise _Wrong("form_bad_number")
    value = float(text)
    if one.least is not None and value < one.least:
        raise _Wrong("form_too_small", least=f"{one.least:g}")
    if one.most is not None and value > one.most:
        raise _Wrong("form_too_large", most=f"{one.most:g}")
    return text


def _choice(one: Question, given: Sequence[str]) -> str:
    value = " ".join(given[0].split())
    if value not in dict(one.options):
        raise _Wrong("form_bad_choice")
    return value


def _choices(one: Question, given: Sequence[str]) -> list[str]:
    known = dict(one.options)
    values = list(dict.fromkeys(" ".join(text.split()) for text in given[:MOST_CHOSEN]))
    if any(value not in known for value in values):
        raise _Wrong("form_bad_choice")
    return values


def _ticked(one: Question, given: Sequence[str]) -> bool:
    return True


def _agreed(one: Question, given: Sequence[str]) -> dict[str, object]:
    """With the words that were agreed to, as they stood there."""
    return {"given": True, "wording": one.label}


def _date(one: Question, given: Sequence[str]) -> str:
    try:
        return date.fromisoformat(given[0].strip()).isoformat()
    except ValueError:
        raise _Wrong("form_bad_date") from None


def _time(one: Question, given: Sequence[str]) -> str:
    try:
        return time.fromisoformat(given[0].strip().replace(".", ":")[:8]).isoformat("minutes")
    except ValueError:
        raise _Wrong("form_bad_time") from None


def _url(one: Question, given: Sequence[str]) -> str:
    text = given[0].strip()
    text = text if re.match(r"[a-z][a-z0-9+.-]*:", text, re.I) else f"https://{text}"
    match = re.fullmatch(r"https?://([^\s/?#\\]+)(?:[/?#][^\s\\]*)?", text, re.I)
    try:
        host = normalise_host(match[1]) if match else ""
    except InvalidHost:
        host = ""
    if "." not in host or len(text) > one.longest:
        raise _Wrong("form_bad_url")
    return text


_READ: Mapping[str, Callable[[Question, Sequence[str]], Any]] = {
    "textarea": _lines,
    "email": _email,
    "tel": _phone,
    "number": _number,
    "select": _choice,
    "radio": _choice,
    "multi": _choices,
    "checkbox": _ticked,
    "consent": _agreed,
    "date": _date,
    "time": _time,
    "url": _url,
}
_NOTHING: Mapping[str, Callable[[], Any]] = {"multi": list, "checkbox": bool, "consent": bool}
