"""A page that gets another address: all that names it follows, and the old address leads to it. Pure."""

import copy
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from renderer.console.designing.findable import pages_found, pointers
from renderer.console.editing import vouches
from renderer.console.editing.places import Places
from renderer.console.editing.tongues import MOST_ADDRESS
from renderer.drafts.merge import read
from renderer.themes.addresses import language_tag, read_redirects, redirect_key
from renderer.themes.contract.spelling import snake
from renderer.themes.plan import page_path
from renderer.themes.repair import Repairs, escape_step

_SOURCES = ("from", "from_", "id", "source")


def tidied(text: str) -> str:
    """`Tentang Kami` → `/tentang-kami`."""
    return "/" + "-".join(text.casefold().split()).strip("/")


def wrong_with_address(path: str, taken: Collection[str]) -> str:
    """A word of what is wrong with a further page's address; `taken` are those of other pages, in every language."""
    if len(path) > MOST_ADDRESS:
        return "too_long"
    if page_path(path) in (None, "/"):
        return "no_path"
    return "path_taken" if redirect_key(path) in set(map(redirect_key, taken)) else ""


def old_addresses(config: str | None, path: str, taken: Collection[str]) -> list[str]:
    """What leads to a page; at `taken` stand pages. Raises drafts.merge.Unmergeable."""
    settings = _settings(config)
    found = read_redirects(settings.get(_key(settings)), taken, {}, Repairs())
    return [source for source, target in found.items() if redirect_key(target) == redirect_key(path)]


def columns_moved(values: Mapping[str, Any], old: str, new: str) -> dict[str, str]:
    """The columns that change. Raises LookupError where there is no such page, or it cannot be written as it stands,
    and drafts.merge.Unmergeable."""
    document: dict[str, Any] = read(values["generated_content"] or "{}")
    changed = {"generated_content": json.dumps(_content(document, old, new), ensure_ascii=False)}
    components = read(values["components_config"] or "[]")
    for entry in _entries(components):
        for key in [key for key in entry if snake(key) == "page" and isinstance(entry[key], str)]:
            if page_path(entry[key]) == old:
                entry[key] = new
                changed["components_config"] = ""
    if "components_config" in changed:
        changed["components_config"] = json.dumps(components, ensure_ascii=False)
    places = Places(document)
    leads = {old: new}
    for spoken in places.content.translations:
        if tag := language_tag(spoken.language):
            own = next((page.as_ for page in spoken.pages if page_path(page.path) == old and page.as_), None)
            leads[f"/{tag}{old}"] = (page_path(own) if own else None) or f"/{tag}{new}"
    config = _settings(values["config"])
    return {**changed, "config": json.dumps(_leading(config, leads), ensure_ascii=False)}


def config_leading(config: str | None, old: str, new: str) -> str:
    """The column, with the old address leading to the new one. Raises drafts.merge.Unmergeable."""
    return json.dumps(_leading(_settings(config), {old: new}), ensure_ascii=False)


def _content(document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    before = Places(document)
    pointer = pointers(before).get(old)
    if pointer is None or old == "/":
        raise LookupError(old)
    made = copy.deepcopy(document)
    named = [pointer]
    for number, spoken in enumerate(before.content.translations):
        there = f"/translations/{number}/pages"
        named += [f"{there}/{place}" for place, page in enumerate(spoken.pages) if page_path(page.path) == old]
    for place in named:
        Places(made).write(f"{place}/path", new)
    own = (before.own_place(pointer) or "").removeprefix("/content")
    if own != f"/pages/{escape_step(old)}":  # by its place in the document it stays
        vouches.rename(made, f"/pages/{escape_step(old)}", f"/pages/{escape_step(new)}")
    paths, now = list(pages_found(before)), list(pages_found(Places(made)))
    if now != [new if path == old else path for path in paths]:
        raise LookupError(old)
    return made


def _entries(components: Any) -> Iterator[dict[str, Any]]:
    if isinstance(components, dict) and isinstance(components.get("components"), list | dict):
        components = components["components"]
    listed = components.values() if isinstance(components, dict) else components
    return (one for one in listed if isinstance(one, dict)) if isinstance(components, list | dict) else iter(())


def _settings(config: str | None) -> dict[str, Any]:
    found = read(config) if config else {}
    return found if isinstance(found, dict) else {}


def _leading(config: dict[str, Any], leads: Mapping[str, str]) -> dict[str, Any]:
    """Redirects with these before all; what hid a page that stands there now is gone."""
    key = _key(config)
    stated = config.get(key)
    over = {redirect_key(path) for pair in leads.items() for path in pair}
    if isinstance(stated, list):
        kept = [one for one in stated if redirect_key(_source(one)) not in over]
        return {**config, key: [*({"from": old, "to": new} for old, new in leads.items()), *kept]}
    rest = stated if isinstance(stated, dict) else {}
    return {**config, key: {**leads, **{old: to for old, to in rest.items() if redirect_key(old) not in over}}}


def _key(config: dict[str, Any]) -> str:
    return next((key for key in config if snake(key) == "redirects"), "redirects")


def _source(one: Any) -> str:
    found = (one[name] for name in _SOURCES if name in one) if isinstance(one, dict) else iter(())
    return str(next(found, ""))
