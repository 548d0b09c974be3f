"""What the change log told lately, for answers that were read before a commit and are stored after it.

Such an answer is never found by the reader of the log, which had passed before it was there: so it is held against what
was passed since it began. Remembered for two minutes; an answer that took longer to make is not kept.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from renderer.edge.ground import EVERYWHERE, Ground

Subject = UUID | str

REMEMBERED_SECONDS = 120.0
# Each takes some 400 bytes.
MOST_SUBJECTS = 50_000
# Transactions a subject is remembered with singly; of more, the newest speaks for all.
_MOST_SINGLY = 16


@dataclass(frozen=True, slots=True)
class Change:
    """A row of change_log."""

    website_id: UUID | None
    tag: str
    xid: int

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Under which names answers stand on it. A site is one subject, whatever part of it changed: its pages show
        its newest posts, its posts their neighbours, its lists its labels."""
        if self.website_id is None:
            return (EVERYWHERE,)
        # A host nobody had is its new owner's.
        named = self.tag.startswith(("subdomain:", "host:"))
        return (self.website_id, self.tag) if named else (self.website_id,)


@dataclass(slots=True)
class _Told:
    newest: int
    xids: set[int] | None
    at: float


@dataclass
class Recent:
    """`since`: time.monotonic() from which on everything that was told is remembered; before `start`, nothing is."""

    since: float = float("inf")
    _told: OrderedDict[Subject, _Told] = field(default_factory=OrderedDict)

    def start(self, began: float) -> None:
        """Forget all; the log is followed from a reading that began then."""
        self._told.clear()
        self.since = began

    def add(self, changes: Iterable[Change]) -> None:
        now = time.monotonic()
        for change in changes:
            for subject in change.subjects:
                told = self._told.pop(subject, None) or _Told(0, set(), now)
                told.newest, told.at = max(told.newest, change.xid), now
                if told.xids is not None:
                    told.xids.add(change.xid)
                    if len(told.xids) > _MOST_SINGLY:
                        told.xids = None
                self._told[subject] = told
        self._forget(now - REMEMBERED_SECONDS)

    def allows(self, ground: Ground) -> bool:
        """Whether an answer that is ready now is still what the database says, as far as the log was read."""
        if ground.began <= self.since:
            return False
        return all(self._saw_all(ground, subject) for subject in (*ground.subjects, EVERYWHERE))

    def _saw_all(self, ground: Ground, subject: Subject) -> bool:
        told = self._told.get(subject)
        if told is None or told.newest < ground.snapshot.xmin:
            return True
        return told.xids is not None and all(map(ground.snapshot.sees, told.xids))

    def _forget(self, before: float) -> None:
        while self._told:
            subject, told = next(iter(self._told.items()))
            if told.at > before and len(self._told) <= MOST_SUBJECTS:
                return
            del self._told[subject]
            self.since = max(self.since, told.at)
