"""Which variant a section is drawn in: what was asked for, unless it cannot be, or its neighbour looks the same."""

from itertools import pairwise
from typing import Any

import pytest

from renderer.themes.grid import cells
from renderer.themes.layouts import set_layouts
from renderer.themes.manifest import Section, SectionVariant
from renderer.themes.picks import pick
from renderer.themes.views import GroupView, ItemView, SectionView

COLUMNS, ROWS = SectionVariant(layout="columns"), SectionVariant(layout="rows")
BOTH = Section(variants={"default": COLUMNS, "rows": ROWS})
ONE = Section(variants={"default": COLUMNS})


def section(kind: str, variant: str = "", *, items: int = 3, groups: int = 0) -> SectionView:
    shown = tuple(ItemView(str(number), f"Item {number}") for number in range(items))
    shelves = tuple(GroupView(f"Group {number}", None, shown) for number in range(groups))
    return SectionView(kind, kind, variant, items=() if groups else shown, groups=shelves)


def drawn(sections: list[SectionView], **says: Section) -> list[str]:
    return [shown.layout for shown in set_layouts(sections, says)]


def test_neighbours_never_share_a_layout_where_there_is_another() -> None:
    assert drawn([section("a"), section("b"), section("c")], a=BOTH, b=BOTH, c=BOTH) == ["columns", "rows", "columns"]


def test_what_is_asked_for_gives_way_to_that() -> None:
    assert drawn([section("a", "rows"), section("b", "rows")], a=BOTH, b=BOTH) == ["rows", "columns"]
    assert drawn([section("a", "rows"), section("b")], a=BOTH, b=ONE) == ["rows", "columns"]


def test_a_type_with_one_variant_is_drawn_in_it_whatever_stands_above() -> None:
    assert drawn([section("a"), section("b")], a=ONE, b=ONE) == ["columns", "columns"]


def test_an_announcement_is_no_neighbour() -> None:
    says = {"announcement": Section(variants={"default": SectionVariant(layout="notice")}), "a": BOTH, "b": BOTH}
    shown = set_layouts([section("a"), section("announcement"), section("b")], says)
    assert [one.layout for one in shown] == ["columns", "notice", "rows"]


@pytest.mark.parametrize(("count", "chosen"), [(2, "few"), (4, "few"), (5, "many")])
def test_the_number_of_items_chooses_where_nothing_was_asked_for(count: int, chosen: str) -> None:
    says = Section(
        variants={"few": SectionVariant(layout="few", items=(1, 4)), "many": SectionVariant(layout="m", items=(5, 99))}
    )
    (shown,) = set_layouts([section("a", items=count)], {"a": says})
    assert shown.variant == chosen


def test_groups_are_drawn_by_a_variant_that_can() -> None:
    says = Section(variants={"flat": SectionVariant(groups=False), "shelves": SectionVariant(layout="shelves")})
    assert drawn([section("a", "flat", groups=2)], a=says) == ["shelves"]
    assert drawn([section("a", "flat")], a=says) == ["rows"]


def test_eight_sections_have_three_layouts_where_the_theme_has_them() -> None:
    three = Section(variants={**BOTH.variants, "wall": SectionVariant(layout="wall")})
    layouts = drawn([section(f"s{number}") for number in range(8)], **{f"s{number}": three for number in range(8)})
    assert len(set(layouts)) == 3
    assert all(one != other for one, other in pairwise(layouts))


@pytest.mark.parametrize(("count", "rows"), [(1, [1]), (4, [4]), (5, [5]), (7, [3, 3, 3, 4, 4, 4, 4]), (12, [4] * 12)])
def test_items_stand_in_rows_without_an_orphan(count: int, rows: list[int]) -> None:
    says = {"a": Section(variants={"default": SectionVariant(columns=5)})}
    (shown,) = set_layouts([section("a", items=count)], says)
    sizes = [int(item.cells.split("of")[1].split()[0]) for item in shown.items]
    assert sizes == (rows if len(rows) == count else rows * count)


def test_twelfths_are_named_where_a_row_divides_into_them() -> None:
    assert cells(3, 3) == ["w4 of3 t12", "w4 of3", "w4 of3"]
    assert cells(5, 5)[1] == "of5"


def test_a_page_shows_first_what_its_owner_marks_and_never_what_is_sold_out() -> None:
    items: list[dict[str, Any]] = [
        {"name": "Habis", "status_kind": "sold_out", "highlight": True},
        {"name": "Satu"},
        {"name": "Dua", "highlight": True},
        {"name": "Tiga", "status_kind": "popular"},
    ]
    menu = SectionView("menu", "menu", "", items=tuple(ItemView(str(n), **item) for n, item in enumerate(items)))
    assert [one.item.name for one in pick([menu])] == ["Dua", "Tiga", "Satu"]
    assert {one.href for one in pick([menu])} == {"#menu"}
    assert pick([section("faq")]) == ()
