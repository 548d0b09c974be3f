"""What a statement of PostgreSQL's saw: `xmin:xmax:xip,…` as pg_current_snapshot() writes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Transactions below `xmin` were over, those from `xmax` on yet to begin, `running` of those between under way."""

    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def read(cls, text: str) -> "Snapshot":
        """Raises ValueError for what is none."""
        xmin, xmax, running = text.split(":")
        return cls(int(xmin), int(xmax), frozenset(int(xid) for xid in running.split(",") if xid))

    def sees(self, xid: int) -> bool:
        """Whether what a transaction wrote was to be seen, once it is known to have been committed."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)

    def __str__(self) -> str:
        return f"{self.xmin}:{self.xmax}:{','.join(map(str, sorted(self.running)))}"
