"""The blog of a site: posts, lists by category, tag and month, and what became of old addresses.

Reads what `visible_posts` shows and hands it to the theme engine; deliberately decides nothing about what may be seen.
"""

from renderer.blog.handlers import routes

__all__ = ["routes"]
