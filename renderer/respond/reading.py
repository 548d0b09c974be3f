"""The request's site as its theme reads it, and the moment it is drawn for."""

from datetime import UTC, datetime

from aiohttp import web

from renderer import themes
from renderer.edge.sites import EdgeSite, PreviewSite
from renderer.keys import AS_OF, FRONT, HEEDS_DNT, HELD, IMAGE_RULES, LEASE, SETTINGS, SHELF, SITE, ZONE
from renderer.settings import Settings

MOST_SECTIONS = 200
# Under this a held site has its row as the theme engine takes it.
SOURCE = "source"
_COLUMNS = frozenset(themes.SiteSource.__dataclass_fields__) - {
    "default_sections",
    "base_url",
    "is_protected",
    "images",
    "owner",
    "is_judged",
    "file_bytes",
    "shows_examples",
}


def now(request: web.Request) -> datetime:
    """The moment that a page is drawn for: this one, but in a preview that asks for another."""
    return request.get(AS_OF) or datetime.now(UTC)


async def themed(request: web.Request) -> themes.Site:
    """The request's site as its theme reads it."""
    held = request.get(HELD)
    source = held.read.get(SOURCE) if held is not None else None
    if source is None:
        source = site_source(request.app[SETTINGS], request[SITE], request.app[IMAGE_RULES])
        if held is not None:
            held.read[SOURCE] = source
    shelf = request.app[SHELF]
    if source not in shelf:
        await request[LEASE].release()  # no connection waits for a reading
    read = await shelf.read(source)
    request[ZONE], request[HEEDS_DNT] = read.zone, read.heeds_dnt
    request.app[FRONT].languages[request.headers.get("Host", "")] = read.language
    return read


def site_source(settings: Settings, site: EdgeSite, images: themes.ImageRules) -> themes.SiteSource:
    """A site's row, as the theme engine takes it."""
    host = site.primary_host or f"{site.subdomain}.{settings.server.base_domains[0]}"
    columns = site.columns
    return themes.SiteSource(
        **{name: columns[name] for name in _COLUMNS},
        default_sections=_texts(columns["default_sections"]),
        base_url=settings.origin(host),
        is_protected=site.is_password_protected or isinstance(site, PreviewSite),
        images=images,
        owner=columns["user_id"],
        is_judged=bool(settings.akismet.key.get_secret_value()),
        file_bytes=settings.forms.file_bytes,
        shows_examples=isinstance(site, PreviewSite),
    )


def image_rules(settings: Settings) -> themes.ImageRules:
    """What the operator allows of pictures, as the theme engine takes it."""
    images = settings.images
    if not images.resizer:
        return themes.ImageRules(images.hosts)
    key, salt = images.signing_key
    return themes.ImageRules(images.hosts, themes.Resizer(images.resizer, images.resizer_kind, key, salt))


def _texts(array: list[object] | None) -> tuple[str, ...] | None:
    """An array of PostgreSQL's, which may hold NULLs, have further dimensions, or no end."""
    return None if array is None else tuple(entry for entry in array[:MOST_SECTIONS] if isinstance(entry, str))
