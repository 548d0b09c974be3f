"""A page of a list of posts: index, category, tag, archive, search."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from renderer.themes.blog.article import marked
from renderer.themes.blog.body import line_directed
from renderer.themes.blog.places import Place, address
from renderer.themes.blog.views import ListView
from renderer.themes.decode import clean_text, is_seen
from renderer.themes.found.urls import absolute
from renderer.themes.posts import show_posts
from renderer.themes.site import Site
from renderer.themes.source import PostList
from renderer.themes.text.segments import FEEDS
from renderer.themes.text.typography import heading, polish, shorten
from renderer.themes.views import Link, PostView

MARKS = ("\ue000", "\ue001")
"""What a search puts round the words it found: private characters, which no shown text holds."""
_FEED_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
_MOST_CATEGORIES = 40


def show_list(site: Site, place: Place, found: PostList) -> ListView:
    words = site.words
    title, label, text = names_of(site, place, found)
    posts = tuple(_with_extract(post, found) for post in show_posts(site, found.posts))
    categories = _categories(site, place, found)
    return ListView(
        kind=place.kind,
        href=search_address(site, found.query, place.page) if place.kind == "search" else address(place, words),
        title=title,
        label=label,
        text=text,
        posts=posts,
        page=place.page,
        newer=_turn(site, place, found, -1) if place.page > 1 else None,
        older=_turn(site, place, found, +1) if found.more else None,
        categories=categories,
        archive=_archive(site, place, found),
        search=Link(words["blog_search"], address(Place("search"), words)),
        whole=_whole(site) if place.kind != "index" and not categories else None,
        subscribe=_to_feeds(site) if place.kind not in ("subscribe", "search") else None,
        query=found.query,
        empty=None if posts else _empty(site, place, found),
        feeds=feed_links(site, place),
    )


def _whole(site: Site, *, current: bool = False) -> Link:
    return Link(site.words["blog_all"], address(Place("index"), site.words), "page", current)


def _to_feeds(site: Site) -> Link:
    return Link(site.words["blog_subscribe"], address(Place("subscribe"), site.words))


def feed_links(site: Site, place: Place) -> tuple[Link, ...]:
    """Those of the list itself; of what has none, the whole blog's. `note` is the address that a reader takes."""
    base = replace(place, page=1, feed="") if place.kind in ("category", "tag") else Place("index")
    paths = {form: address(replace(base, feed=form), site.words) for form in FEEDS.values()}
    return tuple(
        Link(_FEED_NAMES[form], path, form, note=absolute(site.source.base_url, path)) for form, path in paths.items()
    )


def names_of(site: Site, place: Place, found: PostList) -> tuple[str, str | None, str | None]:
    """Heading, what stands over it, and the text below."""
    words = site.words
    page = words.say("blog_page", n=place.page) if place.page > 1 else None
    if place.kind in ("category", "tag") and found.label:
        name = heading(shorten(clean_text(found.label.name), 100))
        about = clean_text(found.label.description or "").strip()
        label = words[f"blog_{place.kind}"] + (f", {page}" if page else "")
        text = polish(shorten(about, 600)) if is_seen(about) and not page else None
        return name if is_seen(name) else words[f"blog_{place.kind}"], label, text
    if place.kind == "archive":
        day = date(place.year, place.month or 1, 1)
        return (
            words.date(day, "MMMM y" if place.month else "y"),
            words["blog_archive"] + (f", {page}" if page else ""),
            None,
        )
    if place.kind == "search":
        if found.query:
            instead = words.say("blog_search_instead", query=shorten(found.instead, 80)) if found.instead else None
            return heading(words.say("blog_search_title", query=shorten(clean_text(found.query), 80))), page, instead
        return words["blog_search"], None, None if found.notice else words["blog_search_start"]
    if place.kind == "subscribe":
        return words["blog_subscribe"], words["blog"], words["blog_subscribe_text"]
    return words["blog"], page, None


def _turn(site: Site, place: Place, found: PostList, step: int) -> Link:
    if place.kind == "search":  # the best first, whatever their time
        label = site.words["blog_previous" if step < 0 else "blog_next"]
        return Link(label, search_address(site, found.query, place.page + step))
    label = site.words["blog_newer" if step < 0 else "blog_older"]
    return Link(label, address(replace(place, page=place.page + step), site.words))


def search_address(site: Site, query: str, page: int) -> str:
    """The one spelling: `?q=…`, then `&p=` from the second page on; without words the form's own."""
    if not query:
        return address(Place("search"), site.words)
    asked = {"q": query} | ({"p": str(page)} if page > 1 else {})
    return f"{address(Place('search'), site.words)}?{urlencode(asked, errors='replace')}"


def _categories(site: Site, place: Place, found: PostList) -> tuple[Link, ...]:
    links = [_whole(site, current=place.kind == "index")]
    for slug, name in found.categories[:_MOST_CATEGORIES]:
        shown = shorten(clean_text(name), 60)
        if is_seen(shown) and slug:
            current = place.kind == "category" and place.slug == slug
            links.append(Link(shown, address(Place("category", slug), site.words), "page", current))
    return tuple(links) if len(links) > 1 else ()


def _archive(site: Site, place: Place, found: PostList) -> tuple[Link, ...]:
    spans = list(found.spans)
    if place.month:
        spans.insert(0, (place.year, 0))
    links = []
    for year, month in spans:
        shown = site.words.date(date(year, month or 1, 1), "MMMM" if month else "y")
        there = address(Place("archive", year=year, month=month), site.words)
        links.append(Link(shown, there, "page", (year, month) == (place.year, place.month)))
    return tuple(links)


def _empty(site: Site, place: Place, found: PostList) -> str | None:
    if found.notice:
        return site.words[found.notice]
    if place.kind != "search":
        return site.words["blog_empty"]
    return site.words["blog_search_none"] if found.query else None


def _with_extract(post: PostView, found: PostList) -> PostView:
    text = found.found.get(post.href)
    if not text:
        return post
    extract = line_directed(marked(clean_marked(text), *MARKS))
    return replace(post, found=extract)


def clean_marked(text: str) -> str:
    """Clean text in which the private marks of a search stay, always in pairs."""
    parts = [clean_text(part) for part in text.replace(MARKS[1], MARKS[0]).split(MARKS[0])]
    joined = "".join(part if number % 2 == 0 else f"{MARKS[0]}{part}{MARKS[1]}" for number, part in enumerate(parts))
    return joined
