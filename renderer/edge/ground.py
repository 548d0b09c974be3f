"""What an answer stands on: which reading of which rows, and until when they say the same by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from renderer.edge.snapshot import Snapshot

# Whatever is logged without a site concerns every site.
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Ground:
    """Made by `sites.find_site` alone, for what strangers may all see.

    An answer that has one follows from its address and from rows that are logged under `subjects`: ids of sites, and
    tags of host names.
    """

    snapshot: Snapshot
    # time.monotonic() before the first statement.
    began: float
    # time.time() from which it may be otherwise although nobody wrote.
    expires: float
    site_id: UUID | None
    subjects: Sequence[UUID | str] = field(repr=False)
