"""A page of the owner's own content in a look that is being chosen, as a document of its own for a sandboxed frame.

It stands at an address of the console, but never on its origin: its policy has `sandbox` (CSP3 §6.3.1), so that it has
an origin of its own wherever it is opened, runs nothing and asks nothing of us.
"""

import re
from datetime import UTC, datetime
from html import escape

from aiohttp import web

from renderer import respond, themes
from renderer.console.pictures.inlaid import are_hidden, inlay
from renderer.console.visit import Visit
from renderer.console.workshop import WORKSHOP
from renderer.keys import IMAGE_RULES, THEMES
from renderer.themes import SiteSource

_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


async def sample(visit: Visit, source: SiteSource, path: str = "/") -> web.Response:
    """The page at `path`. Raises web.HTTPNotFound where the site has none there, and for what is no frame's request."""
    if visit.request.headers.get("Sec-Fetch-Dest", "iframe") != "iframe":
        raise web.HTTPNotFound
    app = visit.request.app
    html = await app[WORKSHOP].draw(lambda: _draw(app[THEMES], source, path))
    if html is None:
        raise web.HTTPNotFound
    if are_hidden(visit):
        html = await inlay(visit, html)
    return web.Response(
        body=html.encode("utf-8", "replace"),
        headers={
            **respond.SECURITY,
            "Cache-Control": respond.PRIVATE,
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow",
            "Content-Security-Policy": _policy(visit.site.url, app[IMAGE_RULES].origins),
            "Content-Type": "text/html; charset=utf-8",
        },
    )


def _draw(available: themes.Themes, source: SiteSource, path: str) -> str | None:
    site = themes.read_site(available, source)
    drawn = themes.draw_page(site, path, (), datetime.now(UTC))
    if drawn is None:
        return None
    html = _SCRIPT.sub("", themes.standalone(site, drawn))
    # Pictures are where the site has them; nothing in the frame can be reached by keyboard.
    html = html.replace("<head>", f'<head><base href="{escape(source.base_url)}/">', 1)
    return html.replace("<body", "<body inert", 1)


def _policy(origin: str, pictures: tuple[str, ...]) -> str:
    return (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; "
        f"img-src data: {' '.join((origin, *pictures))}; base-uri {origin}; "
        "form-action 'none'; frame-ancestors 'self'; sandbox"
    )
