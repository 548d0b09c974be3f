"""From a Site to whole documents."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import escape

from renderer.themes.drawn import Drawn
from renderer.themes.site import Site
from renderer.themes.source import PostSource


def draw_page(site: Site, path: str, posts: Sequence[PostSource], now: datetime) -> Drawn | None:
    """The page at `path` (`/`, `/tentang`), or None when the site has none there."""
    if path not in site.paths:
        return None
    return Drawn(f"<!doctype html><title>{escape(site.name)}</title><h1>{escape(site.name)}</h1>")


def draw_error(site: Site, status: int) -> Drawn:
    """A page that says what went wrong, in the site's own look."""
    return Drawn(f"<!doctype html><title>{status} {escape(site.name)}</title><h1>{status}</h1>")


def draw_password(site: Site, *, action: str, error: str | None, next_path: str) -> Drawn:
    """The form in front of a protected site: fields `password` and `next`; `error` is "wrong", "slow_down" or None."""
    return Drawn(
        f'<!doctype html><title>{escape(site.name)}</title><form method="post" action="{escape(action)}">'
        f'<input type="hidden" name="next" value="{escape(next_path)}">'
        '<input type="password" name="password"><button>OK</button></form>'
    )
