"""What has texts and photos: the profile's parts, pages, sections. Each leads to its form; so does a tapped preview."""

from urllib.parse import urlencode

from aiohttp import web

from renderer.console import draw
from renderer.console.handlers.text_forms import list_texts
from renderer.console.preview_link import link_to_draft
from renderer.console.visit import Visit


async def show_texts(visit: Visit) -> web.StreamResponse:
    return await list_texts(visit)


async def open_preview(visit: Visit) -> web.StreamResponse:
    """On to the site's preview, where texts and pictures can be tapped."""
    to = (await visit.form()).text("to")
    async with visit.db() as conn:
        link = await link_to_draft(conn, visit)
    if link is None:
        raise web.HTTPNotFound
    return draw.redirect(f"{link.url}?{urlencode({'edit': '1', 'to': to[:200] if to.startswith('/') else '/'})}")
