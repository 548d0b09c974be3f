"""The bar of a preview: what is seen, until when, what differs from the live site, what to look at. It needs no script;
the one for who edits makes each text and picture of a section a way to its form."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from renderer.preview.findings import (
    MOST,
    Changes,
    changes_on,
    css_id,
    examples_on,
    placeholders,
    to_check,
)
from renderer.preview.queries import Link
from renderer.preview.telling import name_of, told
from renderer.preview.tokens import LINKS
from renderer.preview.words import count, say
from renderer.themes import Repair, Site
from renderer.themes.text.words import Words, words_for
from renderer.themes.views import SectionView

WIDTHS = {"360": "phone", "768": "tablet"}
"""Pixels of the frames, and what they are called."""
ANCHOR = "tapsite-preview"

_STYLE = (Path(__file__).parent / "bar.css").read_text("utf-8")
_SCRIPT = (Path(__file__).parent / "edit.js").read_text("utf-8")
_CHANGED = "outline:3px dashed #b4600b;outline-offset:-3px"
_EXAMPLE = (
    "position:absolute;z-index:4;top:0;inset-inline-end:28px;padding:4px 10px;background:#f0a53a;color:#22211e;"
    "font:700 13px/1.4 system-ui,sans-serif"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """`style` goes into the head, allowed by `style_hash`; `html` stands at the top of the body."""

    html: Markup
    style: str
    script: str = ""

    @property
    def style_hash(self) -> str:
        return _hash(self.style)

    @property
    def script_hash(self) -> str:
        return _hash(self.script)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is looked at. `live` is the site as visitors have it, where what is shown differs from what is stored."""

    link: Link
    site: Site
    path: str
    target: str
    """Path and query of the address."""
    is_published: bool
    live: Site | None = None
    as_of: datetime | None = None
    width: str = ""
    """Of the frame that the bar stands above."""
    owners: str = ""
    """Where the owner publishes the site, or the post that the link opens."""
    edit: str = ""
    """Where the owner changes a section; "" where nobody edits."""


def draw_bar(seen: Seen) -> Bar:
    words = words_for(seen.site.speaking_at(seen.path).language)
    changes = changes_on(seen.site, seen.live, seen.path) if seen.live else None
    examples = examples_on(seen.site, seen.path)
    parts = [
        _heading(seen, words),
        Markup('<div class="row">{}{}{}</div>').format(_widths(seen, words), _as_of(seen, words), _check(seen, words)),
        _changes(changes, words) if changes else Markup(),
        _edit(seen, words) if seen.edit else Markup(),
        Markup('<p class="fine">{} {}</p>').format(
            say("sent" if seen.path.endswith("/thanks") else "tests", words.language),
            Markup('<a href="{}">{}</a>').format(seen.owners, say("owners", words.language)) if seen.owners else "",
        ),
    ]
    body = Markup(
        '<aside id="{}" lang="{}" dir="ltr" aria-label="{}">{}<a class="tag" href="#{}">{}</a></aside>'
    ).format(
        ANCHOR,
        words.language,
        say("preview", words.language),
        Markup().join(parts),
        ANCHOR,
        say("preview", words.language),
    )
    style = _STYLE + _marks(changes.sections if changes else (), examples, words)
    if not seen.edit or seen.width:
        return Bar(body, style)
    taps = ", ".join(f"[id='{one}']" for section in _edited(seen) if (one := css_id(section)))
    style += f"\n{taps} {{ cursor: pointer }}" if taps else ""
    return Bar(body + Markup("<script>{}</script>").format(Markup(_SCRIPT)), style, _SCRIPT)  # noqa: S704 - our own


def _edited(seen: Seen) -> list[SectionView]:
    site = seen.site.at(seen.path)
    return [section for section in site.pages[seen.path].sections if section.pointer] if site else []


def _edit(seen: Seen, words: Words) -> Markup:
    """Ways to the form of each section; what the script goes by."""
    sections, language = _edited(seen), words.language
    off = Markup('<a href="{}edit?to={}">{}</a>').format(LINKS, quote(seen.target, safe="/"), say("edit_off", language))
    if not sections:
        return Markup("<p>{} {}</p>").format(say("edit_nothing", language), off)
    shown = seen.site.speaking_at(seen.path).view.language
    spoken = f"&lang={quote(shown)}" if shown != seen.site.view.language else ""
    links = [
        Markup('<li><a href="{}?at={}{}" data-edits="{}">{}</a></li>').format(
            seen.edit, quote(one.pointer, safe="/"), spoken, one.id, name_of(one, words)
        )
        for one in sections
    ]
    return Markup("<p>{} {}</p><details><summary>{}</summary><ul>{}</ul></details>").format(
        say("edit", language), off, say("edit_sections", language), Markup().join(links)
    )


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _heading(seen: Seen, words: Words) -> Markup:
    link, language = seen.link, words.language
    zone = ZoneInfo(seen.site.zone)
    until = link.expires_at.astimezone(zone)
    said = [
        Markup("<strong>{}</strong> {}: {}.").format(
            say("preview", language), seen.site.name, say(link.shows, language, n=link.revision)
        )
    ]
    if not seen.is_published:
        said.append(escape(say("unpublished", language)))
    if link.blog_post_id is not None:
        said.append(escape(say("one_post", language)))
    if seen.as_of is not None:
        said.append(escape(say("as_of_said", language, day=_day(words, seen.as_of.astimezone(zone)))))
    said.append(escape(say("until", language, day=_day(words, until), time=f"{until:%H.%M}")))
    return Markup("<p>{}</p>").format(Markup(" ").join(said))


