"""Which part of a picture stays when it is cropped: one of nine places, as style sheets know them (`.f-lt`). Pure."""

from collections.abc import Sequence

CENTRE = "cm"
PLACES = tuple(f"{x}{y}" for y in "tmb" for x in "lcr")
"""Row by row: left, centre, right of top, middle, bottom."""
_THIRDS = (0.17, 0.5, 0.83)


def place_of(focus: Sequence[float]) -> str:
    """Of a point, 0…1 from the left and the top; the centre for what is none."""
    if len(focus) < 2:
        return CENTRE
    x, y = (min(2, int(min(1.0, max(0.0, value)) * 3)) for value in focus[:2])
    return f"{'lcr'[x]}{'tmb'[y]}"


def point_of(place: str) -> list[float]:
    """The middle of one of `PLACES`."""
    return [_THIRDS["lcr".index(place[0])], _THIRDS["tmb".index(place[1])]]
