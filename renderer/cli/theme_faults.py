"""What is wrong with a folder of themes, one line a fault: file and reason."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

from renderer.cli.theme_fixture import COUNTS, bare_post, fixture, full_post, post_list, section
from renderer.themes import Around, Drawn, Place, Theme, Themes, draw_list, draw_page, draw_post, palette
from renderer.themes.colour import contrast

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_NOW = datetime(2026, 1, 5, 5, tzinfo=UTC)


def faults(root: Path, themes: Themes, theme: Theme) -> Iterator[str]:
    folder = root / theme.id
    yield from _licences(folder)
    yield from _contrast(folder, theme)
    yield from _pages(folder, themes, theme)
    yield from _blog(folder, themes, theme)


def _licences(folder: Path) -> Iterator[str]:
    fonts = folder / "static" / "fonts"
    named = [path.stem.removeprefix("LICENSE-") for path in fonts.glob("LICENSE-*.txt")]
    for font in sorted(fonts.glob("*.woff2")):
        if not any(font.stem.startswith(name) for name in named):
            yield f"{font}: no licence beside it (LICENSE-<family>.txt)"


def _contrast(folder: Path, theme: Theme) -> Iterator[str]:
    file = folder / "theme.toml"
    for name, scheme in theme.manifest.schemes.items():
        for key, value in scheme.color.items():
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
                yield f"{file}: schemes.{name}.color.{key} is {value!r}, not a colour like #0b6e4f"
                break
        else:
            if "primary" not in scheme.color:
                yield f"{file}: schemes.{name}.color has no primary"
                continue
            own = {key: scheme.color.get(key) for key in ("accent", "ground", "ink")}
            seeds = palette.Seeds(scheme.color["primary"], **own, character=scheme.character)
            for mode, shades in (("light", palette.light(seeds)), ("dark", palette.dark(seeds))):
                for ink, ground in sorted(palette.PAIRS):
                    ratio = contrast(shades[ink], shades[ground])
                    if ratio < palette.AA:
                        where = f"{file}: schemes.{name}, {mode}"
                        yield f"{where}: {ink} on {ground} is {ratio:.2f}:1, needs {palette.AA}:1"


def _pages(folder: Path, themes: Themes, theme: Theme) -> Iterator[str]:
    for variant in theme.manifest.variants:
        for kind, said in theme.manifest.sections.items():
            for shown in said.variants:
                for count in COUNTS:
                    where = f"{folder / 'templates'}: {kind}, variant {shown} of {variant}, {count} items"
                    yield from _fault(where, partial(_page, themes, theme, kind, count, shown, variant))


def _page(themes: Themes, theme: Theme, kind: str, count: int, shown: str, variant: str) -> Drawn | None:
    return draw_page(fixture(themes, theme, [(section(kind, count), shown)], variant), "/", [], _NOW)


def _blog(folder: Path, themes: Themes, theme: Theme) -> Iterator[str]:
    lists = {"index": post_list(5), "tag": post_list(2), "search": post_list(0)}
    for variant in theme.manifest.variants:
        site = fixture(themes, theme, [], variant)
        for name, (post, around) in {"full": full_post(), "bare": (bare_post(), Around())}.items():
            where = f"{folder / 'templates' / 'post.html'}: a {name} post, {variant}"
            yield from _fault(where, partial(draw_post, site, post, around, _NOW))
        for kind, found in lists.items():
            where = f"{folder / 'templates' / 'posts.html'}: {kind}, {len(found.posts)} posts, {variant}"
            yield from _fault(where, partial(draw_list, site, Place(kind, "resep"), found, _NOW))


def _fault(where: str, draw: Callable[[], Drawn | None]) -> Iterator[str]:
    try:
        drawn = draw()
    except Exception as error:  # whatever a template does wrong is its author's to read
        yield f"{where}: {type(error).__name__}: {error}"
        return
    if drawn and (fault := malformed(drawn.html)):
        yield f"{where}: {fault}"


def malformed(html: str) -> str | None:
    """The first element that is closed by another, never closed, or named by an id that stands there twice."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.fault is None and reader.open:
        return f"<{reader.open[-1]}> is never closed"
    return reader.fault


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.fault: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._named(attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._named(attrs)

    def handle_endtag(self, tag: str) -> None:
        last = self.open.pop() if self.open else None
        if last != tag:
            self.fault = self.fault or f"</{tag}> closes {f'<{last}>' if last else 'nothing'}"

    def _named(self, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id")
        if name in self.ids:
            self.fault = self.fault or f"the id {name!r} stands there twice"
        if name:
            self.ids.add(name)
