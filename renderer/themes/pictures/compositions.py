"""How the themes lay out the picture of a link preview: each as its own pages begin.

A composition gets a sheet, the title, the site's name (empty where that is the title), the foot's small print and the
site's corner radius. What is cut off by a messenger's square crop is never the title alone.
"""

from collections.abc import Callable

from renderer.themes.pictures.lettering import Face, set_lines
from renderer.themes.pictures.sheet import HEIGHT, WIDTH, Sheet

_EDGE = 64
_PAINTED = 0.86
"""Height of a line of capitals, in ems."""


def _rail(sheet: Sheet, title: str, name: str, foot: str, radius: str) -> None:
    """A label rail beside the text, and below it a panel of the motif."""
    body = 372
    sheet.fill((_EDGE, 64, WIDTH - _EDGE, 66), "line")
    sheet.fill((_EDGE, 60, body - 40, 68), "brand-edge")
    sheet.sign(_EDGE, 96, 56, radius, "ground")
    lines = _lines(sheet, name, body - 40 - _EDGE, 30)
    for index, line in enumerate(lines):
        sheet.say(line, _EDGE, 200 + 38 * index, 30, "ink", body - 40 - _EDGE, strong=True)
    sheet.title(title, (body, 92, WIDTH - _EDGE, 420), "ink", stand=0, largest=132)
    sheet.motif((body, 446, WIDTH, HEIGHT), ("motif-3", "motif-1", "ground", "motif-2"))
    for index, part in enumerate(foot.split(" · ")[::-1]):
        sheet.say(part, _EDGE, HEIGHT - 52 - 34 * index, 24, "muted", body - 24 - _EDGE)


def _board(sheet: Sheet, title: str, name: str, foot: str, radius: str) -> None:
    """A board in the brand's colour, the motif beside it, name and host on the wall below."""
    split, low = 744, 500
    sheet.fill((0, 0, split, low), "band")
    sheet.motif((split, 0, WIDTH, low), ("motif-3", "motif-1", "ground", "motif-2"))
    sheet.title(title, (_EDGE, 56, split - 48, low - 56), "on-band", largest=132)
    sheet.sign(_EDGE, low + 40, 52, radius, "ground")
    sheet.say(name or foot, _EDGE + 72, low + 77, 32, "ink", 560, strong=True)
    if name:
        sheet.say(foot, WIDTH - _EDGE, low + 77, 26, "muted", 460, end=True)


def _banner(sheet: Sheet, title: str, name: str, foot: str, radius: str) -> None:
    """Painted lettering, each line as wide as the cloth; three drawings below, edged by two rules."""
    sheet.fill((0, 0, WIDTH, 84), "band")
    sheet.say((name or foot).upper(), _EDGE, 56, 32, "on-band", 620, strong=True)
    if name:
        sheet.say(foot, WIDTH - _EDGE, 55, 26, "on-band", 420, end=True)
    sheet.fill((0, 428, WIDTH, 440), "brand-edge")
    sheet.fill((0, 446, WIDTH, 450), "ink")
    inks = (
        ("brand", "on-brand", "accent", "band-line"),
        ("board", "on-board", "on-board", "band"),
        ("cloth", "band", "accent", "band"),
    )
    for index, these in enumerate(inks):
        sheet.motif((400 * index, 456, 400 * (index + 1), HEIGHT), these, part=f"/{index}", step=96)
    _paint(sheet, title.upper(), (_EDGE - 8, 104, WIDTH - _EDGE + 8, 412))


def _paint(sheet: Sheet, text: str, box: tuple[float, float, float, float]) -> None:
    """Lines that all fill the width of the box, in as many as fill it best."""
    left, top, right, bottom = box
    if sheet.heading is None:
        return
    em = sheet.heading.at(100, sheet.heading_weight)
    tries = [_filling(_divided(text, em, count), em, right - left, bottom - top) for count in (1, 2, 3, 4)]
    _, lines = max(tries, key=lambda one: one[0])
    y = top + (bottom - top - sum(size * _PAINTED for _, size in lines)) / 2
    for line, size in lines:
        face = sheet.heading.at(size, sheet.heading_weight)
        y += size * _PAINTED
        sheet.pen.text((left, y - size * 0.07), line, fill=sheet.inks["brand-ink"], font=face, anchor="ls")


def _filling(lines: list[str], em: Face, wide: float, high: float) -> tuple[float, list[tuple[str, float]]]:
    """Each line at the size at which it fills the width, all of them smaller where they are too high; and how well they
    fill the box, in the smallest size of all."""
    sizes = [100 * wide / max(1.0, em.getlength(line)) for line in lines]
    fit = min(1.0, high / (sum(sizes) * _PAINTED))
    filled = min(1.0, sum(sizes) * _PAINTED / high)
    return min(sizes) * fit * filled, [(line, size * fit) for line, size in zip(lines, sizes, strict=True)]


