"""What stands in a page's head."""

from dataclasses import dataclass
from urllib.parse import quote

from renderer.themes.site import Site
from renderer.themes.text.links import own_path
from renderer.themes.text.typography import shorten
from renderer.themes.views import PageView


@dataclass(frozen=True, slots=True)
class Head:
    title: str
    description: str | None
    canonical: str | None
    image: str | None
    icon: str
    icon_type: str | None
    theme_light: str
    theme_dark: str | None
    preload: tuple[str, ...]
    indexed: bool
    alternates: tuple[tuple[str, str], ...] = ()


def page_head(site: Site, page: PageView) -> Head:
    source = site.source
    # The row's own columns speak the site's own language.
    home = page.home and page.tongues[0].current
    own = source.seo_title if home and source.seo_title else None
    parts = [page.title, site.name] if page.title and page.title != site.name else [site.name, site.view.tagline]
    title = own or " – ".join(part for part in parts if part)
    described = (source.seo_description if home else None) or page.description or (source.description if home else None)
    image = own_path(source.og_image_url, source.base_url)
    return _head(
        site,
        shorten(title, 70),
        described and shorten(described, 160),
        canonical=source.base_url + _original(page),
        alternates=_alternates(source.base_url, page),
        image=source.base_url + image if image else None,
    )


def _original(page: PageView) -> str:
    """The page's own address, or that of the page it is a copy of, where it says nothing in its own language."""
    return next((own.href for own in page.tongues if own.current and own.worded), page.tongues[0].href)


def _alternates(base_url: str, page: PageView) -> tuple[tuple[str, str], ...]:
    """Language → absolute URL for every language the page is really written in, and what suits all others."""
    written = [own for own in page.tongues if own.worded]
    if len(written) < 2:
        return ()
    return (*((own.code, base_url + own.href) for own in written), ("x-default", base_url + written[0].href))


def bare_head(site: Site, title: str) -> Head:
    """For pages that are no content: never indexed, without an address of their own."""
    return _head(site, shorten(f"{title} – {site.name}", 70), None, canonical=None, image=None)


def _head(
    site: Site,
    title: str,
    description: str | None,
    *,
    canonical: str | None,
    image: str | None,
    alternates: tuple[tuple[str, str], ...] = (),
) -> Head:
    look = site.look
    first = look.dark if look.mode == "dark" else look.light
    files = site.theme.files
    return Head(
        title=title,
        description=description or None,
        canonical=canonical,
        image=image,
        icon=site.favicon or _drawn_icon(first["brand"], first["on-brand"], site.look.radius),
        icon_type=None if site.favicon else "image/svg+xml",
        theme_light=first["ground"],
        theme_dark=look.dark["ground"] if look.mode == "auto" else None,
        preload=tuple(files[file] for file in look.pairing.preload if file in files),
        indexed=canonical is not None,
        alternates=alternates,
    )


def _drawn_icon(brand: str, ink: str, radius: str) -> str:
    """A sign on a post, in the site's colours: what a browser's tab shows where the owner gave no icon."""
    corner = {"none": 0, "sm": 3, "md": 6, "lg": 10, "full": 16}.get(radius, 6)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="{corner}" fill="{brand}"/>'
        f'<path fill="{ink}" d="M9 7h14v8H12v10H9z"/></svg>'
    )
    return "data:image/svg+xml," + quote(svg, safe="/:='")
