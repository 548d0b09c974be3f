"""The blog of a site: posts, lists by category, tag and month, and what became of old addresses.

Reads what `visible_posts` shows and hands it to the theme engine; deliberately decides nothing about what may be seen.
"""

from renderer.blog.handlers import routes
from renderer.blog.kept import KEPT_POSTS, KeptPosts

__all__ = ["KEPT_POSTS", "KeptPosts", "routes"]
