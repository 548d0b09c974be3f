"""Garbage is looked for seldom, and found all the same."""

import asyncio
import gc
import weakref

import pytest

from renderer.workers import garbage


class Circle:
    def __init__(self) -> None:
        self.itself = self


def full_collections() -> int:
    return gc.get_stats()[2]["collections"]


async def test_keeping_a_million_objects_is_no_reason_to_look_through_everything() -> None:
    with garbage.seldom():
        before = full_collections()
        kept = [[number] for number in range(1_000_000)]
        assert full_collections() == before
    assert len(kept) == 1_000_000


async def test_a_young_circle_is_found_without_a_full_look() -> None:
    with garbage.seldom():
        gone = weakref.ref(Circle())
        before = full_collections()
        kept = [[number] for number in range(garbage.YOUNG * 2)]
        assert gone() is None
        assert full_collections() == before
    assert kept


async def test_an_old_circle_is_found_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    old = Circle()
    gc.collect()  # it is among the oldest now
    monkeypatch.setattr(garbage, "FULL_SECONDS", 0.02)
    gone = weakref.ref(old)
    with garbage.seldom():
        del old
        for _ in range(500):
            if gone() is None:
                break
            await asyncio.sleep(0.01)
        assert gone() is None


async def test_what_was_set_before_is_set_again() -> None:
    before = gc.get_threshold()
    with garbage.seldom():
        assert gc.get_threshold() == (garbage.YOUNG, garbage.MIDDLE, garbage.FULL)
    assert gc.get_threshold() == before
