"""One row on trial: everything that may be drawn of it is drawn and judged."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from renderer.themes import PostSource, Themes, draw_error, draw_page, draw_password, next_change, read_site
from renderer.themes.addresses import redirect_key
from tests.judge import Page
from tests.pages import NOW, source

# Words of a program that forgot something; "None" may be a person's word, so only where the row does not say it.
_LEFT = re.compile(
    r"\b(?:None|undefined|NaN|nan|null|Undefined|True|False|inf)\b|\[object|\{\{|\}\}|\{%|\{(?:item|site|page)\}"
    r"|Markup\(|<class|Traceback"
)
HOSTILE_POSTS = (
    PostSource("satu", "Satu", "Isi", None, NOW, 600),
    PostSource('"><script>', "<b>x</b>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", NOW, 0),
    PostSource("\u202e\u200b", "\u200b", "\u200b", "//evil.example/x.png", NOW, -5),
    PostSource("..", "W" * 300, "w" * 2000, None, NOW, 10**9),
)


def problems_of(
    themes: Themes,
    columns: Mapping[str, Any],
    posts: Sequence[PostSource] = HOSTILE_POSTS,
    seen: set[int] | None = None,
) -> list[str]:
    """What is wrong with any page of the row. `seen` holds pages that were judged before and were good."""
    try:
        return _problems(themes, columns, posts, set() if seen is None else seen)
    except Exception as error:  # the one thing a row must never cause
        return [f"{type(error).__name__}: {error}"]


def _problems(themes: Themes, columns: Mapping[str, Any], posts: Sequence[PostSource], seen: set[int]) -> list[str]:
    site = read_site(themes, source(**columns))
    if "/" not in site.paths:
        return ["no home page"]
    if len(set(site.paths)) != len(site.paths):
        return [f"two pages at one address: {site.paths}"]
    keys = set(map(redirect_key, site.paths))
    for path, to in site.redirects.items():
        if path in keys or path == redirect_key(to):
            return [f"a redirect in the way of a page: {path}"]
    for own in site.pages.values():
        if len({one.id for one in own.sections}) != len(own.sections):
            return [f"two sections of one id: {own.path}"]
    pages = {path: draw_page(site, path, posts, NOW) for path in site.paths}
    pages["a page that is not there"] = draw_error(site, 404)
    pages["the gate"] = draw_password(site, action="/_gate", error="wrong", next_path='/"><script>')
    found: list[str] = []
    given: str | None = None
    for path, drawn in pages.items():
        if drawn is None:
            return [f"{path}: not drawn"]
        if hash(drawn.html) in seen:
            continue
        drawn.html.encode()
        page = Page(drawn.html)
        wrong = list(page.problems)
        if not wrong:
            style = page.all("style")[0].text
            if style != site.look.css or drawn.style_hashes != (site.look.css_hash,):
                wrong.append("a style that its policy does not name")
            scripts = [one for one in page.all("script") if not one.attrs]
            if len(scripts) != len(drawn.script_hashes):
                wrong.append("a script that its policy does not name")
            if _LEFT.search(page.visible):
                given = given if given is not None else _said(columns, posts)
                wrong += [f"says {one}" for one in set(_LEFT.findall(page.visible)) if one.casefold() not in given]
        if wrong:
            found += [f"{path}: {problem}" for problem in wrong]
        else:
            seen.add(hash(drawn.html))
    for repair in site.repairs:
        if not repair.pointer.startswith("/") or not repair.message:
            found.append(f"a repair that names nothing: {repair}")
    for path in site.paths:
        next_change(site, path, NOW)
    return found


def _said(columns: Mapping[str, Any], posts: Sequence[PostSource]) -> str:
    return " ".join(map(str, [*columns.values(), *posts])).casefold()
