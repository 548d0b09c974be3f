"""What the rooms above hand to the edge beside the bytes."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web


@dataclass(frozen=True, slots=True)
class View:
    """An answer shows a page of a public site: whoever counts visits is told."""

    website_id: UUID
    time_zone: str  # an IANA name


VIEW = web.ResponseKey("view", View)


class Forever(web.Response):
    """A file whose address holds the hash of its bytes: the same for everybody, on every host, as long as we run."""
