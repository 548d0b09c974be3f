"""A post's row → what its own page shows. Never raises on what a row can hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

from markupsafe import Markup, escape

from renderer.themes.blog.body import directed, line_directed, with_contents
from renderer.themes.blog.credits import author_of, in_language, language_of, tongues_of
from renderer.themes.blog.places import Place, address, post_address
from renderer.themes.blog.views import ArticleView
from renderer.themes.decode import POST_NODES, TEXT_DEPTH, clean_text, decode, is_seen
from renderer.themes.found.urls import absolute
from renderer.themes.motifs import draw_motif
from renderer.themes.posts import day_of, minutes_of, plain_photo, show_posts, title_of
from renderer.themes.sections import size_of
from renderer.themes.site import Site
from renderer.themes.source import Around, PostRow, PostSource
from renderer.themes.text.rich import RichOptions, reachable, render_rich
from renderer.themes.text.typography import heading, polish, shorten
from renderer.themes.views import Link, Photo

_MOST_GALLERY = 60
_MOST_LABELS = 24
_CONTENTS_FROM = 500
"""Words that a text has contents from."""
_REALLY_CHANGED = timedelta(hours=24)
"""What is mended on the first day is no news to a reader."""


def show_article(site: Site, post: PostRow, around: Around, *, coloured: bool = True) -> ArticleView:
    """What the page of a post shows; `coloured`: code in it is marked by what it is."""
    title = heading(shorten(clean_text(post.title), 200))
    title = title if is_seen(title) else site.words.plain["blog"]
    value, _ = decode(post.content, max_nodes=POST_NODES, max_depth=TEXT_DEPTH)
    language = language_of(value, site.language)
    pictures = site.source.pictures
    options = RichOptions(2, pictures.vet, pictures.sizes, site.words, coloured=coloured, captions=True)
    body = render_rich(value, options)
    contents: tuple[Link, ...] = ()
    if body is not None and post.words >= _CONTENTS_FROM:
        body, contents = with_contents(body)
    excerpt = clean_text(post.excerpt or "").strip()
    lead = polish(shorten(excerpt, 400)) if is_seen(excerpt) else None
    day = day_of(post.visible_from, site.zone)
    changed = _changed(post)
    changed_day = day_of(changed, site.zone) if changed else None
    href = post_address(post.slug)
    motif = site.look.motif if site.look.motif != "none" else "kertas"
    return ArticleView(
        href=href,
        title=in_language(title, language) if language else line_directed(title),
        size=size_of(title),
        excerpt=in_language(lead, language) if language else line_directed(lead),
        body=in_language(reachable(directed(body)), language) if body is not None else None,
        contents=contents,
        date=site.words.date(day),
        iso=day.isoformat(),
        updated=site.words.say("blog_updated", date=site.words.date(changed_day)) if changed_day else None,
        updated_iso=changed_day.isoformat() if changed_day else None,
        minutes=minutes_of(post.words),
        motif=draw_motif(motif, f"{site.source.id}//post/{post.slug}"),
        photo=plain_photo(site, post.featured_image),
        gallery=_gallery(site, post, title),
        categories=_labels(site, "category", post.categories),
        tags=_labels(site, "tag", post.tags),
        older=_neighbour(around.older),
        newer=_neighbour(around.newer),
        related=show_posts(site, around.related),
        share=_share(site, title, href),
        slug=post.slug,
        likes=max(post.likes, 0),
        author=author_of(value),
        language=language,
        tongues=tongues_of(around.translations, language or site.language, href),
    )


def _changed(post: PostRow) -> datetime | None:
    """When the text was changed after it could be read, or None."""
    if post.updated_at is None or post.updated_at - post.visible_from < _REALLY_CHANGED:
        return None
    return post.updated_at


def _gallery(site: Site, post: PostRow, title: str) -> tuple[Photo, ...]:
    shown: list[Photo] = []
    for address_ in list(post.gallery_images)[:_MOST_GALLERY]:
        photo = plain_photo(site, address_)
        if photo is not None:
            alt = f"{title} ({len(shown) + 1})"
            shown.append(replace(photo, alt=alt))
    return tuple(shown)


def _labels(site: Site, kind: str, labels: Sequence[tuple[str, str]]) -> tuple[Link, ...]:
    links = []
    for slug, name in labels[:_MOST_LABELS]:
        shown = shorten(clean_text(name), 60)
        if is_seen(shown) and slug:
            links.append(Link(shown, address(Place(kind, slug), site.words)))
    return tuple(links)


def _neighbour(post: PostSource | None) -> Link | None:
    title = title_of(post) if post else None
    return Link(line_directed(title), post_address(post.slug)) if post and title else None


def _share(site: Site, title: str, href: str) -> tuple[Link, ...]:
    url = absolute(site.source.base_url, href)
    text = quote(f"{title} {url}".replace("\N{NO-BREAK SPACE}", " "), safe="")
    return (
        Link(site.words["blog_share_whatsapp"], f"https://wa.me/?text={text}", "whatsapp"),
        Link(site.words["blog_share_copy"], url, "copy"),
    )


def marked(text: str, begin: str, end: str) -> Markup:
    """Escaped text with what stands between two private marks in `<mark>`."""
    return Markup(str(escape(text)).replace(begin, "<mark>").replace(end, "</mark>"))  # noqa: S704 - escaped
