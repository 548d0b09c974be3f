"""Numbers, amounts, days and times of day, as people write them. Pure; each raises Wrong."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from renderer.forms.wrong import Wrong
from renderer.themes.forms import Question
from renderer.themes.text.money import parse_rupiah, rupiah

_MOST_MONEY = 60
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+")
_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,6})?")
_PART = re.compile(r"[.,](?!0+\s*$)[0-9]{1,2}\s*$")
_DIGITS = str.maketrans("", "", " \u00a0\u202f'")


def read_number(one: Question, given: Sequence[str]) -> str:
    """As a decimal text: `1.500` is fifteen hundred, as it is written here, and `1,5` one and a half."""
    text = given[0].strip().translate(_DIGITS)[:40]
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[.,]", "", text) if _GROUPED.fullmatch(text) else text.replace(",", ".")
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise Wrong("form_bad_number")
    value = float(text)
    if one.least is not None and value < one.least:
        raise Wrong("form_too_small", least=f"{one.least:g}")
    if one.most is not None and value > one.most:
        raise Wrong("form_too_large", most=f"{one.most:g}")
    return text


def read_money(one: Question, given: Sequence[str]) -> dict[str, object]:
    """Whole rupiah, as people write them: `150000`, `Rp 150.000,-`, `150rb`, `1,5 juta`."""
    text = given[0].strip()
    if len(text) > _MOST_MONEY:
        raise Wrong("form_bad_money")
    text = unicodedata.normalize("NFKC", text)
    amount = parse_rupiah(text)
    # Nobody pays in parts of a rupiah: 1,5 lacks its “juta”.
    if amount is None or _PART.search(text):
        raise Wrong("form_bad_money")
    if one.least is not None and amount < one.least:
        raise Wrong("form_too_small", least=rupiah(math.ceil(one.least)))
    if one.most is not None and amount > one.most:
        raise Wrong("form_too_large", most=rupiah(math.floor(one.most)))
    return {"amount": amount, "currency": "IDR"}


def read_date(one: Question, given: Sequence[str]) -> str:
    try:
        day = date.fromisoformat(given[0].strip())
    except ValueError:
        raise Wrong("form_bad_date") from None
    # Today somewhere: a site's zone is not known here.
    today = datetime.now(UTC).date()
    if one.earliest and day < (
        today - timedelta(days=1) if one.earliest == "today" else date.fromisoformat(one.earliest)
    ):
        raise Wrong("form_too_early", least=today.isoformat() if one.earliest == "today" else one.earliest)
    if one.latest and day > (today + timedelta(days=1) if one.latest == "today" else date.fromisoformat(one.latest)):
        raise Wrong("form_too_late", most=today.isoformat() if one.latest == "today" else one.latest)
    return day.isoformat()


def read_time(one: Question, given: Sequence[str]) -> str:
    try:
        moment = time.fromisoformat(given[0].strip().replace(".", ":")[:8]).replace(tzinfo=None).isoformat("minutes")
    except ValueError:
        raise Wrong("form_bad_time") from None
    is_early = one.earliest is not None and moment < one.earliest
    is_late = one.latest is not None and moment > one.latest
    if one.earliest and one.latest and one.latest < one.earliest:
        is_early = is_early and is_late  # from an evening into the next morning
        is_late = False
    if is_early:
        raise Wrong("form_too_early", least=one.earliest)
    if is_late:
        raise Wrong("form_too_late", most=one.latest)
    return moment
