"""One request to the console, as its handlers see it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
from aiohttp import web

from renderer.console import doors
from renderer.console.site_card import SiteCard
from renderer.edge.body import read_body
from renderer.edge.urlencoded import read_pairs
from renderer.keys import SETTINGS
from renderer.settings import Settings

if TYPE_CHECKING:
    from renderer.db.lease import Connection

FORM = "application/x-www-form-urlencoded"
MOST_BODY = 1_048_576
"""Bytes of a form: the longest post there may be, each letter as nine bytes. What sends more reads its body itself."""
MOST_FIELDS = 500
MOST_PAGES = 1_000
FORM_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in."""

    id: UUID
    email: str
    full_name: str | None
    is_verified: bool
    session_id: UUID

    @property
    def shown_name(self) -> str:
        return (self.full_name or "").strip() or self.email

    @property
    def counted_as(self) -> str:
        """What attempts of who is signed in are counted as (`attempts.admit`)."""
        return f"session {self.session_id}"


@dataclass(slots=True)
class Visit:
    """`params` are the path's. `user` is there wherever the screen asks for more than anyone, `site` where it asks for
    the owner."""

    request: web.Request
    pool: asyncpg.Pool
    language: str
    params: Mapping[str, str] = field(default_factory=dict)
    entered: User | None = None
    owned: SiteCard | None = None
    has_several: bool = False
    """Sites; said by the screens that are about all of them."""

    @property
    def user(self) -> User:
        assert self.entered is not None  # noqa: S101 - dispatch lets nobody else in
        return self.entered

    @property
    def site(self) -> SiteCard:
        assert self.owned is not None  # noqa: S101 - the same
        return self.owned

    @property
    def settings(self) -> Settings:
        return self.request.app[SETTINGS]

    @property
    def page(self) -> int:
        """Of a list, as `?page=` says it: 1 to MOST_PAGES; 1 for whatever else stands there."""
        text = self.request.query.get("page", "1")
        if not (text.isascii() and text.isdigit()) or len(text) > 9:
            return 1
        return min(max(int(text), 1), MOST_PAGES)

    @asynccontextmanager
    async def db(self, user_id: UUID | None = None) -> "AsyncIterator[Connection]":
        """A transaction that sees the rows of the signed-in owner alone, whatever is asked; of nobody where there is
        none. Leave it before drawing. `user_id` is for who is only just signing in."""
        owner = user_id or (self.entered.id if self.entered else None)
        async with self.pool.acquire(timeout=self.settings.database.connect_seconds) as conn, conn.transaction():
            await doors.name_owner(conn, owner, self.owned.id if self.owned else None)
            yield conn

    async def form(self) -> "Form":
        """The posted form. Raises web.HTTPException: 400 malformed, 408 too slow, 413 too large, 415 no plain form."""
        body = await read_body(self.request, (FORM,), most=MOST_BODY, seconds=FORM_SECONDS)
        try:
            pairs = [(name.decode(), value.decode()) for name, value in read_pairs(body, MOST_FIELDS)]
        except ValueError:  # not UTF-8, or too many fields
            raise web.HTTPBadRequest from None
        if any("\0" in part for pair in pairs for part in pair):
            raise web.HTTPBadRequest  # PostgreSQL has no such text
        return Form(pairs)


def read_id(text: str) -> UUID:
    """An id that an address or a field names. Raises web.HTTPNotFound: nothing has what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise web.HTTPNotFound from None


class Form:
    """Fields as they were sent, line ends as LF."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = [(name, value.replace("\r\n", "\n")) for name, value in pairs]

    def text(self, name: str) -> str:
        """The first value, without white space around it; "" where there is none."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """The first value as it was typed: for passwords."""
        return next((value for key, value in self._pairs if key == name), "")

    def texts(self, name: str) -> list[str]:
        """All values."""
        return [value.strip() for key, value in self._pairs if key == name]

    def items(self) -> list[tuple[str, str]]:
        """Names and values of all, as they were typed."""
        return self._pairs

    def ticked(self, name: str) -> bool:
        return bool(self.text(name))
