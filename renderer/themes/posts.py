"""The newest posts as the home page lists them."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from renderer.themes.blog.body import line_directed
from renderer.themes.blog.places import post_address
from renderer.themes.decode import clean_text, is_seen
from renderer.themes.motifs import draw_motif
from renderer.themes.site import Site
from renderer.themes.source import PostSource
from renderer.themes.text.typography import heading, polish, shorten
from renderer.themes.views import Photo, PostView

_WORDS_A_MINUTE = 200
_MOST = 12


def show_posts(site: Site, posts: Sequence[PostSource]) -> tuple[PostView, ...]:
    """Posts as lists show them; one without a title that anybody sees is left out."""
    shown = []
    for post in posts[:_MOST]:
        title = title_of(post)
        if not title:
            continue
        excerpt = clean_text(post.excerpt or "").strip()
        day = day_of(post.visible_from, site.zone)
        motif = site.look.motif if site.look.motif != "none" else "kertas"
        shown.append(
            PostView(
                href=post_address(post.slug),
                title=line_directed(title),
                excerpt=line_directed(polish(shorten(excerpt, 200))) or None,
                date=site.words.date(day),
                iso=day.isoformat(),
                month=site.words.date(day, "MMMM y"),
                minutes=minutes_of(post.words),
                motif=draw_motif(motif, f"{site.source.id}//post/{post.slug}"),
                photo=plain_photo(site, post.featured_image),
            )
        )
    return tuple(shown)


def title_of(post: PostSource) -> str | None:
    """What a list calls it; None for what no list shows."""
    title = clean_text(post.title).strip()
    return heading(shorten(title, 160)) if post.slug and is_seen(title) else None


def minutes_of(words: int) -> int:
    """0: there is nothing to read."""
    return max(1, round(words / _WORDS_A_MINUTE)) if words > 0 else 0


def plain_photo(site: Site, address: str | None) -> Photo | None:
    """A picture known by its address alone; its title stands beside it, so it needs no words of its own."""
    pictures = site.source.pictures
    source = pictures.vet(address)
    if not source:
        return None
    sizes = pictures.sizes(source, None, None)
    return Photo(
        source, "", sizes.width, sizes.height, "cm", sizes.srcset, sizes.webp, sizes.avif, sizes.small or source
    )


def day_of(moment: datetime, zone: str) -> date:
    """The site's day; the first and the last that can be told have none in every zone."""
    return _at_site(moment, zone).date()


def moment_of(moment: datetime, zone: str) -> str:
    """ISO 8601 to the second, by the site's clock: many a reader takes the first ten characters for the day."""
    return _at_site(moment, zone).isoformat(timespec="seconds")


def _at_site(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        return moment
