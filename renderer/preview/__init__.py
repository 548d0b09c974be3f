"""Previews: what a site would be, shown to whoever has a signed link, on an origin of its own.

A link is exchanged for a host-only cookie; every page of the site is then drawn by the rooms that draw it for visitors,
over a transaction in which their queries read the views of schema preview (migration 0052). Nothing of it is kept,
counted or indexed: its site is a `PreviewSite`, which has no ground to keep an answer on.

Deliberately not here: who may make a link (the console asks, the operator commands), and editing.
"""

from renderer.preview.hosts import preview_host
from renderer.preview.serving import dressed, is_preview_host, keep_apart, serve

__all__ = ["dressed", "is_preview_host", "keep_apart", "preview_host", "serve"]
