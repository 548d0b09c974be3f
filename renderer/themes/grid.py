"""How many stand in a row, so that no count leaves an orphan: 5 is 2 + 3, 7 is 3 + 4, never 4 + 1."""


def row_sizes(count: int, most: int) -> list[int]:
    """Rows of at most `most`, differing by one at most, the shorter first (the first items are the strongest)."""
    if count <= 0:
        return []
    rows = -(-count // most)
    small, extra = divmod(count, rows)
    return [small] * (rows - extra) + [small + 1] * extra


def cells(count: int, most: int) -> list[str]:
    """Classes for each of `count` items: `of3` stands in a row of three on wide screens, `w4` in twelfths of it where
    they divide; `t12` is alone in its row of two on tablets."""
    classes: list[str] = []
    for size in row_sizes(count, most):
        classes += [f"of{size}" if 12 % size else f"w{12 // size} of{size}"] * size
    if count % 2 and classes:
        classes[0] += " t12"
    return classes
