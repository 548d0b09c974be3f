"""What the rooms above hand to the edge beside the bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from aiohttp import web

from renderer.edge.ground import Ground


@dataclass(frozen=True, slots=True)
class View:
    """An answer shows a page of a public site: whoever counts visits is told."""

    website_id: str  # the UUID as text
    time_zone: str  # an IANA name
    heeds_dnt: bool = True  # DNT asks not to be told apart, as Sec-GPC always does


class Visit(NamedTuple):
    """What is told of a request that was answered with a View. `headers` finds names in any case."""

    website_id: str
    zone: str
    host: str
    path: str  # decoded, without the query
    query: str  # as it came
    headers: Mapping[str, str]
    client: str  # the address the edge trusts; "": unknown
    heeds_dnt: bool = True  # as View's


VIEW = web.ResponseKey("view", View)

# Set on an answer that is what it is because the database cannot be asked now: a kept one may stand in for it.
AWAY = web.ResponseKey("away", bool)


DETERMINED = frozenset({200, 301, 404, 410})
"""Statuses of answers that follow from their address, the only ones that anybody may keep."""


class Shared(web.Response):
    """An answer for whoever asks for the same address: the one type that is ever kept.

    It takes a `Ground`, which only the reading of a site without a password gives, so that whatever is behind a
    password cannot become one. What follows from more than the address is a web.Response.
    """

    def __init__(
        self, ground: Ground, *, status: int = 200, body: bytes = b"", headers: Mapping[str, str], zone: str | None
    ) -> None:
        """`zone`: the IANA name of the time zone whose day the answer may depend on; None: on none."""
        if status not in DETERMINED:
            raise ValueError(f"an answer of status {status} is not determined by its address")
        super().__init__(status=status, body=body, headers=headers)
        self.ground = ground
        self.zone = zone

    def set_cookie(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("an answer for everybody sets no cookie")


class SharedByHost(Shared):
    """The same for any path of a host, apart from those that belong to no site."""


class SharedAside(Shared):
    """What a host of a site says that is not the site's own one: it leads there."""


class Passing(web.Response):
    """Sent as if it were kept, to the byte, and never kept: it must not be told from a kept one that looks the same."""


class Forever(web.Response):
    """A file whose address holds the hash of its bytes: the same for everybody, on every host, as long as we run."""
