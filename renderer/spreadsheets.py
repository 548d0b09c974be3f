"""Tables for spreadsheet programs: CSV (RFC 4180) in UTF-8 with a mark, and no cell that is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
"""Comes first: without it Excel reads UTF-8 as the system's own code page."""
SEPARATORS = {"id": ";"}
"""What Excel expects where the comma is the decimal sign; a comma elsewhere."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # fullwidth ones count in some programs
_MOST_CELL = 32_000
"""Excel takes 32,767 characters a cell."""


def safe_cell(text: str) -> str:
    """Text that no spreadsheet program takes for a formula (OWASP, CSV injection)."""
    text = text[:_MOST_CELL]
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def csv_lines(rows: Iterable[Sequence[str]], language: str) -> str:
    """Rows as lines, each cell safe and quoted, with the separator of a language (its tag)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATORS.get(language, ","), quoting=csv.QUOTE_ALL)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