def _widths(seen: Seen, words: Words) -> Markup:
    here = quote(seen.target, safe="/")
    links = [
        Markup('<a href="{}frame?w={}&amp;to={}"{}>{} {}</a>').format(
            LINKS,
            width,
            here,
            Markup(' aria-current="true"') if width == seen.width else "",
            say(name, words.language),
            width,
        )
        for width, name in WIDTHS.items()
    ]
    if seen.width:
        links.append(Markup('<a href="{}">{}</a>').format(seen.target, say("whole", words.language)))
    label = say("width", words.language)
    return Markup('<nav aria-label="{}"><span>{}:</span>{}</nav>').format(label, label, Markup().join(links))


def _as_of(seen: Seen, words: Words) -> Markup:
    day = seen.as_of.astimezone(ZoneInfo(seen.site.zone)).date().isoformat() if seen.as_of else ""
    today = (
        Markup('<a href="{}as-of?to={}">{}</a>').format(
            LINKS, quote(seen.target, safe="/"), say("as_of_now", words.language)
        )
        if day
        else ""
    )
    label = say("as_of", words.language)
    return Markup(
        '<details{}><summary>{}</summary><form action="{}as-of">'
        '<input type="date" name="date" value="{}" aria-label="{}" required>'
        '<input type="hidden" name="to" value="{}"><button>{}</button>{}</form></details>'
    ).format(Markup(" open") if day else "", label, LINKS, day, label, seen.target, say("show", words.language), today)


def _check(seen: Seen, words: Words) -> Markup:
    language = words.language
    repairs = to_check(seen.site)
    lines = [say("placeholder", language, text=one) for one in placeholders(seen.site)]
    lines += told(repairs, seen.site, words)
    if not lines:
        return Markup('<span class="none">{}</span>').format(say("check_none", language))
    said = lines[:MOST] + ([say("more", language, n=len(lines) - MOST)] if len(lines) > MOST else [])
    return Markup("<details><summary>{}</summary><ul>{}</ul>{}</details>").format(
        count("check", len(lines), language),
        Markup().join(Markup("<li>{}</li>").format(one) for one in said),
        _reasons(repairs, language),
    )


def _reasons(repairs: Sequence[Repair], language: str) -> Markup:
    """For whoever made the site, as `renderer check` tells it."""
    if not repairs:
        return Markup()
    lines = [Markup("<li>{} <code>{}</code></li>").format(one.message, one.pointer) for one in repairs[:MOST]]
    return Markup('<details><summary>{}</summary><ul lang="en">{}</ul></details>').format(
        say("reasons", language), Markup().join(lines)
    )


def _changes(changes: Changes, words: Words) -> Markup:
    language = words.language
    if not changes.any:
        return Markup("<p>{}</p>").format(say("same", language))
    said: list[Markup | str] = []
    if changes.is_new:
        said.append(escape(say("new_page", language)))
    if changes.sections:
        links = [
            Markup('<a href="#{}">{}</a>').format(section.id, name_of(section, words))
            for section in changes.sections[:MOST]
        ]
        said.append(
            Markup("{}: {}.").format(count("changed", len(changes.sections), language), Markup(", ").join(links))
        )
    if changes.gone:
        said.append(escape(count("gone", changes.gone, language)))
    if changes.look:
        said.append(escape(say("look", language)))
    return Markup("<p>{}</p>").format(Markup(" ").join(said))


def _marks(changed: tuple[SectionView, ...], examples: tuple[SectionView, ...], words: Words) -> str:
    example = say("example", words.language)
    rules = [f"{_each(changed)} {{ {_CHANGED} }}"] if _each(changed) else []
    if _each(examples):
        rules.append(f"{_each(examples)} {{ position: relative }}")
        rules.append(f'{_each(examples, "::after")} {{ content: "{example}"; {_EXAMPLE} }}')
    return "\n".join(rules)


def _each(sections: tuple[SectionView, ...], part: str = "") -> str:
    """A selector of those whose ids can stand in one."""
    return ", ".join(f"[id='{name}']{part}" for section in sections if (name := css_id(section)))


def _day(words: Words, moment: datetime) -> str:
    return words.plain.date(moment.date(), "d MMMM y")
