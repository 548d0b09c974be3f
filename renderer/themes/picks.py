"""What a page sells, in three entries: for first screens that show it before anybody scrolls."""

from collections.abc import Sequence

from renderer.themes.views import Pick, SectionView

MOST = 3
_SELLING = ("menu", "products", "services", "pricing", "gallery")


def pick(sections: Sequence[SectionView]) -> tuple[Pick, ...]:
    """The best of the first list that sells something: what its owner marks comes first, what is sold out never."""
    for kind in _SELLING:
        for section in sections:
            if section.type == kind:
                items = [item for shelf in section.shelves for item in shelf.items]
                able = [item for item in items if item.name and item.status_kind != "sold_out"]
                able.sort(key=lambda item: not (item.highlight or item.status_kind == "popular"))
                return tuple(Pick(item, f"#{section.id}") for item in able[:MOST])
    return ()
