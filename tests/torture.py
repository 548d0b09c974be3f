"""Rows that somebody's program got wrong: valid documents, changed at random; and what is left of one that fails.

A row is told by its number alone, so a failure can be drawn again: `TAPSITE_TEST_SEED=4711 TAPSITE_TEST_EXAMPLES=1`.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from renderer.themes import PostSource
from renderer.themes.sections import TYPES
from tests import vectors
from tests.pages import NOW
from tests.whole import RICH, whole_row

_HERE = Path(__file__).parent.parent
JSON_COLUMNS = (
    "config",
    "design_tokens",
    "generated_content",
    "components_config",
    "css_variables",
    "available_color_schemes",
)
_TEXTS = ("title", "description", "favicon_url", "og_image_url", "seo_title", "seo_description", "template_variant")
_NUMBERS = (0, -1, 1, 2, 7, 40, 300, 1e-9, -0.0, 0.5, 1e17, 2**53, 10**17, -(10**17), 1e300)
_KEYS = [
    "id",
    "type",
    "title",
    "name",
    "text",
    "items",
    "groups",
    "actions",
    "label",
    "to",
    "kind",
    "url",
    "image",
    "src",
    "price",
    "amount",
    "path",
    "sections",
    "pages",
    "site",
    "$value",
    "$type",
    "provenance",
    "intro",
    "facts",
    "value",
    "visible",
    "from",
    "until",
    "days",
    "open",
    "close",
    "hours",
    "contact",
    "address",
    "translations",
    "as",
    "language",
]
_PLACES = (
    "/",
    "/en",
    "/en/",
    "/lang-en",
    "/en/tentang",
    "/tentang",
    "/privasi",
    "/privacy",
    "/EN",
    "/lama",
    "/id",
    "en",
)
"""Addresses that pages, languages, redirects and the privacy page may all claim."""
_RAW = ("1e5000", "-1e5000", "9" * 5_000, "NaN", "Infinity", '"\\ud800"', '"\\u0000"', "[" * 300 + "]" * 300, "1e999")
Row = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    columns: Row
    posts: tuple[PostSource, ...]


def trial(number: int) -> Trial:
    """The row of this number, always the same."""
    dice = random.Random(number)
    row = _base(dice)
    if dice.random() < 0.25:
        _collide(row, dice)
    changer = _Changer(dice)
    documents = {name: row.pop(name) for name in JSON_COLUMNS if name in row}
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8, 13))):
        changer.change(documents)
    columns = _columns(row, documents, dice)
    posts = tuple(_post(dice) for _ in range(dice.choice((0, 0, 1, 3))))
    return Trial(columns, posts)


def life(number: int, steps: int) -> Iterator[Row]:
    """One site's row as it changes, a place or two at a time; always the same for a number."""
    dice = random.Random(number)
    row = _base(dice)
    changer = _Changer(dice)
    documents = {name: row.pop(name) for name in JSON_COLUMNS if name in row}
    for _ in range(steps):
        yield _columns(row, json.loads(json.dumps(documents)), random.Random(number))
        if dice.random() < 0.3:
            row[dice.choice(_TEXTS)] = dice.choice(vectors.ALL)
        else:
            changer.change(documents)


def _columns(row: Row, documents: Row, dice: random.Random) -> Row:
    row = row | {name: documents[name] for name in JSON_COLUMNS if name in documents}
    columns = {name: _text(value, dice) if name in JSON_COLUMNS else value for name, value in row.items()}
    return {name: value for name, value in columns.items() if value is not None}


@cache
def _bases() -> tuple[str, ...]:
    """The demo sites, the document's example and the row that holds everything, as JSON."""
    rows = [
        json.loads(file.read_text("utf-8"))["website"] for file in sorted((_HERE / "demo" / "sites").glob("*.json"))
    ]
    example = re.search(r"```json\n(.*?)```", (_HERE / "docs" / "content.md").read_text("utf-8"), re.DOTALL)
    assert example is not None
    rows.append(json.loads(example[1]))
    rows.append(whole_row())
    kept = {*JSON_COLUMNS, *_TEXTS, "default_sections", "subdomain"}
    return tuple(json.dumps({key: value for key, value in row.items() if key in kept}) for row in rows)


