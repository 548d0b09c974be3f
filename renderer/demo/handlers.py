"""The index page of the demo, on the base domain itself."""

from aiohttp import web

from renderer import respond
from renderer.demo.cards import IndexSite, read_card
from renderer.demo.index import draw_index
from renderer.demo.queries import sites_for_index
from renderer.keys import LEASE, SETTINGS, THEMES


async def show_index(request: web.Request) -> web.StreamResponse:
    """Every demo site that is live. Wired by the application where `demo.index` is set."""
    lease = request[LEASE]
    rows = await sites_for_index(await lease.conn())
    await lease.release()
    settings, themes = request.app[SETTINGS], request.app[THEMES]

    def base_url_of(site: IndexSite) -> str:
        return settings.origin(site.primary_host or f"{site.subdomain}.{settings.server.base_domains[0]}")

    return respond.html(request, draw_index([read_card(themes, row) for row in rows], base_url_of))
