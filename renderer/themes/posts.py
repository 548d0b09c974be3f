"""The newest posts as the home page lists them."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from renderer.themes.decode import clean_text, is_seen
from renderer.themes.motifs import draw_motif
from renderer.themes.site import Site
from renderer.themes.source import PostSource
from renderer.themes.text.typography import heading, polish, shorten
from renderer.themes.views import PostView

_WORDS_A_MINUTE = 200
_MOST = 12


def show_posts(site: Site, posts: Sequence[PostSource]) -> tuple[PostView, ...]:
    shown = []
    for post in posts[:_MOST]:
        title = clean_text(post.title).strip()
        if not is_seen(title) or not post.slug:
            continue
        excerpt = clean_text(post.excerpt or "").strip()
        day = _day(post.visible_from, site.zone)
        motif = site.look.motif if site.look.motif != "none" else "kertas"
        shown.append(
            PostView(
                href="/blog/" + quote(clean_text(post.slug), safe="-_.~"),
                title=heading(shorten(title, 160)),
                excerpt=polish(shorten(excerpt, 200)) or None,
                date=site.words.date(day),
                iso=day.isoformat(),
                minutes=max(1, round(post.words / _WORDS_A_MINUTE)),
                motif=draw_motif(motif, f"{site.source.id}/post/{post.slug}"),
            )
        )
    return tuple(shown)


def _day(moment: datetime, zone: str) -> date:
    """The site's day; the first and the last that can be told have none in every zone."""
    try:
        return moment.astimezone(ZoneInfo(zone)).date()
    except OverflowError:
        return moment.date()
