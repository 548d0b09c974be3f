"""Links that lead to the owner, marked so that the browser tells this site when one is followed.

`ping` (HTML, hyperlink auditing) needs no script, delays nothing and leaves the link as it is. Firefox does not send
it, so what is counted is the least there was.
"""

import re

from renderer.themes.text.words import CHANNEL_NAMES

CLICK_PATH = "/_seen/click"
LIKE_PATH = "/_seen/like"
VIEW_PATH = "/_seen/view"
WAYS = frozenset({"whatsapp", "phone", "email", "route", "channel", *CHANNEL_NAMES})
"""What may be told of."""

_OF_KIND = {"whatsapp": "whatsapp", "phone": "phone", "email": "email", "map": "route"}
_PING = re.compile(rf' ping="{CLICK_PATH}\?to=[a-z_]+"')
# Without a number it is a share link, and names nobody.
_SHARED = "https://wa.me/?"


def ping_of(kind: str, way: str, href: str) -> str:
    """The attribute of a link of that kind; empty where it does not lead to the owner."""
    way = way or _OF_KIND.get(kind, "")
    return f' ping="{CLICK_PATH}?to={way}"' if way and not href.startswith(_SHARED) else ""


def without_pings(html: str) -> str:
    return _PING.sub("", html)
