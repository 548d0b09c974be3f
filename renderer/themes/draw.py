"""From a Site to whole documents."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from renderer.themes.actions import keep_links
from renderer.themes.decode import clean_text
from renderer.themes.drawn import Drawn
from renderer.themes.folio import folio
from renderer.themes.forms import FormRow, FormState, find_form, show_form
from renderer.themes.head import Head, bare_head, page_head
from renderer.themes.motifs import draw_motif
from renderer.themes.pieces import Pieces, Surroundings, draw_pieces
from renderer.themes.pings import without_marks
from renderer.themes.posts import show_posts
from renderer.themes.scripts import with_scripts
from renderer.themes.site import Site, once
from renderer.themes.source import PostSource
from renderer.themes.spoken import mark_words
from renderer.themes.text.code import holds_marks
from renderer.themes.text.hours import turning_days, upcoming
from renderer.themes.text.typography import heading
from renderer.themes.text.video import PLAYER, holds_video
from renderer.themes.videos import played
from renderer.themes.views import ItemView, Link, PageView, Pair, SectionView

MOST_KEPT = 12
"""Pages of a site kept drawn, in each of its languages. A page follows from its site, the posts and the day, so a kept
one is never stale."""
# Not the thanks, nor what a link in a letter asks.
_COUNTED = frozenset({"page.html", "post.html", "posts.html", "form.html"})
_BLOG = frozenset({"post.html", "posts.html"})
_FORMS = frozenset({"form.html", "thanks.html", "question.html"})
FormRows = Mapping[str, FormRow | None]
NO_FORMS: FormRows = MappingProxyType({})
_SAID = frozenset({400, 404, 405, 410, 429, 500, 503})


def draw_page(
    site: Site, path: str, posts: Sequence[PostSource], now: datetime, forms: FormRows = NO_FORMS, stamp: str = ""
) -> Drawn | None:
    """The page at `path` (`/`, `/tentang`), or None when the site has none there. `posts` are the newest first, `forms`
    what was found of `forms_on` the page, `stamp` what its forms send along of the day."""
    spoken = site.at(path)
    if spoken is None:
        return None
    drawn = kept_page(site, path, posts, now, forms, stamp)
    if drawn is None:
        today = today_of(site, now)
        if len(spoken.kept) >= MOST_KEPT:
            spoken.kept.clear()
            spoken.pieces.clear()
        pieces = dict(spoken.pieces.get(path, {}))
        drawn = _draw_page(spoken, spoken.pages[path], posts, today, forms, (None, FormState(stamp=stamp)), pieces)
        spoken.pieces[path] = pieces
        spoken.kept[path] = _drawn_from(posts, today, forms, stamp), drawn
    return drawn


def draw_again(
    site: Site, path: str, posts: Sequence[PostSource], now: datetime, forms: FormRows, key: str, state: FormState
) -> Drawn:
    """The page at `path`, where there is one, with what was typed into its form `key`; never kept."""
    spoken = site.speaking_at(path)
    pieces = dict(spoken.pieces.get(path, {}))
    return _draw_page(spoken, spoken.pages[path], posts, today_of(site, now), forms, (key, state), pieces)


def forms_on(site: Site, path: str) -> tuple[str, ...]:
    """Keys of the forms that stand on a page."""
    spoken = site.at(path)
    keys = (section.form_key for section in spoken.pages[path].sections) if spoken else ()
    return tuple(dict.fromkeys(key for key in keys if key))


def kept_page(
    site: Site, path: str, posts: Sequence[PostSource], now: datetime, forms: FormRows = NO_FORMS, stamp: str = ""
) -> Drawn | None:
    """The page as it was drawn before from all the same, or None."""
    spoken = site.at(path)
    kept = spoken.kept.get(path) if spoken else None
    return kept[1] if kept is not None and kept[0] == _drawn_from(posts, today_of(site, now), forms, stamp) else None


def is_quickly_drawn(site: Site, path: str) -> bool:
    """Whether little but the head of the page has to be drawn."""
    spoken = site.at(path)
    return spoken is not None and spoken.is_as_before and path in spoken.pieces


def _drawn_from(posts: Sequence[PostSource], today: date, forms: FormRows, stamp: str) -> tuple[Any, ...]:
    return tuple(posts), today, stamp, tuple(sorted(forms.items(), key=lambda item: item[0]))


def _draw_page(
    site: Site,
    page: PageView,
    posts: Sequence[PostSource],
    today: date,
    forms: FormRows,
    typed: tuple[str | None, FormState],
    pieces: Pieces,
) -> Drawn:
    path = page.path
    shown = show_posts(site, posts)
    sections = [_with_form(site, path, section, forms, typed) for section in page.sections]
    absent = _absent(site, today, bool(shown)) | {
        f"{path}#{section.id}" for section in sections if section.form_key and section.form is None
    }
    if absent:
        sections = [
            keep_links(section, lambda href: _target(href, path) not in absent)
            for section in sections
            if f"{path}#{section.id}" not in absent
        ]
    sections = [_with_days(site, section, today) for section in sections]
    changes = upcoming(site.view.week.week.exceptions, today) if site.view.week else []
    return render(
        site,
        "page.html",
        page_head(site, replace(page, sections=tuple(sections))),
        pieces,
        page=page,
        sections=sections,
        posts=shown,
        hero_art=_drawing(site, "hero", 4),
        hero_row=tuple(_drawing(site, f"hero-{ground}", ground) for ground in (4, 1, 2)),
        changes=tuple(_change(site, change) for change in changes),
        nav=nav_of(site, page.path, absent),
        tongues=page.tongues,
        year=today.year,
        folio=folio(site.words, today),
        path=page.path,
    )


def _with_form(
    site: Site, path: str, section: SectionView, forms: FormRows, typed: tuple[str | None, FormState]
) -> SectionView:
    key = section.form_key
    form = find_form(forms, key, site.words, site.language) if key else None
    if form is None:
        return section
    state = typed[1] if typed[0] == key else FormState(stamp=typed[1].stamp)
    view = show_form(form, site.words, replace(state, page=path), f"{section.id}-f")
    return replace(section, form=view, title=section.title or heading(form.title))


def _with_days(site: Site, section: SectionView, today: date) -> SectionView:
    """A section of places with the near days on which they have other hours."""
    if not any(item.exceptions for item in section.items):
        return section

    def shown(item: ItemView) -> ItemView:
        near = (_change(site, change) for change in upcoming(item.exceptions, today))
        return replace(item, hours=(*item.hours, *near)) if item.exceptions else item

    return replace(section, items=tuple(map(shown, section.items)))


def next_change(site: Site, path: str, now: datetime) -> datetime | None:
    """When a window of the page opens or closes next, or other hours begin or cease to be told: it is kept so long."""
    spoken = site.at(path)
    page = spoken.pages[path] if spoken else None
    zone = _zone(site)
    days = [
        day
        for section in (page.sections if page else ())
        for day in (section.first, _after(section.last) if section.last else None)
        if day
    ]
    if site.view.week:
        days += turning_days(site.view.week.week.exceptions)
    for section in page.sections if page else ():
        for item in section.items:
            days += turning_days(item.exceptions)
    if site.theme.manifest.dated:
        days.append(_after(today_of(site, now)))
    # The first and the last days that a date can hold have no moment in every zone, and nothing changes then.
    ahead = (day for day in days if now.date() - timedelta(days=1) <= day < date.max)
    moments = (datetime.combine(day, time(), zone).astimezone(UTC) for day in ahead)
    return min((moment for moment in moments if moment > now), default=None)


def _after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def draw_error(site: Site, status: int, path: str = "/") -> Drawn:
    """A page that says what went wrong, in the site's own look and the language of what stands round `path`; drawn once
    for all addresses, since whoever tries them tries thousands."""
    return _draw_error(site.speaking_at(path), status)


@once
def _draw_error(site: Site, status: int) -> Drawn:
    known = status if status in _SAID else 500 if status >= 500 else 400
    title = site.words[f"error_{known}"]
    head = bare_head(site, title)
    text = site.words[f"error_{known}_text"]
    return render(
        site,
        "error.html",
        head,
        status=status,
        title=title,
        text=text,
        nav=nav_of(site, ""),
        tongues=(),
        year=None,
        art=_drawing(site, str(status), 4),
    )


def draw_password(site: Site, *, action: str, error: str | None, next_path: str) -> Drawn:
    """The form in front of a protected site: fields `password` and `next`; `error` is "wrong", "slow_down" or None.

    Nothing of the site's content is shown but its name, since this page is public.
    """
    words = site.words
    message = words[f"password_{error}"] if error in ("wrong", "slow_down") else None
    head = bare_head(site, words["password_title"])
    return render(
        site,
        "password.html",
        head,
        action=action,
        error=message,
        next_path=clean_text(next_path),
        art=_drawing(site, "password", 4),
    )


def render(site: Site, template: str, head: Head, pieces: Pieces | None = None, **values: Any) -> Drawn:
    """`pieces`: those of the page as they were drawn before, which learn how they are drawn now."""
    theme = site.theme
    sections = values.get("sections", ())
    texts = [text for section in sections for text in section.texts]
    article = values.get("article")
    frames, media = played(sections)
    if holds_video(*texts, *((article.body,) if article else ())):
        frames = (PLAYER,)
    counting = site.view.counting
    code = article is not None and holds_marks(article.body or "")
    form = values.get("form")
    forms = [*([form] if form else ()), *(section.form for section in sections if section.form)]
    # Errors, doors and what is wrong with a form are no views, whoever would tell of them.
    is_view = template in _COUNTED and not any(one.problems or one.notice for one in forms)
    said = site.source.length + (len(article.body or "") if article else 0) + sum(one.length for one in forms)
    shown = {
        "site": site.view,
        "head": head,
        "seen": counting if is_view else "off",
        "w": site.words,
        "look": site.look,
        "code": code,
        "variant": site.variant,
        "print_css_path": theme.print_css_path,
        "css_paths": (
            theme.css_path,
            *((theme.blog_css_path,) if template in _BLOG else ()),
            *((theme.forms_css_path,) if forms or template in _FORMS else ()),
        ),
        "badge": _drawing(site, "badge", 2),
        "folio": None,
        "here": head.canonical,
        **values,
    }
    page = theme.templates[template]
    page.begin(said)
    kept = {} if pieces is None else pieces
    drawn = draw_pieces(theme.templates, sections, shown, kept)
    html = page.render(shown, drawn=drawn, around=Surroundings(theme.templates, shown, kept))
    if counting == "off":
        html = without_marks(html)
    if site.words.foreign:
        html = mark_words(html, site.words.language, site.language, site.view.direction)
    html, script_hashes = with_scripts(html, theme.scripts)
    if not script_hashes:
        frames = media = ()
    return Drawn(
        html,
        (site.look.code_hash if code else site.look.css_hash,),
        script_hashes,
        head.robots,
        frames,
        media,
        counting == "server" and is_view,
    )


def _drawing(site: Site, seed: str, ground: int) -> Markup:
    """The site's own sign: always a drawing, also where motifs are switched off."""
    motif = site.look.motif if site.look.motif != "none" else "kertas"
    # Two strokes, so that no section's id leads to the same drawing: its parts have ids.
    return draw_motif(motif, f"{site.source.id}//{seed}", ground=ground)