def _base(dice: random.Random) -> Row:
    row: Row = json.loads(dice.choice(_bases()))
    for page in row["generated_content"]["pages"]:
        sections = page["sections"]
        if len(sections) > 4 and dice.random() < 0.7:  # a smaller page is hit more often where it hurts
            page["sections"] = dice.sample(sections, dice.randint(1, 4))
    if dice.random() < 0.3:
        row["components_config"] = dice.choice(([], None, {}, [{"type": dice.choice(sorted(TYPES))}]))
        row["default_sections"] = dice.choice((None, [], ["menu", "menu", "x", ""], dice.sample(sorted(TYPES), 6)))
    for name in _TEXTS:
        if dice.random() < 0.15:
            row[name] = dice.choice((None, "", "Kata", dice.choice(vectors.ALL)))
    if dice.random() < 0.2:
        row["template_variant"] = dice.choice(("buku", "papan-nama", "default"))
    return row


def _collide(row: Row, dice: random.Random) -> None:
    """Pages, translations and redirects that claim the same addresses, and ids that are used twice."""
    content = row["generated_content"]
    pages = content["pages"]
    spare = {"id": "s", "type": "text", "title": "Judul", "text": "Isi", "actions": [_lead(dice), _lead(dice)]}
    for place in dice.sample(_PLACES, dice.randint(1, 5)):
        pages.append({"path": place, "title": f"Halaman {place}", "sections": [dict(spare), dict(spare)]})
    said = [{"path": page.get("path"), "as": dice.choice((None, *_PLACES)), "title": "Page"} for page in pages]
    content["language"] = dice.choice(("id", "id", "en", "ar", "jv"))
    content["translations"] = [
        {"language": language, "site": {"tagline": "Words"}, "pages": dice.sample(said, dice.randint(0, len(said)))}
        for language in dice.choices(("en", "id", "nl", "en-GB", "ar"), k=dice.randint(1, 3))
    ]
    config = row.get("config") if isinstance(row.get("config"), dict) else {}
    leads = [{"from": dice.choice(_PLACES), "to": dice.choice(_PLACES)} for _ in range(dice.randint(0, 6))]
    row["config"] = {**config, "redirects": leads, "privacy": dice.choice((None, {"controller": "Pemilik"}))}
    sections = [section for page in pages for section in page["sections"]]
    twin = dice.choice(sections)
    for section in dice.sample(sections, min(len(sections), dice.randint(1, 4))):
        section["id"] = twin.get("id", "s")
        for item in section.get("items", ()):
            item["id"] = "satu"
    row["components_config"] = dice.choice(
        ([], [{"id": one.get("id"), "type": one["type"], "page": dice.choice(pages)["path"]} for one in sections] * 2)
    )


def _lead(dice: random.Random) -> Row:
    to = dice.choice(({"kind": "page", "path": dice.choice(_PLACES)}, {"kind": "section", "section": "s"}))
    return {"label": "Tombol", "to": to}


def _text(value: Any, dice: random.Random) -> str | None:
    """A column as text, rarely with what no serialiser writes."""
    text = json.dumps(value, ensure_ascii=dice.random() < 0.5)
    if dice.random() < 0.04:
        place = dice.randrange(len(text) + 1)
        text = dice.choice(
            (text[:place], text[:place] + dice.choice(vectors.ALL) + text[place:], text + text, "", "null", text[::-1])
        )
    if '"@raw' in text:
        text = re.sub(r'"@raw(\d)"', lambda found: _RAW[int(found[1])], text)
    return text


def _post(dice: random.Random) -> PostSource:
    said = [dice.choice(("Kata biasa", dice.choice(vectors.ALL))) for _ in range(3)]
    return PostSource(
        said[0], said[1], dice.choice((None, said[2])), dice.choice(vectors.ALL), NOW, dice.choice((0, 600))
    )


