"""The longest pause that garbage collection makes while 500 sites are read and drawn onto a shelf."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from time import process_time
from uuid import UUID

from bench import Figure
from bench.page import NOW, ROOT, eighteen_sections, source
from renderer.shelf import Shelf
from renderer.themes import Themes, load_themes
from renderer.workers import garbage

SITES = 500


def run() -> list[Figure]:
    themes = load_themes(ROOT / "themes")
    gc.collect()
    gc.freeze()
    usual = asyncio.run(_longest(themes, seldom=False))
    gc.collect()
    ours = asyncio.run(_longest(themes, seldom=True))
    gc.unfreeze()
    return [Figure(f"longest collection while {SITES} sites are read", ours, 10, usual, "Python's own schedule")]


async def _longest(themes: Themes, *, seldom: bool) -> float:
    row = source(eighteen_sections())
    shelf = Shelf(themes)
    with garbage.seldom() if seldom else nullcontext(), _timed() as pauses:
        for number in range(SITES):
            site = await shelf.read(replace(row, id=UUID(int=number), subdomain=f"site{number}"))
            await shelf.draw(site, "/", [], NOW)
    shelf.close()
    return max(pauses) * 1_000


@contextmanager
def _timed() -> Iterator[list[float]]:
    pauses = [0.0]

    def note(phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            pauses.append(-process_time())
        else:
            pauses[-1] += process_time()

    gc.callbacks.append(note)
    try:
        yield pauses
    finally:
        gc.callbacks.remove(note)
