"""What makes a site findable and shareable beside its pages: robots.txt, sitemaps, llms.txt, icons, web
manifest, link preview pictures; and IndexNow, which tells search engines of changes.

What they say and show is the theme engine's business; here is when they are drawn, for whom, and how long they are
kept. Deliberately no feeds: they are the blog's.
"""

from renderer.seo import handlers, indexes, indexnow
from renderer.seo.easel import lifetime
from renderer.seo.indexnow import indexnow_kind

routes = [*handlers.routes, *indexes.routes, *indexnow.routes]

__all__ = ["indexnow_kind", "lifetime", "routes"]