class _Changer:
    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._changes: tuple[Callable[[Any, Any], None], ...] = (
            self._say, self._say, self._say, self._delete, self._delete, self._twice, self._swap, self._rename,
            self._other_type, self._other_type, self._turn, self._deepen, self._number, self._graft, self._graft,
            self._raw, self._many, self._rich, self._type,
        )  # fmt: skip

    def change(self, row: Row) -> None:
        """One change in one place below any of the JSON columns; all levels are as likely."""
        column = self._dice.choice(("generated_content",) * 6 + JSON_COLUMNS)
        holder, key = row, column
        for _ in range(self._dice.randint(0, 9)):
            inner = holder.get(key) if isinstance(holder, dict) else holder[key]
            if not isinstance(inner, dict | list) or not inner:
                break
            holder, key = inner, self._dice.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        if isinstance(holder, dict):
            holder.setdefault(key, None)
        self._dice.choice(self._changes)(holder, key)

    def _say(self, holder: Any, key: Any) -> None:
        holder[key] = self._dice.choice(vectors.ALL)

    def _delete(self, holder: Any, key: Any) -> None:
        del holder[key]

    def _twice(self, holder: Any, key: Any) -> None:
        if isinstance(holder, list):
            holder.insert(key, json.loads(json.dumps(holder[key])))
        else:
            holder[self._dice.choice(_KEYS)] = json.loads(json.dumps(holder[key]))

    def _swap(self, holder: Any, key: Any) -> None:
        other = self._dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        holder[key], holder[other] = holder[other], holder[key]

    def _rename(self, holder: Any, key: Any) -> None:
        if isinstance(holder, dict):
            holder[self._dice.choice((*_KEYS, str(key).title(), self._dice.choice(vectors.ALL)))] = holder.pop(key)

    def _other_type(self, holder: Any, key: Any) -> None:
        holder[key] = self._dice.choice((None, True, False, 0, "", [], {}, [[]], [{}], {"": ""}, [None], "0", 3.5))

    def _turn(self, holder: Any, key: Any) -> None:
        value = holder[key]
        if isinstance(value, list):
            holder[key] = {f"k{index}": item for index, item in enumerate(value)}
        elif isinstance(value, dict):
            holder[key] = list(value.values())
        else:
            holder[key] = self._dice.choice(([value], {"text": value}, {"$value": value}, {"value": value}))

    def _deepen(self, holder: Any, key: Any) -> None:
        value = holder[key]
        for _ in range(self._dice.choice((1, 3, 60, 120))):
            value = [value] if self._dice.random() < 0.5 else {"content": [value], "type": "doc"}
        holder[key] = value

    def _number(self, holder: Any, key: Any) -> None:
        holder[key] = self._dice.choice(_NUMBERS)

    def _graft(self, holder: Any, key: Any) -> None:
        """A branch of another document, or of another place."""
        branch: Any = json.loads(self._dice.choice(_bases()))
        for _ in range(self._dice.randint(1, 7)):
            if not isinstance(branch, dict | list) or not branch:
                break
            branch = self._dice.choice(list(branch.values()) if isinstance(branch, dict) else branch)
        if isinstance(branch, dict) and len(json.dumps(branch)) > 4_000:
            return
        holder[key] = branch

    def _raw(self, holder: Any, key: Any) -> None:
        holder[key] = f"@raw{self._dice.randrange(len(_RAW))}"

    def _many(self, holder: Any, key: Any) -> None:
        if len(json.dumps(holder[key])) < 300:
            holder[key] = [holder[key]] * self._dice.choice((2, 13, 70))

    def _rich(self, holder: Any, key: Any) -> None:
        holder[key] = json.loads(json.dumps(self._dice.choice(RICH)))

    def _type(self, holder: Any, key: Any) -> None:
        holder["type" if isinstance(holder, dict) else key] = self._dice.choice(sorted(TYPES))


def smaller(columns: Row, fails: Callable[[Row], bool], most: int = 600) -> Row:
    """A row that still fails, with as much taken away as `most` attempts allow."""
    best = dict(columns)
    tries = 0
    for name in list(best):
        without = {key: value for key, value in best.items() if key != name}
        tries += 1
        if fails(without):
            best = without
    for name in [one for one in best if one in JSON_COLUMNS]:
        try:
            value = json.loads(best[name])
        except ValueError:
            continue
        shrunk = True
        while shrunk and tries < most:
            shrunk = False
            for candidate in _less(value):
                tries += 1
                if tries >= most:
                    break
                if fails({**best, name: json.dumps(candidate)}):
                    value, shrunk = candidate, True
                    best[name] = json.dumps(value)
                    break
    return best


def _less(value: Any) -> Iterator[Any]:
    """The same value with one part missing: the largest parts first."""
    if isinstance(value, dict):
        for key in value:
            yield {other: item for other, item in value.items() if other != key}
        for key, item in value.items():
            for less in _less(item):
                yield {**value, key: less}
    elif isinstance(value, list):
        if len(value) > 3:
            yield value[: len(value) // 2]
            yield value[len(value) // 2 :]
        for index in range(len(value)):
            yield [*value[:index], *value[index + 1 :]]
        for index, item in enumerate(value):
            for less in _less(item):
                yield [*value[:index], less, *value[index + 1 :]]
    elif isinstance(value, str) and len(value) > 8:
        yield value[: len(value) // 2]
        yield value[len(value) // 2 :]
