"""More connections than a worker has room for: of whoever holds the most, those give way that nobody asks on.

Each may wait for minutes, takes memory, and is one of the files that a process may have open, which its database needs
as well. A stranger who asks for one page a minute on each of thousands would leave nobody else any.
"""

import resource
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from renderer.edge.client_address import network_of

MOST = 10_000
"""Of a worker; some 40 MB while they wait."""
_SHARE = 4
"""So large a part of them gives way at once: looking for them takes as long as a page."""
LOOK_SECONDS = 0.1


class Connection(Protocol):
    @property
    def peer(self) -> str | None:
        """The other side's address."""

    @property
    def waits_since(self) -> float | None:
        """The loop's time since when nothing is asked; None while something is."""

    @property
    def has_asked(self) -> bool:
        """Whether anything was ever asked."""

    def force_close(self) -> None: ...


def most_connections() -> int:
    """A quarter of what may be open is for all that is no connection."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else min(MOST, soft * 3 // 4)


def thin_out(connections: Iterable[Connection], most: int) -> int:
    """Close some; how many. None of those on which something is under way."""
    waiting = [
        (network_of(one.peer or ""), one.has_asked, since, number, one)
        for number, one in enumerate(connections)
        if (since := one.waits_since) is not None
    ]
    held = Counter(network for network, *_ in waiting)
    # Who never asked for anything before who did, then who waits the longest.
    waiting.sort(key=lambda found: (-held[found[0]], *found[1:4]))
    given_way = waiting[: max(1, most // _SHARE)]
    for *_, one in given_way:
        one.force_close()
    return len(given_way)