def _absent(site: Site, today: date, posts: bool) -> frozenset[str]:
    """Addresses (`/#info`) of sections that are not shown today: nothing may lead there."""
    return frozenset(
        f"{page.path}#{section.id}"
        for page in site.pages.values()
        for section in page.sections
        if not _is_on(section, today) or (section.type == "latest-posts" and not posts)
    )


def _target(href: str, path: str) -> str:
    return path + href if href.startswith("#") else href


def nav_of(site: Site, path: str, absent: frozenset[str] = frozenset()) -> tuple[Link, ...]:
    """Links of the navigation as they stand on one page: anchors of the same page lose their path."""
    links = []
    for link, home in site.nav:
        if link.href in absent:
            continue
        if link.kind == "section" and home == path:
            link = replace(link, href="#" + link.href.partition("#")[2])
        links.append(replace(link, current=link.kind == "page" and home == path))
    return tuple(links)


def _is_on(section: SectionView, today: date) -> bool:
    return (section.first is None or section.first <= today) and (section.last is None or today <= section.last)


def _change(site: Site, change: Any) -> Pair:
    words = site.words
    days = words.date(change.first, "d MMM")
    if change.last != change.first:
        days += f"–{words.date(change.last, 'd MMM')}"
    hours = change.span.say(words.clock_mark) if change.span else words["closed"]
    return Pair(f"{days}: {change.label}" if change.label else days, hours)


def today_of(site: Site, now: datetime) -> date:
    return now.astimezone(_zone(site)).date()


def _zone(site: Site) -> ZoneInfo:
    return ZoneInfo(site.zone)
