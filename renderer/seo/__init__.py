"""What makes a site findable and shareable beside its pages: robots.txt, icons, web manifest, link preview pictures.

What they say and show is the theme engine's business; here is when they are drawn, for whom, and how long they are
kept. Deliberately no sitemap and no feeds yet.
"""

from renderer.seo.easel import lifetime
from renderer.seo.handlers import routes

__all__ = ["lifetime", "routes"]
