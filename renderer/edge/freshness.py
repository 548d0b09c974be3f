"""Whether what is kept may be sent: as it is, once more while it is made anew, or because nothing newer can be had."""

import time

from renderer.edge.kept import Kept
from renderer.edge.reader import Reader
from renderer.tally import Tally

RENEWAL_SECONDS = 1.0
"""How long an answer whose time is up is sent while another is made: no longer than a change may take to be seen."""


class Freshness:
    """Of one worker's answers. `reader` follows the change log; without one nothing may be sent."""

    def __init__(self, stale_seconds: float, tally: Tally) -> None:
        """`stale_seconds`: how long answers are sent on after the log could be read last."""
        self.reader: Reader | None = None
        self._stale_seconds = stale_seconds
        self._tally = tally

    @property
    def is_trusted(self) -> bool:
        """Whether the log was read so lately that what is kept is known to be true."""
        return self.reader is not None and time.monotonic() < self.reader.trusted_until

    def is_good(self, kept: Kept) -> bool:
        """Whether it may be sent without asking the database."""
        reader = self.reader
        if reader is None:
            return False
        if time.monotonic() < reader.trusted_until:
            return time.time() < kept.expires
        if reader.is_away and self.may_be_stale():
            self._tally.stale += 1
            return True
        return False

    def may_be_renewed(self, kept: Kept) -> bool:
        """Whether it is over just now, without anything having changed: sent once more while it is made anew. Not
        where its rows said when they would say something else."""
        now, until = time.time(), kept.ground.expires if kept.ground is not None else 0.0
        return self.is_trusted and kept.expires <= now < min(kept.expires + RENEWAL_SECONDS, until)

    def may_be_stale(self) -> bool:
        """Whether the log could be read within the time that answers are sent without it."""
        return self.reader is not None and time.monotonic() < self.reader.read_at + self._stale_seconds
