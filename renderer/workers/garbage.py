"""When a worker looks for garbage: seldom, and never in the midst of a visit if it can be helped.

Nearly all objects end by their reference count. A full collection walks everything that a worker keeps, and with its
shelf full that is a tenth of a second and more in which it answers nobody, while it finds next to nothing.
"""

import asyncio
import gc
import random
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 10_000
"""More new objects than dead ones, until the new ones are looked through."""
MIDDLE = 50
"""Such looks, until those that have outlived some are looked through."""
FULL = 100_000
"""Of those looks, until Python itself would look through everything: never, in a worker's life."""
FULL_SECONDS = 3_600.0
"""Until everything is looked through all the same: errors and their tracebacks do make circles."""


@contextmanager
def seldom() -> Iterator[None]:
    """For as long as a worker serves. Needs a running loop."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, MIDDLE, FULL)
    looking = asyncio.get_running_loop().create_task(_look())
    try:
        yield
    finally:
        looking.cancel()
        gc.set_threshold(*before)


async def _look() -> None:
    while True:
        # Workers were born together, and should not all pause together.
        await asyncio.sleep(FULL_SECONDS * random.uniform(0.75, 1.25))  # noqa: S311 no secret
        gc.collect()
