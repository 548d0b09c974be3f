"""What is said of a database that is away: a line when it begins, and a line with a count when it is over, however many
requests and workers found it so."""

import logging
import time

from renderer.tally import Board

log = logging.getLogger(__name__)

QUIET_SECONDS = 5.0
"""Over is what nobody missed the database for so long: one that comes and goes is one outage."""


class Outages:
    """One a worker; all of them follow what the workers count, the first of those that are alive speaks."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._known = [one.counts["unanswered"] for one in board.read()]
        # Counts and time.monotonic() when it began, and when it was last missed; None: it is there.
        self._began: tuple[float, float] | None = None
        self._missed_at = 0.0

    def look(self, *, reached: bool) -> None:
        """About once a second, after publishing. `reached`: the database answered lately."""
        now, seen = time.monotonic(), self._board.read()
        speaks = next((place for place, one in enumerate(seen) if one.is_alive), None) == self._board.place
        before, self._known = self._known, [one.counts["unanswered"] for one in seen]
        faults = [one.fault for one, was in zip(seen, before, strict=True) if one.counts["unanswered"] > was]
        if faults:
            self._missed_at = now
            if self._began is None:
                self._began = sum(before), now
                if speaks:
                    log.warning("database unavailable: %s; what needs it is answered 503", faults[0])
        elif self._began is not None and reached and now - self._missed_at >= QUIET_SECONDS:
            (count, began), self._began = self._began, None
            if speaks:
                missed, seconds = int(sum(self._known) - count), round(self._missed_at - began)
                log.warning("database available again: %d requests in %d s were answered 503", missed, seconds)
