"""Links that lead to the owner, marked so that the page's script tells this site when one is followed.

The attribute `ping` would need no script, but checkers take its own-site addresses for errors, and Firefox sends none.
"""

import re

from renderer.themes.text.words import CHANNEL_NAMES

CLICK_PATH = "/_seen/click"
LIKE_PATH = "/_seen/like"
VIEW_PATH = "/_seen/view"
OWN_PATH = "/_seen/own"
WAYS = frozenset({"whatsapp", "phone", "email", "route", "channel", *CHANNEL_NAMES})
"""What may be told of."""

_OF_KIND = {"whatsapp": "whatsapp", "phone": "phone", "email": "email", "map": "route"}
_MARK = re.compile(r' data-way="[a-z_]+"')
# Without a number it is a share link, and names nobody.
_SHARED = "https://wa.me/?"


def mark_of(kind: str, way: str, href: str) -> str:
    """The attribute of a link of that kind; empty where it does not lead to the owner."""
    way = way or _OF_KIND.get(kind, "")
    return f' data-way="{way}"' if way and not href.startswith(_SHARED) else ""


def without_marks(html: str) -> str:
    return _MARK.sub("", html)
