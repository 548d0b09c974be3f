"""Sitemaps (sitemaps.org 0.9, with Google's image extension) and llms.txt: what a site asks to be found by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from xml.sax.saxutils import escape

from renderer.themes.blog.places import BASE, Place, address, post_address
from renderer.themes.blog.twin import escape_markdown
from renderer.themes.decode import clean_text
from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import plain, plain_column
from renderer.themes.posts import plain_photo
from renderer.themes.site import Site
from renderer.themes.source import PostSource
from renderer.themes.text.typography import shorten

MOST_ENTRIES = 50_000
"""In one file (sitemaps.org)."""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPEN = (
    f'{HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'
)
CLOSE = "</urlset>\n"


@dataclass(frozen=True, slots=True)
class IndexedPost:
    """A visible post as indexes list it."""

    id: UUID
    slug: str
    title: str
    featured_image: str | None
    visible_from: datetime
    updated_at: datetime | None


def sitemap_index(site: Site, post_files: int, changed: datetime) -> str:
    names = ["/sitemap-pages.xml", *(f"/sitemap-posts-{number}.xml" for number in range(1, post_files + 1))]
    base, last = site.source.base_url, f"<lastmod>{_iso(changed)}</lastmod>"
    rows = "".join(f"<sitemap><loc>{_xml(absolute(base, name))}</loc>{last}</sitemap>\n" for name in names)
    return f'{HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</sitemapindex>\n'


def pages_sitemap(site: Site, labels: Sequence[tuple[str, str]], changed: datetime, *, has_posts: bool) -> str:
    """The site's pages in every language, its blog, and the labels (kind, slug) that have something to show."""
    updated = site.source.updated_at or changed
    rows = [
        _row(site, path, updated, _pictures(spoken, path)) for spoken in (site, *site.others) for path in spoken.pages
    ]
    if has_posts:
        rows.append(_row(site, BASE, changed))
        rows += [_row(site, address(Place(kind, slug), site.words), changed) for kind, slug in labels if slug]
    return OPEN + "".join(rows[:MOST_ENTRIES]) + CLOSE


def post_rows(site: Site, posts: Iterable[IndexedPost]) -> Iterator[str]:
    for post in posts:
        if not post.slug:
            continue
        photo = plain_photo(site, post.featured_image)
        changed = max(post.updated_at or post.visible_from, post.visible_from)
        yield _row(site, post_address(post.slug), changed, (photo.src,) if photo else ())


def llms_txt(site: Site, posts: Sequence[PostSource]) -> str:
    """An index for language models (llmstxt.org): pages, and posts by their Markdown twins."""
    site = site.unmarked
    base = site.source.base_url
    lines = [f"# {escape_markdown(plain(site.name))}", ""]
    about = plain(site.source.description) or plain(site.view.tagline)
    if about:
        lines += [f"> {escape_markdown(shorten(about, 300))}", ""]
    lines += [f"## {site.words['llms_pages']}", ""]
    for path in site.pages:
        share = site.shares[path]
        lines.append(_link(share.title, absolute(base, path), share.description))
    slugs = {post.slug for post in posts}
    # Where a twin would stand, a post of that very name does.
    shown = [
        (Place("post" if f"{post.slug}.md" in slugs else "twin", post.slug), title, plain_column(post.excerpt))
        for post in posts
        if post.slug and (title := plain_column(post.title))
    ]
    if shown:
        lines += ["", f"## {site.words['blog']}", ""]
        lines += [
            _link(title, absolute(base, address(place, site.words)), shorten(excerpt, 200))
            for place, title, excerpt in shown
        ]
    return "\n".join(lines) + "\n"


def _link(title: str, url: str, about: str | None) -> str:
    said = f": {escape_markdown(about)}" if about else ""
    # A bracket alone would end the link; a request with the escape is read as one without.
    url = url.replace("(", "%28").replace(")", "%29")
    return f"- [{escape_markdown(title)}]({url}){said}"


def _pictures(site: Site, path: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(section.photo.src for section in site.pages[path].sections if section.photo))


def _row(site: Site, path: str, changed: datetime, pictures: Sequence[str] = ()) -> str:
    base = site.source.base_url
    images = "".join(
        f"<image:image><image:loc>{_xml(absolute(base, picture))}</image:loc></image:image>" for picture in pictures
    )
    return f"<url><loc>{_xml(absolute(base, path))}</loc><lastmod>{_iso(changed)}</lastmod>{images}</url>\n"


def _xml(text: str) -> str:
    return escape(clean_text(text))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
