"""What stands in the console's navigation: a line for each screen that is entered from everywhere, or from its site."""

from dataclasses import dataclass

from renderer.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Item:
    """`word` is a key of the words. `{site_id}` in a tab's path is the site's."""

    path: str
    word: str


@dataclass(frozen=True, slots=True)
class Shown:
    path: str
    word: str
    current: bool


ITEMS = (Item("/", "nav_overview"),)
TABS = (
    Item("/sites/{site_id}", "tab_overview"),
    Item("/sites/{site_id}/leads", "tab_leads"),
    Item("/sites/{site_id}/prices", "tab_prices"),
    Item("/sites/{site_id}/facts", "tab_facts"),
)


def items(visit: Visit) -> list[Shown]:
    """For who is signed in; nothing for anybody else."""
    if visit.entered is None:
        return []
    here = visit.request.path
    return [
        Shown(item.path, item.word, here == item.path or (item.path != "/" and here.startswith(f"{item.path}/")))
        for item in ITEMS
    ]


def tabs(visit: Visit) -> list[Shown]:
    """Of the site that the screen is about."""
    here, root = visit.request.path, TABS[0].path
    shown = []
    for item in TABS:
        path = item.path.format(site_id=visit.site.id)
        current = here == path or (item.path != root and here.startswith(f"{path}/"))
        shown.append(Shown(path, item.word, current))
    return shown
