"""What stands in a page's head."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from renderer.themes.found.indexing import NEVER, Robots
from renderer.themes.found.paths import MANIFEST, card_path
from renderer.themes.found.share import Share
from renderer.themes.found.sharing import own_icon, site_icon, touch_icon
from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import MOST_TITLE
from renderer.themes.pictures.card import HEIGHT, WIDTH
from renderer.themes.pictures.icon import data_url
from renderer.themes.site import Site, once
from renderer.themes.text.typography import shorten
from renderer.themes.views import PageView

_LOCALES = {"id": "id_ID", "en": "en_GB", "ms": "ms_MY", "jv": "jv_ID", "su": "su_ID", "zh": "zh_CN", "ja": "ja_JP"}


@dataclass(frozen=True, slots=True)
class SharedImage:
    """The picture of a link preview: an absolute address; its size where it is known."""

    url: str
    alt: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    title: str
    description: str | None
    canonical: str | None
    robots: str | None
    image: SharedImage | None
    icon: str
    icon_type: str | None
    touch_icon: str | None
    manifest: str | None
    theme_light: str
    theme_dark: str | None
    preload: tuple[str, ...]
    locale: str
    graph: Markup | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    """Language → address of the page in it."""
    other_locales: tuple[str, ...] = ()
    """Those of the page's translations, for `og:locale:alternate`."""
    published: str | None = None
    """Of an article (Open Graph): when it appeared and was changed, as ISO 8601."""
    changed: str | None = None
    feeds: tuple[tuple[str, str, str], ...] = ()
    """Media type, title and path of each feed."""


def page_head(site: Site, page: PageView) -> Head:
    """`page` as it is shown: without the sections that are not on today."""
    source = site.source
    share = site.shares[page.path]
    return _head(
        site,
        share.title,
        share.description,
        canonical=absolute(source.base_url, _original(page)),
        alternates=_alternates(source.base_url, page),
        robots=site.robots.content,
        image=_shared_image(site, share),
        graph=site.graph.page(page.path, [section.id for section in page.sections]),
    )


def _original(page: PageView) -> str:
    """The page's own address, or that of the page it is a copy of, where it says nothing in its own language."""
    return next((own.href for own in page.tongues if own.current and own.worded), page.tongues[0].href)


def _alternates(base_url: str, page: PageView) -> tuple[tuple[str, str], ...]:
    """Language → absolute URL for every language the page is really written in, and what suits all others."""
    written = [own for own in page.tongues if own.worded]
    if len(written) < 2:
        return ()
    addresses = [(own.code, absolute(base_url, own.href)) for own in written]
    return (*addresses, ("x-default", addresses[0][1]))


def bare_head(site: Site, title: str) -> Head:
    """For pages that are no content: never indexed, without an address of their own."""
    return _head(site, shorten(f"{title} – {site.name}", MOST_TITLE), None, robots=NEVER.content)


def blog_head(
    site: Site,
    title: str,
    description: str | None,
    path: str,
    *,
    image: SharedImage | None = None,
    nodes: Sequence[dict[str, Any]] = (),
    feeds: tuple[tuple[str, str, str], ...] = (),
    robots: Robots | None = None,
    published: str | None = None,
    changed: str | None = None,
    alternates: tuple[tuple[str, str], ...] = (),
) -> Head:
    """For posts and lists of posts: what shares them is their own picture, or else the home page's."""
    own = replace(site.robots, index=False) if robots is not None and site.robots.index else site.robots
    return _head(
        site,
        title,
        description,
        canonical=absolute(site.source.base_url, path),
        robots=own.content,
        image=image or _shared_image(site, site.shares[site.view.home]),
        graph=site.graph.around(nodes),
        alternates=alternates,
        published=published,
        changed=changed,
        feeds=feeds,
    )


def _shared_image(site: Site, share: Share) -> SharedImage:
    """The owner's picture, or else the drawn card of the page."""
    base_url = site.source.base_url
    own = site.source.pictures.vet(site.source.og_image_url)
    if own:
        return SharedImage(absolute(base_url, own), share.title)
    return SharedImage(absolute(base_url, card_path(share.digest)), share.title, WIDTH, HEIGHT)


def _head(
    site: Site,
    title: str,
    description: str | None,
    *,
    robots: str | None,
    canonical: str | None = None,
    image: SharedImage | None = None,
    graph: Markup | None = None,
    alternates: tuple[tuple[str, str], ...] = (),
    published: str | None = None,
    changed: str | None = None,
    feeds: tuple[tuple[str, str, str], ...] = (),
) -> Head:
    return Head(
        title=title,
        description=description,
        canonical=canonical,
        robots=robots,
        image=image,
        graph=graph,
        alternates=alternates,
        other_locales=tuple(_locale(code) for code, _ in alternates if code not in (site.view.language, "x-default")),
        published=published,
        changed=changed,
        feeds=feeds,
        **(_of_pages(site) if canonical is not None else _of_no_content(site)),
    )


@once
def _of_pages(site: Site) -> dict[str, Any]:
    """What all pages with an address of their own have in their heads."""
    # Behind a password they would be refused: browsers fetch them without the cookie.
    fetched = not site.source.is_protected
    return {
        **_look(site, own_icon(site)),
        "touch_icon": touch_icon(site) if fetched else None,
        "manifest": MANIFEST if fetched else None,
    }


@once
def _of_no_content(site: Site) -> dict[str, Any]:
    # The gate refuses a picture to its own form.
    icon = None if site.source.is_protected else own_icon(site)
    return {**_look(site, icon), "touch_icon": None, "manifest": None}


def _look(site: Site, icon: str | None) -> dict[str, Any]:
    look, files = site.look, site.theme.files
    first = look.dark if look.mode == "dark" else look.light
    return {
        "icon": icon or data_url(site_icon(site)),
        "icon_type": None if icon else "image/svg+xml",
        "theme_light": first["ground"],
        "theme_dark": look.dark["ground"] if look.mode == "auto" else None,
        "preload": tuple(files[file] for file in look.pairing.preload if file in files),
        "locale": _locale(site.view.language),
    }


def _locale(language: str) -> str:
    """`en` → `en_GB`, as Open Graph writes locales; a language without a country of its own stays as it is."""
    return _LOCALES.get(language, language.replace("-", "_"))