def _divided(text: str, face: Face, count: int) -> list[str]:
    """At most `count` lines, as even as words allow."""
    width = face.getlength(text) / count
    for share in (1.0, 1.06, 1.12, 1.2, 1.3, 1.45, 1.7, 2.2):
        lines = set_lines(text, face, width * share)
        if len(lines) <= count:
            return lines
    return set_lines(text, face, width * 3)


def _frame(sheet: Sheet, title: str, name: str, foot: str, radius: str) -> None:
    """One framed work on its wires, and the wall text beside it."""
    sheet.fill((0, 44, WIDTH, 46), "ink")
    left, top, right, bottom = 72, 118, 592, 566
    for x in (left + 110, right - 110):
        sheet.fill((x, 46, x + 2, top), "edge")
    sheet.fill((left, top, right, bottom), "ink")
    sheet.fill((left + 6, top + 6, right - 6, bottom - 6), "brand")
    window = (left + 56, top + 56, right - 56, bottom - 64)
    sheet.fill((window[0] - 2, window[1] - 2, window[2] + 2, window[3] + 2), "ink")
    sheet.motif(window, ("ground", "ink", "muted", "edge"), step=112)
    text = 660
    end = sheet.title(title, (text, 112, WIDTH - _EDGE, 424), "ink", stand=0, largest=104, leading=1.06)
    y = max(end + 40, 470)
    sheet.fill((text, y, WIDTH - _EDGE, y + 2), "ink")
    sheet.say(name or foot, text, y + 44, 28, "ink", WIDTH - _EDGE - text, strong=True)
    if name:
        sheet.say(foot, text, y + 82, 24, "muted", WIDTH - _EDGE - text)


def _shelf(sheet: Sheet, title: str, name: str, foot: str, radius: str) -> None:
    """The sign above, cells with hairlines below, and on the shelf's edge a notched tag."""
    top, split, middle = 104, 760, 367
    sheet.fill((0, 0, WIDTH, top), "band")
    sheet.say(name or foot, 48, 66, 38, "on-band", 1100, strong=True)
    sheet.motif((split + 2, top, WIDTH, middle), ("cat-1", "motif-1", "motif-2", "raised"), step=120)
    sheet.motif((split + 2, middle + 2, WIDTH, HEIGHT), ("cat-2", "motif-1", "motif-2", "raised"), part="/2", step=120)
    sheet.fill((split, top, split + 2, HEIGHT), "line")
    sheet.fill((split, middle, WIDTH, middle + 2), "line")
    shelf = HEIGHT - 84
    sheet.fill((0, shelf, split, shelf + 3), "ink")
    sheet.title(title, (48, top + 40, split - 40, shelf - 30), "ink", stand=0, largest=118)
    wide = min(split - 60, 48 + _width(sheet, foot, 28) + 56)
    notch = 26
    tag = ((0, shelf + 3), (wide - notch, shelf + 3), (wide, shelf + 3 + notch), (wide, HEIGHT), (0, HEIGHT))
    sheet.shape(tag, "accent")
    sheet.say(foot, 48, HEIGHT - 30, 28, "on-accent", wide - 64, strong=True)


def _folio(sheet: Sheet, title: str, name: str, foot: str, radius: str) -> None:
    """A masthead between rules, the story's headline, and a plate in the next column."""
    column = 828
    sheet.fill((_EDGE, 40, WIDTH - _EDGE, 42), "ink")
    if name and sheet.heading is not None and sheet.heading.known(name) == name:
        sheet.title(name, (_EDGE, 48, WIDTH - _EDGE, 132), "ink", most=1, largest=64)
    else:
        sheet.say(name or foot, _EDGE, 104, 40, "ink", WIDTH - 2 * _EDGE, strong=True)
    sheet.fill((_EDGE, 138, WIDTH - _EDGE, 146), "accent")
    sheet.fill((_EDGE, 150, WIDTH - _EDGE, 152), "ink")
    sheet.fill((column, 176, column + 1, HEIGHT - 56), "line")
    sheet.title(title, (_EDGE, 168, column - 36, HEIGHT - 104), "ink", stand=0, largest=86)
    plate = (column + 36, 180, WIDTH - _EDGE, HEIGHT - 104)
    sheet.fill((plate[0] - 2, plate[1] - 2, plate[2] + 2, plate[3] + 2), "ink")
    sheet.motif(plate, ("sunk", "motif-1", "motif-2", "motif-3"), step=128)
    sheet.fill((_EDGE, HEIGHT - 84, WIDTH - _EDGE, HEIGHT - 81), "ink")
    sheet.say(foot, _EDGE, HEIGHT - 46, 25, "muted", WIDTH - 2 * _EDGE)


def _width(sheet: Sheet, text: str, size: float) -> float:
    return sheet.strong(size).getlength(text) if text else 0


def _lines(sheet: Sheet, text: str, width: float, size: float) -> list[str]:
    return set_lines(text, sheet.strong(size), width)[:3] if text else []


COMPOSITIONS: dict[str, Callable[[Sheet, str, str, str, str], None]] = {
    "rail": _rail,
    "board": _board,
    "banner": _banner,
    "frame": _frame,
    "shelf": _shelf,
    "folio": _folio,
}
