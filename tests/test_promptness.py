"""Short turns: asked of the system for a worker's thread, and nothing else about it is changed."""

import ctypes
import os
import platform
import sys
import threading
from collections.abc import Callable

import pytest

from renderer.workers import promptness
from renderer.workers.promptness import TURN_SECONDS, ask_for_short_turns

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in ("x86_64", "aarch64"), reason="nothing to ask"
)


def in_a_thread(work: Callable[[], object]) -> object:
    """What it says there: turns are a thread's own."""
    said: list[object] = []
    thread = threading.Thread(target=lambda: said.append(work()))
    thread.start()
    thread.join()
    return said[0]


def turn() -> tuple[int, int, int]:
    """Policy, nice value and nanoseconds of a turn, as sched_getattr(2) tells them."""
    number = {"x86_64": 315, "aarch64": 275}[platform.machine()]
    told = ctypes.create_string_buffer(48)
    if ctypes.CDLL(None).syscall(number, 0, told, 48, 0) != 0:
        pytest.skip("the system does not say")
    _, policy, _, nice, _, nanoseconds, _, _ = promptness._ATTRIBUTES.unpack(told.raw)
    return policy, nice, nanoseconds


def test_a_thread_has_shorter_turns_and_so_have_those_it_starts() -> None:
    def ask() -> object:
        nice = os.getpriority(os.PRIO_PROCESS, 0)
        return ask_for_short_turns(), nice, turn(), in_a_thread(turn)

    asked, nice, own, started = in_a_thread(ask)  # type: ignore[misc]
    assert asked
    assert own[:2] == (os.SCHED_OTHER, nice)
    if own[2]:  # 0: a kernel older than 6.12
        assert own[2] == round(TURN_SECONDS * 1e9)
        assert started == own


def test_who_was_given_another_policy_keeps_it() -> None:
    def ask() -> object:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        return ask_for_short_turns(), os.sched_getscheduler(0)

    assert in_a_thread(ask) == (False, os.SCHED_BATCH)
