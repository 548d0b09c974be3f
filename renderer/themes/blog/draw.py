"""Posts and lists of posts → whole documents, in the site's own look."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from renderer.themes.blog.article import show_article
from renderer.themes.blog.graph import article_nodes, list_nodes
from renderer.themes.blog.listing import FEED_TYPES, feed_links, show_list
from renderer.themes.blog.places import BASE, Place
from renderer.themes.blog.twin import twin
from renderer.themes.draw import nav_of, render, today_of
from renderer.themes.drawn import Drawn
from renderer.themes.folio import folio
from renderer.themes.found.indexing import NEVER
from renderer.themes.found.paths import post_card_path
from renderer.themes.found.sharing import post_card
from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import MOST_DESCRIPTION, MOST_TITLE, plain, plain_column
from renderer.themes.head import Head, SharedImage, blog_head
from renderer.themes.pictures.card import HEIGHT, WIDTH
from renderer.themes.posts import moment_of
from renderer.themes.site import Site, once
from renderer.themes.source import Around, PostList, PostRow
from renderer.themes.text.typography import shorten
from renderer.themes.views import Link


def draw_post(site: Site, post: PostRow, around: Around, now: datetime) -> Drawn:
    """The page of a post that may be seen."""
    article = show_article(site, post, around)
    name = plain(article.title) or plain(site.name)
    title = plain_column(post.seo_title) or name
    described = plain_column(post.seo_description) or plain_column(post.excerpt) or plain_column(post.extract)
    image = absolute(site.source.base_url, article.photo.src) if article.photo else None
    head = blog_head(
        site,
        _titled(title, plain(site.name)),
        shorten(described, MOST_DESCRIPTION) or None,
        article.href,
        image=SharedImage(image, name) if image else _own_card(site, post, name),
        nodes=article_nodes(site, post, article, described, image),
        feeds=_whole_feeds(site),
        published=moment_of(post.visible_from, site.zone),
        changed=moment_of(post.updated_at, site.zone) if article.updated and post.updated_at else None,
        alternates=tuple((one.code, absolute(site.source.base_url, one.href)) for one in article.tongues),
    )
    return _render(site, "post.html", head, now, article=article, mark=article.title, tongues=article.tongues)


def _own_card(site: Site, post: PostRow, title: str) -> SharedImage:
    digest = post_card(site, post.slug, post.title, post.visible_from).digest
    return SharedImage(absolute(site.source.base_url, post_card_path(post.slug, digest)), title, WIDTH, HEIGHT)


def draw_list(site: Site, place: Place, found: PostList, now: datetime) -> Drawn:
    """A page of a list; a search and a list of nothing are not for search engines."""
    shown = show_list(site, place, found)
    title = plain(shown.title) + (f", {plain(shown.label)}" if place.page > 1 and shown.label else "")
    head = blog_head(
        site,
        _titled(title, plain(site.name)),
        shorten(plain(shown.text), MOST_DESCRIPTION) or None if shown.text else None,
        shown.href,
        robots=NEVER if place.kind in ("search", "subscribe") or not shown.posts else None,
        nodes=list_nodes(site, shown),
        feeds=_feeds(site, place),
    )
    return _render(site, "posts.html", head, now, list=shown)


def draw_twin(site: Site, post: PostRow) -> str:
    """The post as Markdown (CommonMark), for readers that are no browsers."""
    site = site.unmarked
    return twin(site, post, show_article(site, post, Around(), coloured=False))


def _titled(title: str, name: str) -> str:
    both = f"{title} – {name}" if title and title != name else title or name
    return both if len(both) <= MOST_TITLE else shorten(title, MOST_TITLE)


def _feeds(site: Site, place: Place) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (FEED_TYPES[link.kind], f"{plain(site.name)} ({link.label})", link.href) for link in feed_links(site, place)
    )


@once
def _whole_feeds(site: Site) -> tuple[tuple[str, str, str], ...]:
    return _feeds(site, Place("index"))


@once
def _nav(site: Site) -> tuple[Link, ...]:
    return tuple(replace(link, current=link.current or link.href == BASE) for link in nav_of(site, BASE))


def _render(site: Site, template: str, head: Head, now: datetime, **values: Any) -> Drawn:
    today: date = today_of(site, now)
    dated = {"year": today.year, "folio": folio(site.words, today)}
    # What stands round a post stands round all of them. A copy, as several are drawn at once.
    pieces = dict(site.pieces.get(BASE, {}))
    drawn = render(
        site, template, head, pieces, nav=_nav(site), path=BASE, changes=(), **{"tongues": (), **dated, **values}
    )
    site.pieces[BASE] = pieces
    return drawn
