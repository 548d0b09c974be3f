"""The owners' pages, on a host of their own: sign-in, sites, account. docs/console.md says how to add a screen.

`install` gives the application the handler that `find_the_site` hands everything on the console's host to. Screens and
who may enter them are listed in `screens.py`, and nothing else answers there. Deliberately not here: the content of
sites as HTML (sandboxed frames show it, from other origins), and anything that only an administrator may do.
"""

from aiohttp import web

from renderer.console.doors import EmailTaken, create_user, prune_sessions
from renderer.console.links import Made
from renderer.console.links import make as make_link
from renderer.console.neighbours import neighbour_of
from renderer.console.password_rules import fault_of as password_fault

__all__ = [
    "MOST_CONNECTIONS",
    "EmailTaken",
    "Made",
    "create_user",
    "install",
    "make_link",
    "neighbour_of",
    "password_fault",
    "prune_sessions",
    "warm_up",
]

MOST_CONNECTIONS = 4
"""A worker's; the sites come first."""


def warm_up() -> None:
    """Import the screens, before workers are forked, so that they share them. Who serves sites alone needs none."""
    from renderer.console import dispatch  # noqa: F401 a name is not what is wanted


def install(app: web.Application, url: str) -> None:
    """Serve the console of this application, of the database at `url`."""
    from renderer.console import dispatch

    dispatch.install(app, url)
