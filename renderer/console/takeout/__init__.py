"""All of a site as its owner takes it along, in files that other programs read."""

from renderer.console.takeout.archive import Entry, archive, once
from renderer.console.takeout.posts import post_name, post_text
from renderer.console.takeout.queries import post_ids, site_text

__all__ = ["Entry", "archive", "once", "post_ids", "post_name", "post_text", "site_text"]
