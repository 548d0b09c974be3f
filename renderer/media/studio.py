"""Drawing uploads beside the requests: one process a picture, few at once, each ended when it takes too long."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import asdict

from renderer.media.drawing import Drawn, Order, Refused
from renderer.themes.pictures.own import FALLBACK_STEPS, STEPS, TALLEST

SECONDS = 60.0
AT_ONCE = 1
"""Pictures drawn at once, a worker."""
MOST_WAITING = 6
_ORDER = json.dumps(asdict(Order(STEPS, FALLBACK_STEPS, TALLEST)))


class Busy(Exception):
    """More pictures are waiting to be drawn than anybody would wait for."""


class Studio:
    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING, seconds: float = SECONDS) -> None:
        self._turn = asyncio.Semaphore(at_once)
        self._left = at_once + most_waiting
        self._seconds = seconds

    async def draw(self, data: bytes) -> Drawn:
        """Raises Refused and Busy."""
        if not self._left:
            raise Busy
        self._left -= 1
        try:
            async with self._turn:
                return _read(await self._run(data))
        finally:
            self._left += 1

    async def _run(self, data: bytes) -> bytes:
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-m", "renderer.media.worker", _ORDER),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
        )
        try:
            async with asyncio.timeout(self._seconds):
                out, _ = await running.communicate(data)
        except TimeoutError:
            raise Refused("too_hard") from None
        finally:
            if running.returncode is None:
                with suppress(ProcessLookupError):
                    running.kill()
                await running.wait()
        if running.returncode != 0:  # it was ended for what it took, or its decoder fell
            raise Refused("too_hard")
        return out


def _read(out: bytes) -> Drawn:
    line, _, bodies = out.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise Refused(head["refused"])
    files, at = [], 0
    for name, length in head["files"]:
        files.append((name, bodies[at : at + length]))
        at += length
    return Drawn(head["width"], head["height"], head["fallback"], tuple(files))
