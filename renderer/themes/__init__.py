"""Themes: reading whatever a row holds, and drawing a valid, safe page from it.

Pure after `load_themes`: no I/O, no clock, no database. Nothing read from a row is ever compiled as a template,
and nothing in a row can make `read_site` or any `draw_…` raise.
"""

from renderer.themes.blog.draw import draw_list, draw_post, draw_twin
from renderer.themes.blog.feeds import MOST_POSTS as MOST_FEED_POSTS
from renderer.themes.blog.feeds import FeedPost, draw_feed
from renderer.themes.blog.listing import FEED_TYPES
from renderer.themes.blog.places import POSTS_A_PAGE, Place, read_place
from renderer.themes.blog.places import address as blog_address
from renderer.themes.contract.unread import unread_fields
from renderer.themes.draw import (
    MOST_KEPT,
    NO_FORMS,
    FormRows,
    draw_again,
    draw_error,
    draw_page,
    draw_password,
    forms_on,
    is_quickly_drawn,
    kept_page,
    next_change,
    today_of,
)
from renderer.themes.drawn import Asset, Drawn
from renderer.themes.load import Theme, ThemeError, Themes, load_themes
from renderer.themes.pictures.resizer import Resizer
from renderer.themes.pictures.rules import ImageRules
from renderer.themes.pings import CLICK_PATH, LIKE_PATH, OWN_PATH, VIEW_PATH, WAYS
from renderer.themes.read import read_heads, read_site
from renderer.themes.repair import Repair
from renderer.themes.site import Site
from renderer.themes.source import Around, Label, PostList, PostRow, PostSource, SiteSource
from renderer.themes.standalone import standalone

__all__ = [
    "CLICK_PATH",
    "FEED_TYPES",
    "LIKE_PATH",
    "MOST_FEED_POSTS",
    "MOST_KEPT",
    "NO_FORMS",
    "OWN_PATH",
    "POSTS_A_PAGE",
    "VIEW_PATH",
    "WAYS",
    "Around",
    "Asset",
    "Drawn",
    "FeedPost",
    "FormRows",
    "ImageRules",
    "Label",
    "Place",
    "PostList",
    "PostRow",
    "PostSource",
    "Repair",
    "Resizer",
    "Site",
    "SiteSource",
    "Theme",
    "ThemeError",
    "Themes",
    "blog_address",
    "draw_again",
    "draw_error",
    "draw_feed",
    "draw_list",
    "draw_page",
    "draw_password",
    "draw_post",
    "draw_twin",
    "forms_on",
    "is_quickly_drawn",
    "kept_page",
    "load_themes",
    "next_change",
    "read_heads",
    "read_place",
    "read_site",
    "standalone",
    "today_of",
    "unread_fields",
]
