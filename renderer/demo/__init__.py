"""The demo sites: content that came with the program, and the page that lists them.

`load` writes the tables every writer uses, as the owner of the database; the page reads only what `tapsite_edge` may
see. Deliberately nothing elsewhere knows of this room: to every other room a demo site is a site.
"""

from renderer.demo.cards import IndexSite, read_card
from renderer.demo.handlers import show_index
from renderer.demo.index import draw_index
from renderer.demo.load import DemoSite, load
from renderer.demo.queries import sites_for_index

__all__ = ["DemoSite", "IndexSite", "draw_index", "load", "read_card", "show_index", "sites_for_index"]
