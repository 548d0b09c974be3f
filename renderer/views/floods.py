"""Views of one client beyond what people do: a loop that asks for pages would fill partitions as fast as it is
answered, and its owner's figures with visitors that nobody was. They are counted as that, and are no views."""

from renderer.edge.client_address import network_of
from renderer.edge.limits import SPAN

MOST_CLIENTS = 100_000
"""Of all sites in ten minutes; who comes after them is not counted here."""


class Floods:
    """One a worker, which counts its own. Addresses are not kept: a number stands for one, which no other process
    makes of it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._span = 0
        self._taken: dict[int, int] = {}

    def is_beyond(self, website_id: str, client: str, at: float) -> bool:
        """Count one more view at `at` (seconds since 1970), and say whether that is more than `most` in its ten
        minutes. Who is not known by an address ("") is nobody's flood."""
        if not client:
            return False
        span = int(at) // SPAN
        if span != self._span:
            self._span, self._taken = span, {}
        who = hash((website_id, network_of(client)))
        taken = self._taken.get(who, 0) + 1
        if taken > 1 or len(self._taken) < MOST_CLIENTS:
            self._taken[who] = taken
        return taken > self._most
