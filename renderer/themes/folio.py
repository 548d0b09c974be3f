"""What a printed paper says of its issue: its number and its day."""

from dataclasses import dataclass
from datetime import date

from renderer.themes.text.words import Words


@dataclass(frozen=True, slots=True)
class Folio:
    """`number` is the week of the year (ISO 8601), as a weekly counts; `day` is finished text, `iso` for machines."""

    number: int
    day: str
    iso: str


def folio(words: Words, today: date) -> Folio:
    return Folio(today.isocalendar().week, words.date(today, "EEEE, d MMMM y"), today.isoformat())
