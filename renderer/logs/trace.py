"""Which request is being answered: its own id, and the trace that its client began.

Kept in a context variable from where the application is asked to answer, so that whatever is logged or called on the
way can say for whom. Ids say nothing: neither who asks nor how many did before.
"""

import random
import re
from contextvars import ContextVar
from dataclasses import dataclass

# W3C Trace Context, §3.2.2: version 00 ends here, later ones may go on after a dash; ff is no version.
_PARENT = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?\Z")
LONGEST = 512


@dataclass(frozen=True, slots=True)
class Trace:
    """A client's trace: 32 digits, its flags, two digits, and its own id in it, 16; empty where it began here."""

    id: str
    flags: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under way: its own id (16 hexadecimal digits), and its client's trace."""

    id: str
    trace: Trace | None = None

    @property
    def parent(self) -> str | None:
        """The traceparent of whatever is called to answer it: our id stands for us (W3C Trace Context, §3.2.2.4)."""
        return f"00-{self.trace.id}-{self.id}-{self.trace.flags}" if self.trace else None


ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


def new_id() -> str:
    """16 hexadecimal digits, not all zero. Drawn anew in a forked process (the standard library sees to it)."""
    return f"{random.getrandbits(64) or 1:016x}"


def read_trace(header: str | None) -> Trace | None:
    """What a traceparent header says; None where there is none, or none that is valid."""
    found = _PARENT.match(header) if header is not None and len(header) <= LONGEST else None
    if found is None or (found[1] == "00" and found[5]):
        return None
    return Trace(found[2], found[4], found[3])
