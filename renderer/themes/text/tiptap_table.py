"""Tables of TipTap documents, planned before they are written: in HTML's table model no two cells may overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from renderer.themes.text.tiptap_nodes import attrs_of, children, kind_of, whole

_WIDEST_SPAN = 50
_MOST_SPANNED = 5_000
_MOST_COLUMNS = 100
_MOST_FILLED = 200
"""Cells that short rows get."""
_CELLS = {"tableCell": "td", "table_cell": "td", "tableHeader": "th", "table_header": "th"}
_ROWS = frozenset({"tableRow", "table_row"})


@dataclass(slots=True)
class Cell:
    tag: str
    content: Any
    width: int = 1
    height: int = 1

    @property
    def opening(self) -> str:
        wide = f' colspan="{self.width}"' if self.width > 1 else ""
        tall = f' rowspan="{self.height}"' if self.height > 1 else ""
        return f"<{self.tag}{wide}{tall}>"


def plan_table(nodes: Iterable[Any], most: int) -> tuple[int, list[list[Cell]]]:
    """The number of columns (0: rows differ, or there are too many) and the rows, of `most` rows and cells together.

    What is no row or no cell gets one of its own, and a short row empty cells, unless they would be very many. Where
    spans would make cells overlap, every cell takes one place. A span reaches no further than the table, nor over a row
    or a column in which no cell begins: there is none.
    """
    rows: list[list[Cell]] = []
    filled = [0]  # how many of the rows so far have cells
    for row in map(_row, nodes):
        most -= 1 + len(row) if row else 0
        if most < 0:
            break
        rows.append(row)
        filled.append(filled[-1] + bool(row))
    for number, row in enumerate(rows):
        for cell in row:
            cell.height = filled[min(number + cell.height, len(rows))] - filled[number]
    rows = [row for row in rows if row]
    columns = _fit(rows)
    if columns is None:
        for row in rows:
            for cell in row:
                cell.width = cell.height = 1
        columns = _fit(rows) or 0
    return columns if columns <= _MOST_COLUMNS else 0, rows


def _row(node: Any) -> list[Cell]:
    return [_cell(child) for child in (children(node) if kind_of(node) in _ROWS else (node,))]


def _cell(node: Any) -> Cell:
    tag = _CELLS.get(kind_of(node))
    if tag is None:
        return Cell("td", (node,))
    attrs = attrs_of(node)
    if "colspan" not in attrs and "rowspan" not in attrs:
        return Cell(tag, children(node))
    width = whole(attrs.get("colspan"), 1, _WIDEST_SPAN) or 1
    return Cell(tag, children(node), width, whole(attrs.get("rowspan"), 1, _WIDEST_SPAN) or 1)


def _fit(rows: list[list[Cell]]) -> int | None:
    """Columns of a table whose rows fill a rectangle, 0 when they do not, None when cells overlap (HTML §4.9.12)."""
    if all(cell.width == 1 and cell.height == 1 for row in rows for cell in row):
        return _fill(rows, [len(row) for row in rows])
    if sum(cell.width for row in rows for cell in row) > _MOST_SPANNED:
        return None
    taken: list[int] = []  # for each column, how many rows the cell above still reaches down
    placed: list[tuple[Cell, int]] = []
    reached: list[int] = []  # for each row, how many of its places are taken
    most = 0
    for row in rows:
        place = 0
        for cell in row:
            while place < len(taken) and taken[place]:
                place += 1
            taken.extend([0] * (place + cell.width - len(taken)))
            if any(taken[place : place + cell.width]):
                return None
            taken[place : place + cell.width] = [cell.height] * cell.width
            placed.append((cell, place))
            place += cell.width
        most = max(most, len(taken))
        reached.append(len(taken) - taken.count(0))
        taken = [left - 1 if left else 0 for left in taken]
        while taken and not taken[-1]:
            taken.pop()
    if _narrow(placed, most):
        return _fit(rows)
    return _fill(rows, reached)


def _fill(rows: list[list[Cell]], reached: list[int]) -> int:
    """Columns of rows that fill so many places each, the shorter ones filled up; 0 where that would be too much."""
    columns = max(reached, default=0)
    if columns * len(rows) - sum(reached) > _MOST_FILLED:
        return 0
    for row, length in zip(rows, reached, strict=True):
        row += [Cell("td", ()) for _ in range(columns - length)]
    return columns


def _narrow(placed: list[tuple[Cell, int]], columns: int) -> bool:
    """Leave out the columns in which no cell begins; whether there were any. Nobody sees the difference."""
    begun = {place for _, place in placed}
    if len(begun) == columns:
        return False
    before = [0, *accumulate(place in begun for place in range(columns))]
    for cell, place in placed:
        cell.width = before[place + cell.width] - before[place]
    return True
