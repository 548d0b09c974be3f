"""A field of a form as it is read out of a site's content, and the kinds of fields there are. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from renderer.console.editing.places import Places
from renderer.themes.contract.content import Picture
from renderer.themes.contract.lenient import LONG, SHORT
from renderer.themes.pictures.focus import PLACES, place_of
from renderer.themes.text.money import is_amount

SITE = "/site"
ENTRY = re.compile(
    r"(?:groups/\d{1,3}/)?items/\d{1,3}"
    r"|(?:groups|facts|actions|locations|channels|credentials|navigation)/\d{1,3}"
)
"""An entry of a list, as a place below what the form is about."""
DAY = "day-"
"""What the last step of a field begins with that says a day's hours, 0 for Monday: `hours/day-0`."""
MOST_PRICE, MOST_PICTURE_TEXT, MOST_LINE = 60, 200, 160
_LONG = frozenset({"intro", "text", "note", "payload"})


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is its place below the section: `title`, `items/2/text`. `kind`: line, text, lines (a list, a line each),
    tick ("owner" or ""), flag ("1" or ""), choice (of `options`, or what it says now), many (a list, of `options` and
    others), picture, focus (one of nine places of a picture), or foreign for a document of another editor, which stays
    as it is. Of a picture `value` is the address. `called` is what the content calls the options, where the words do
    not. `entry` numbers the entry that it belongs to, from 1; 0: the section itself. `rule` names what must hold of it
    (`rules.py`)."""

    name: str
    word: str
    kind: str
    value: str
    most: int
    entry: int = 0
    needed: bool = False
    options: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    rule: str = ""

    @property
    def is_words(self) -> bool:
        """A price that is no amount."""
        return self.rule == "price" and bool(self.value) and not is_amount(self.value)

    @property
    def of(self) -> str:
        """The entry that it belongs to, as a place below the section: `items/2`; "" for the section."""
        found = ENTRY.match(self.name)
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Form:
    """What fields are read for: the places of a document, what the form is about, which part of it (`items/2`), and
    whether all is offered that could be said, or what there is and is usual."""

    places: Places
    pointer: str
    part: str = ""
    full: bool = False

    def has(self, under: str) -> bool:
        """Whether fields below a place belong to the part, or the part lies below it."""
        return not self.part or f"{under}/".startswith(f"{self.part}/") or self.part.startswith(f"{under}/")

    def text(
        self,
        name: str,
        value: Any,
        offered: bool = False,
        entry: int = 0,
        *,
        word: str = "",
        needed: bool = False,
        most: int = 0,
        rule: str = "",
    ) -> Iterator[Field]:
        last = name.rpartition("/")[2]
        if (value is None and not offered) or not self.has(name):
            return
        most = most or (MOST_PRICE if rule == "price" else LONG if last in _LONG else SHORT)
        raw = self.places.raw(f"{self.pointer}/{name}")
        said = plain_text(value)
        word = word or f"text_{name}"
        if said is None or len(said) > most or (isinstance(raw, str) and len(raw.strip()) > most):
            yield Field(name, word, "foreign", "", most, entry)
            return
        kind = "text" if last in _LONG and most > MOST_LINE else "line"
        yield Field(name, word, kind, said, most, entry, needed and bool(said), rule=rule)

    def picture(
        self,
        picture: Picture | None,
        name: str,
        offered: bool,
        entry: int = 0,
        crops: bool = True,
        word: str = "text_image",
    ) -> Iterator[Field]:
        """`crops`: whether it may be shown cropped."""
        if (picture is None and not offered) or not self.has(name):
            return
        yield Field(name, word, "picture", (picture.src if picture else None) or "", SHORT, entry)
        if picture is not None and picture.src:
            yield Field(f"{name}/alt", "text_alt", "line", picture.alt or "", MOST_PICTURE_TEXT, entry)
            if crops and (self.full or not entry):
                yield Field(f"{name}/focus", "text_focus", "focus", place_of(picture.focus), 2, entry, options=PLACES)

    def choice(
        self,
        name: str,
        value: str | None,
        options: Sequence[str],
        offered: bool,
        entry: int = 0,
        *,
        word: str,
        needed: bool = False,
        called: Sequence[str] = (),
    ) -> Iterator[Field]:
        if value is None and not offered:
            return
        said = value or ""
        others = (said,) if said and said not in options else ()
        names = (*called, *others) if called else ()
        yield Field(name, word, "choice", said, SHORT, entry, needed and bool(said), (*options, *others), names)

    def flag(self, name: str, value: bool, offered: bool, entry: int = 0, *, word: str) -> Iterator[Field]:
        if value or offered:
            yield Field(name, word, "flag", "1" if value else "", 1, entry)


class TextsWrong(ValueError):
    """`fields` are (field, a word of what is wrong with it)."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(name for name, _ in fields))
        self.fields = fields


def plain_text(value: Any) -> str | None:
    """Of a plain text or one marked as Markdown; None for a document of another editor."""
    if isinstance(value, dict):
        value = value.get("text") if value.get("type") in ("markdown", None) else None
        return _plain(value) if isinstance(value, str) else None
    if value is None or isinstance(value, str):
        return _plain(value or "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
