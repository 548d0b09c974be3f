"""Themes: reading whatever a row holds, and drawing a valid, safe page from it.

Pure after `load_themes`: no I/O, no clock, no database. Nothing read from a row is ever compiled as a template,
and nothing in a row can make `read_site`, `draw_page`, `draw_error` or `draw_password` raise.
"""

from renderer.themes.draw import MOST_KEPT, draw_error, draw_page, draw_password, kept_page, next_change
from renderer.themes.drawn import Asset, Drawn
from renderer.themes.load import Theme, ThemeError, Themes, load_themes
from renderer.themes.pictures.resizer import Resizer
from renderer.themes.pictures.rules import ImageRules
from renderer.themes.repair import Repair
from renderer.themes.site import Site, read_site
from renderer.themes.source import PostSource, SiteSource
from renderer.themes.standalone import standalone

__all__ = [
    "MOST_KEPT",
    "Asset",
    "Drawn",
    "ImageRules",
    "PostSource",
    "Repair",
    "Resizer",
    "Site",
    "SiteSource",
    "Theme",
    "ThemeError",
    "Themes",
    "draw_error",
    "draw_page",
    "draw_password",
    "kept_page",
    "load_themes",
    "next_change",
    "read_site",
    "standalone",
]
