"""What a page sells, in three entries: for first screens that show it before anybody scrolls."""

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from renderer.themes.views import ItemView, Pick, SectionView

MOST = 3
_DEFINED = re.compile(r"<defs>.*?</defs>", re.DOTALL)
_SELLING = ("menu", "products", "services", "pricing", "gallery")


def pick(sections: Sequence[SectionView]) -> tuple[Pick, ...]:
    """The best of the first list that sells something: what its owner marks comes first, what is sold out never."""
    for kind in _SELLING:
        for section in sections:
            if section.type == kind:
                items = [item for shelf in section.shelves for item in shelf.items]
                able = [item for item in items if item.name and item.status_kind != "sold_out"]
                able.sort(key=lambda item: not (item.highlight or item.status_kind == "popular"))
                return tuple(Pick(_again(item), f"#{section.id}") for item in able[:MOST])
    return ()


def _again(item: ItemView) -> ItemView:
    """To be shown a second time: the drawing paints with the pattern of the first one, whose id it must not repeat."""
    return replace(item, motif=Markup(_DEFINED.sub("", item.motif))) if item.motif else item  # noqa: S704 - ours
