"""Answers judged by the form's definition. Pure: nothing is asked of the network."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from renderer.forms.figures import read_date, read_money, read_number, read_time
from renderer.forms.files import Upload
from renderer.forms.order import read_order
from renderer.forms.uploads import read_files
from renderer.forms.wrong import Wrong
from renderer.hostnames import InvalidHost, normalise_host
from renderer.mailboxes import InvalidMailbox, normalise_mailbox
from renderer.themes.decode import is_seen
from renderer.themes.forms import Fault, Form, Question
from renderer.themes.forms.rules import Condition, fits
from renderer.themes.text.phone import read_phone

MOST_CHOSEN = 60
# What programs send for a box that is not ticked; browsers send nothing.
_UNTICKED = frozenset({"0", "false", "off", "no", "n", "tidak"})


@dataclass(frozen=True, slots=True)
class Answers:
    """`data` is what is stored, by question; name, e-mail address and number are its own columns, cut to fit. `files`
    are kept beside it, and numbered by its notes."""

    data: Mapping[str, Any]
    name: str | None
    email: str | None
    phone: str | None
    files: tuple[Upload, ...] = field(default=(), repr=False)


def judge(
    form: Form,
    posted: Mapping[str, Sequence[str]],
    uploads: Mapping[str, Sequence[Upload]] = MappingProxyType({}),
    file_bytes: int = 0,
) -> tuple[Answers, dict[str, Fault]]:
    """What was answered, and what is wrong with it by question; without faults it may be stored."""
    taken: list[Upload] = []
    data: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    for one in form.questions:
        if one.when is not None and not _is_met(one.when, data, faults):
            continue  # not asked: what an older page or no script sent all the same is not stored
        if one.type in ("products", "file"):
            try:
                if one.type == "file":
                    data[one.name] = read_files(one, uploads, taken, file_bytes)
                else:
                    data[one.name] = read_order(one, posted)
            except Wrong as wrong:
                faults[one.name] = wrong.fault
            continue
        given = [text for text in posted.get(one.name, ()) if is_seen(text)]
        if one.type in ("checkbox", "consent"):
            given = [text for text in given if text.strip().casefold() not in _UNTICKED]
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
        except Wrong as wrong:
            faults[one.name] = wrong.fault
    if faults:
        # Browsers keep what was typed, but no files.
        again = (one.name for one in form.questions if one.type == "file" and one.name in uploads)
        faults |= {name: Fault("form_file_again") for name in again if name not in faults}
    return replace(_answers(form, data), files=tuple(taken)), faults


def agreed_at(answers: Answers, at: datetime, language: str) -> Answers:
    """With when, and in what language, what was agreed to was agreed to."""
    data = {
        name: {**value, "language": language, "at": at.isoformat(timespec="seconds")}
        if isinstance(value, dict) and value.get("given") is True
        else value
        for name, value in answers.data.items()
    }
    return replace(answers, data=data)


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


def _is_met(condition: Condition, data: Mapping[str, Any], faults: Mapping[str, Fault]) -> bool:
    """Whether it is asked; one that follows from a wrong answer too, since it stands there."""
    if condition.name in faults:
        return True
    value = data.get(condition.name)
    if not condition.values:
        return bool(value)
    values = value if isinstance(value, list) else [value]
    return any(one in condition.values for one in values)


def _text(one: Question, given: Sequence[str]) -> str:
    text = " ".join(given[0].split())
    return _fitting(one, unicodedata.normalize("NFC", text))


def _lines(one: Question, given: Sequence[str]) -> str:
    text = given[0].replace("\r\n", "\n").replace("\r", "\n").strip()
    return _fitting(one, unicodedata.normalize("NFC", text))


def _fitting(one: Question, text: str) -> str:
    if len(text) > one.longest:
        raise Wrong("form_too_long", most=one.longest)
    if len(text) < one.shortest:
        raise Wrong("form_too_short", least=one.shortest)
    if one.pattern is not None and not fits(one.pattern, text):
        raise Wrong("form_bad_pattern")
    return text


def _email(one: Question, given: Sequence[str]) -> str:
    try:
        return normalise_mailbox(given[0])
    except InvalidMailbox:
        raise Wrong("form_bad_email") from None


def _phone(one: Question, given: Sequence[str]) -> str:
    phone = read_phone(given[0][:60], any_digits=True)
    if phone is None:
        raise Wrong("form_bad_phone")
    return phone.e164


def _choice(one: Question, given: Sequence[str]) -> str:
    value = " ".join(given[0].split())
    if value not in dict(one.options):
        raise Wrong("form_bad_choice")
    return value


def _choices(one: Question, given: Sequence[str]) -> list[str]:
    known = dict(one.options)
    values = list(dict.fromkeys(" ".join(text.split()) for text in given[:MOST_CHOSEN]))
    if any(value not in known for value in values):
        raise Wrong("form_bad_choice")
    return values


def _ticked(one: Question, given: Sequence[str]) -> bool:
    return True


def _agreed(one: Question, given: Sequence[str]) -> dict[str, object]:
    """With the words that were agreed to, as they stood there; the time is that of sending."""
    purpose = {"purpose": one.purpose} if one.purpose else {}
    return {"given": True, "wording": one.label, "version": one.version, **purpose}


def _url(one: Question, given: Sequence[str]) -> str:
    text = given[0].strip()
    text = text if re.match(r"[a-z][a-z0-9+.-]*:", text, re.I) else f"https://{text}"
    match = re.fullmatch(r"https?://([^\s/?#\\]+)(?:[/?#][^\s\\]*)?", text, re.I)
    try:
        host = normalise_host(match[1]) if match else ""
    except InvalidHost:
        host = ""
    if "." not in host or len(text) > one.longest:
        raise Wrong("form_bad_url")
    return text


_READ: Mapping[str, Callable[[Question, Sequence[str]], Any]] = {
    "textarea": _lines,
    "email": _email,
    "tel": _phone,
    "number": read_number,
    "money": read_money,
    "select": _choice,
    "radio": _choice,
    "rating": _choice,
    "multi": _choices,
    "checkbox": _ticked,
    "consent": _agreed,
    "date": read_date,
    "time": read_time,
    "url": _url,
}
_NOTHING: Mapping[str, Callable[[], Any]] = {"multi": list, "checkbox": bool, "consent": bool}
