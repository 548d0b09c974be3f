"""What makes a site findable and shareable beside its pages: robots.txt, sitemaps, llms.txt, icons, web
manifest, link preview pictures.

What they say and show is the theme engine's business; here is when they are drawn, for whom, and how long they are
kept. Deliberately no feeds: they are the blog's.
"""

from renderer.seo import handlers, indexes
from renderer.seo.easel import lifetime

routes = [*handlers.routes, *indexes.routes]

__all__ = ["lifetime", "routes"]
