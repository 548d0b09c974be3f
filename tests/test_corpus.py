"""Every string that ever broke a page, in every place where a row may hold a text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from renderer.themes import Themes
from renderer.themes.contract.components import Components, Config
from renderer.themes.contract.content import Content
from renderer.themes.contract.lenient import read_model
from renderer.themes.contract.tokens import DesignTokens
from renderer.themes.repair import Repairs
from tests import vectors
from tests.trial import problems_of
from tests.whole import Steps, as_columns, kind_of, places, put, whole_row

PARTS = 4
ROUNDS = 3
"""Each field meets each string once; in any one row only a third of the fields is hostile, so the rest is drawn."""


def test_the_whole_row_holds_every_field_of_every_model() -> None:
    row = whole_row()
    repairs = Repairs()
    read = [
        read_model(Content, row["generated_content"], "", repairs),
        read_model(Config, row["config"], "", repairs),
        read_model(DesignTokens, row["design_tokens"], "", repairs),
        read_model(Components, {"components": row["components_config"]}, "", repairs),
    ]
    assert repairs.done() == ()
    missing = {name for model in read for name in _unset(model)}
    assert missing == set()


def _unset(model: BaseModel) -> Iterator[str]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name not in model.model_fields_set or value is None or value == []:
            yield f"{type(model).__name__}.{name}"
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BaseModel):
                yield from _unset(one)


def test_the_whole_row_is_drawn_without_a_problem(themes: Themes) -> None:
    assert problems_of(themes, as_columns(whole_row())) == []


def test_there_are_enough_strings() -> None:
    assert len(vectors.ALL) > 300


def _part(number: int) -> dict[str, Any]:
    """A fourth of the whole row's sections: every field still, on fewer pages' worth of them."""
    row = whole_row()
    home = row["generated_content"]["pages"][0]
    home["sections"] = home["sections"][number::PARTS]
    return row


def _by_kind(row: dict[str, Any]) -> dict[Steps, list[Steps]]:
    of_kind: dict[Steps, list[Steps]] = {}
    for place in places(row):
        of_kind.setdefault(kind_of(place), []).append(place)
    return of_kind


@pytest.mark.parametrize("number", range(ROUNDS))
def test_every_field_holds_every_string_harmlessly(themes: Themes, number: int) -> None:
    rows = [_part(shift) for shift in range(PARTS)]
    found_in = [_by_kind(row) for row in rows]
    texts = [json.dumps(row) for row in rows]
    seen: set[int] = set()
    for shift, vector in enumerate(vectors.ALL):
        hostile, of_kind = json.loads(texts[shift % PARTS]), found_in[shift % PARTS]
        kinds = sorted(of_kind, key=str)
        for index, kind in enumerate(kinds):
            if (index + shift) % ROUNDS != number:
                continue
            said = vectors.ALL[(shift + index) % len(vectors.ALL)]
            found = of_kind[kind]
            if kind[-1] in ("type", "kind", "id", "path", "page", "visible", "provenance"):
                found = [found[shift % len(found)]]  # all of them would leave nothing to look at
            for place in found:
                put(hostile, place, said)
        problems = problems_of(themes, as_columns(hostile), seen=seen)
        assert problems == [], f"{vector!r}: {problems[:3]}"


@pytest.mark.parametrize("vector", vectors.LONG, ids=range(len(vectors.LONG)))
def test_a_long_string_everywhere_at_once_is_still_a_page(themes: Themes, vector: str) -> None:
    row = whole_row()
    kept = ("type", "kind", "id", "path", "page", "visible", "provenance")
    for place in list(places(row)):
        if place[-1] not in kept and place[0] not in ("components_config", "default_sections"):
            put(row, place, vector[:3_000])
    columns = as_columns(row)
    assert len(columns["generated_content"]) > 100_000
    assert problems_of(themes, columns) == []


def test_strings_as_names_of_fields_and_as_keys_of_maps_are_harmless(themes: Themes) -> None:
    for vector in vectors.ALL:
        item = {vector: vector, "name": "Kata", "text": {vector: vector}}
        section = {"type": "menu", "items": {vector: item}, "groups": {vector: {"name": "G", "items": {vector: item}}}}
        content: dict[str, Any] = {
            vector: vector,
            "site": {vector: vector, "channels": {vector: {"url": "https://example.com/"}}},
            "pages": {"/": {"sections": {vector: section}}, vector: {"sections": {vector: section}}},
            "provenance": {vector: vector},
            "translations": {vector: {vector: vector}},
        }
        problems = problems_of(
            themes,
            {
                "generated_content": json.dumps(content),
                "config": json.dumps({vector: {vector: vector}}),
                "design_tokens": json.dumps({vector: {"$value": vector}, "color": {vector: vector}}),
            },
        )
        assert problems == [], repr(vector)
