"""What stands in the console's navigation: a line for each screen that is entered from everywhere, or from its site."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from renderer.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Item:
    """`word` is a key of the words. `{site_id}` in a tab's path is the site's. Tabs that stand `under` one word follow
    each other; they are one tab, with a row of their own below it."""

    path: str
    word: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    path: str
    word: str
    current: bool
    inner: tuple["Shown", ...] = ()


ITEMS: tuple[Item, ...] = (
    Item("/", "nav_overview"),
    Item("/account", "nav_account"),
)
TABS: tuple[Item, ...] = (
    Item("/sites/{site_id}", "tab_overview"),
    Item("/sites/{site_id}/leads", "tab_leads"),
    Item("/sites/{site_id}/posts", "tab_posts"),
    Item("/sites/{site_id}/statistics", "tab_statistics"),
    Item("/sites/{site_id}/prices", "tab_prices", "tab_shop"),
    Item("/sites/{site_id}/facts", "tab_facts", "tab_shop"),
    Item("/sites/{site_id}/texts", "tab_texts", "tab_site"),
    Item("/sites/{site_id}/pictures", "tab_pictures", "tab_site"),
    Item("/sites/{site_id}/draft", "tab_draft", "tab_site"),
    Item("/sites/{site_id}/look", "tab_look", "tab_site"),
    Item("/sites/{site_id}/colours", "tab_colours", "tab_site"),
    Item("/sites/{site_id}/order", "tab_order", "tab_site"),
    Item("/sites/{site_id}/search", "tab_search", "tab_site"),
    Item("/sites/{site_id}/previews", "tab_previews", "tab_site"),
    Item("/sites/{site_id}/domains", "tab_domains", "tab_site"),
)
ALL: tuple[Item, ...] = (
    Item("/", "tab_sites"),
    Item("/leads", "tab_leads"),
    Item("/domains", "tab_domains"),
)
"""Of who has several sites."""
ACCOUNT: tuple[Item, ...] = (
    Item("/account", "tab_profile"),
    Item("/account/security", "tab_security"),
    Item("/account/tokens", "tab_tokens"),
)


def items(visit: Visit) -> list[Shown]:
    """For who is signed in; nothing for anybody else."""
    if visit.entered is None:
        return []
    here = visit.request.path
    if here in {item.path for item in ALL}:
        here = "/"
    return [
        Shown(item.path, item.word, here == item.path or (item.path != "/" and here.startswith(f"{item.path}/")))
        for item in ITEMS
    ]


def tabs(visit: Visit) -> list[Shown]:
    """Of the site that the screen is about, of all sites, or of the account."""
    here = visit.request.path
    if visit.owned is not None:
        listed, values = TABS, {"site_id": str(visit.owned.id)}
    elif visit.has_several:
        listed, values = ALL, {}
    elif visit.entered is not None and (here == "/account" or here.startswith("/account/")):
        listed, values = ACCOUNT, {}
    else:
        return []
    root, shown = listed[0], []
    for word, group in groupby(listed, lambda item: item.under or item.word):
        inner = tuple(_shown(item, values, here, item is root) for item in group)
        first = inner[0]
        grouped = word != first.word
        shown.append(Shown(first.path, word, any(one.current for one in inner), inner if grouped else ()))
    return shown


def _shown(item: Item, values: Mapping[str, str], here: str, is_root: bool) -> Shown:
    path = item.path.format(**values)
    return Shown(path, item.word, here == path or (not is_root and here.startswith(f"{path}/")))
