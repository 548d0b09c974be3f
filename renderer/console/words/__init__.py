"""The console's words in Indonesian and English. A screen's own stand in a module of its own here."""

from collections.abc import Mapping
from datetime import date as calendar_date
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from renderer.console.language import LANGUAGES
from renderer.console.words.account import ACCOUNT
from renderer.console.words.colours import COLOURS
from renderer.console.words.domains import DOMAINS
from renderer.console.words.door import DOOR
from renderer.console.words.draft import DRAFT
from renderer.console.words.entries import ENTRIES
from renderer.console.words.findable import FINDABLE
from renderer.console.words.forms import FORMS
from renderer.console.words.leads import LEADS
from renderer.console.words.look import LOOK
from renderer.console.words.order import ORDER
from renderer.console.words.pictures import PICTURES
from renderer.console.words.posts import POSTS
from renderer.console.words.previews import PREVIEWS
from renderer.console.words.profile import PROFILE
from renderer.console.words.shell import SHELL
from renderer.console.words.shop import SHOP
from renderer.console.words.statistics import STATISTICS
from renderer.console.words.texts import TEXTS

_FILES: tuple[Mapping[str, tuple[str, str]], ...] = (
    ACCOUNT,
    COLOURS,
    DOMAINS,
    DOOR,
    DRAFT,
    ENTRIES,
    FINDABLE,
    FORMS,
    LEADS,
    LOOK,
    SHELL,
    SHOP,
    ORDER,
    PICTURES,
    POSTS,
    PREVIEWS,
    PROFILE,
    STATISTICS,
    TEXTS,
)
_ALL = {key: pair for words in _FILES for key, pair in words.items()}
_ZONE = ZoneInfo("Asia/Jakarta")


class Words:
    """One language's; `t["save"]`, `t("sites_count", n=3)`, `t.number(1200)`, `t.date(moment)` in templates."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = {key: pair[LANGUAGES.index(language)] for key, pair in _ALL.items()}

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def __contains__(self, key: object) -> bool:
        return key in self._words

    def __call__(self, key: str, *, n: int | None = None, **values: object) -> str:
        """With its values filled in. For one in English, `<key>_one` where there is such a word."""
        if n is not None:
            key = f"{key}_one" if n == 1 and f"{key}_one" in self._words else key
            values["n"] = self.number(n)
        text = self._words[key]
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def option(self, word: str, value: str) -> str:
        """What a choice of the field `word` is called; the value itself, where it has no name here."""
        return self._words.get(f"{word}_{value}", value)

    def notice(self, done: str) -> str | None:
        """What is said after something was done; None for what is no such word."""
        return self._words.get(f"done_{done}")

    def number(self, number: int | float) -> str:
        return _decimal(number, self.language)

    def date(self, moment: datetime | None, zone: ZoneInfo = _ZONE) -> str:
        """`28 Nov 2026`; an en dash where there is none."""
        return "–" if moment is None else self.day(moment.astimezone(zone).date())

    def day(self, day: calendar_date) -> str:
        """`28 Nov 2026`, of a day that is one already."""
        return _day(day, self.language)

    def moment(self, moment: datetime | None, zone: ZoneInfo = _ZONE) -> str:
        """`28 Nov 2026, 14.05`."""
        if moment is None:
            return "–"
        return f"{self.date(moment, zone)}, {format_time(moment.astimezone(zone), 'short', locale=self.language)}"


# Screens of figures say hundreds of them, the same ones each time: working one out takes a tenth of a millisecond.
@lru_cache(4096)
def _decimal(number: int | float, language: str) -> str:
    return str(format_decimal(number, locale=language))


@lru_cache(4096)
def _day(day: calendar_date, language: str) -> str:
    return str(format_date(day, "d MMM y", locale=language))


_LOADED = {language: Words(language) for language in LANGUAGES}


def words_for(language: str) -> Words:
    return _LOADED[language]
