"""A visit and a template → an answer: the one place that writes the console's HTML, with its headers."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import jinja2
from aiohttp import web

from renderer import respond
from renderer.console import nav
from renderer.console.files import address_of
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.hostnames import shown_host
from renderer.keys import SCHEME

# Read now, compiled when first shown: a release that is put in this one's place before its reload mixes with nothing.
_TEMPLATES = {path.name: path.read_text("utf-8") for path in (Path(__file__).parent / "templates").iterdir()}
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.DictLoader(_TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.globals["file"] = address_of
_ENVIRONMENT.filters["shown_host"] = shown_host

_HEADERS = {
    **respond.SECURITY,
    "Cache-Control": respond.PRIVATE,
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Type": "text/html; charset=utf-8",
}


def policy(
    frames: Iterable[str] = (), pictures: Iterable[str] = (), forms: Iterable[str] = (), styles: Iterable[str] = ()
) -> str:
    """The Content-Security-Policy: files of our own, origins that a screen names for its frames, pictures, and what
    its forms may lead on to, and hashes of what is styled inside."""
    framed = "".join(f" {origin}" for origin in frames) or " 'none'"
    inside = "".join(f" 'sha256-{one}'" for one in styles)
    return (
        f"default-src 'none'; style-src 'self'{inside}; script-src 'self'; "
        "font-src 'self'; connect-src 'self'; "
        f"img-src 'self' data:{''.join(f' {origin}' for origin in pictures)}; "
        f"frame-src{framed}; form-action 'self'{''.join(f' {origin}' for origin in forms)}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def page(
    visit: Visit,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    frames: Iterable[str] = (),
    pictures: Iterable[str] = (),
    forms: Iterable[str] = (),
    styles: Iterable[str] = (),
    **shown: object,
) -> web.Response:
    """Draw `templates/<template>`, which extends shell.html. `shown` are its values; `visit`, `t`, `nav`, `notice` and
    `is_refused` are there by themselves: the title begins with what was done, as that is what is read aloud first. A
    template never marks anything safe: what is shown is other people's."""
    words = words_for(visit.language)
    html = _ENVIRONMENT.get_template(template).render(
        visit=visit,
        t=words,
        notice=words.notice(visit.request.query.get("done", "")),
        is_refused=status in (409, 422),
        nav=nav.items(visit),
        tabs=nav.tabs(visit),
        **shown,
    )
    lines = {**_HEADERS, "Content-Security-Policy": policy(frames, pictures, forms, styles), **(headers or {})}
    if visit.request[SCHEME] == "https":
        lines["Cross-Origin-Opener-Policy"] = "same-origin"
    return web.Response(status=status, body=html.encode("utf-8", "replace"), headers=lines)


def problem(
    visit: Visit, status: int, why: str = "", typed: Sequence[str] = (), again: Sequence[tuple[str, str]] = ()
) -> web.Response:
    """An error page. `why` is a word of its own in words.py, else the status is said. `typed` is shown to be copied,
    `again` are the fields of the form that a button sends once more."""
    words = words_for(visit.language)
    key = why or (str(status) if f"problem_{status}" in words else "other")
    headers = {"Retry-After": "10"} if status in (429, 503) else None
    return page(
        visit,
        "problem.html",
        status=status,
        headers=headers,
        title=words[f"problem_{key}"],
        text=words[f"problem_{key}_text"],
        typed=typed,
        again=again,
    )


def redirect(target: str, done: str = "") -> web.Response:
    """303 to a path of the console. `done` is said there as a notice (`done_<done>` of the words)."""
    if done:
        path, hash_, place = target.partition("#")
        target = f"{path}{'&' if '?' in path else '?'}done={done}{hash_}{place}"
    return web.Response(
        status=303,
        headers={
            **respond.SECURITY,
            "Cache-Control": respond.PRIVATE,
            "Referrer-Policy": "same-origin",
            "Location": target,
        },
    )
