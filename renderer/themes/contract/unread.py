"""What a document says under names that nobody reads: for whoever writes it, since a page is drawn all the same."""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any

from renderer.themes.contract.components import Component
from renderer.themes.contract.content import Content, Hours
from renderer.themes.contract.lenient import MOST_ITEMS
from renderer.themes.contract.spelling import kind_of, names_of, snake
from renderer.themes.decode import decode
from renderer.themes.repair import Repair, escape_step
from renderer.themes.source import SiteSource

MOST_UNREAD = 200
_DEEPEST = 40


def unread_fields(source: SiteSource) -> list[Repair]:
    """The keys in a row's content and components that are not read; beyond `MOST_UNREAD` they are not counted."""
    content, _ = decode(source.generated_content)
    components, _ = decode(source.components_config)
    under = "/components_config"
    if isinstance(components, dict) and isinstance(components.get("components"), list | dict):
        components, under = components["components"], f"{under}/components"
    return [*unread(Content, content, "/generated_content"), *unread([Component], components, under)][:MOST_UNREAD]


def unread(model: Any, raw: Any, under: str) -> list[Repair]:
    """Up to `MOST_UNREAD` of the keys in `raw`, read as `model` (a list: of the model in it), that are not read.

    A field under two of its names is read under the one that the model names first. `_note` and `$schema` are nobody's
    mistake.
    """
    return list(islice(_unread(model, raw, under, 0), MOST_UNREAD))


def _unread(kind: Any, raw: Any, at: str, depth: int) -> Iterator[Repair]:
    if kind is None or depth > _DEEPEST:
        return
    if isinstance(kind, list):
        entries = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
        for key, entry in islice(entries, MOST_ITEMS):
            yield from _unread(kind[0], entry, f"{at}/{escape_step(key)}", depth + 1)
        return
    # The days of a week may stand in its place, by any of their names.
    if not isinstance(raw, dict) or (kind is Hours and "weekly" not in raw):
        return
    fields = _fields(kind)
    given = {snake(key): key for key, value in raw.items() if value is not None}
    for name, key in given.items():
        here = f"{at}/{escape_step(key)}"
        if kind.lone and name == kind.lone[1] and kind.lone[0] not in given:
            entry = kind_of(kind, kind.lone[0])[0]
            yield from _unread(kind_of(entry, name), raw[key], here, depth + 1)
            continue
        field = fields.get(name)
        if field is None:
            if not name.startswith(("_", "$")):
                near = get_close_matches(name[:40], fields, n=1, cutoff=0.75)
                meant = f" ({near[0]} was meant?)" if near else ""
                yield Repair(here, f"not a field of the contract; not read{meant}")
            continue
        first = next(other for other in names_of(kind, field) if other in given)
        if first != name:
            yield Repair(here, f"says the same as {given[first]}, which is read instead")
        else:
            yield from _unread(kind_of(kind, field), raw[key], here, depth + 1)


def _fields(kind: Any) -> dict[str, str]:
    """The field that each name stands for."""
    return {snake(name): field for field in kind.model_fields for name in names_of(kind, field)}
