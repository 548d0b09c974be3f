"""sql/queries/media.sql as typed functions."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from renderer.db import queries
from renderer.themes.pictures.own import NAME, OwnPicture

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("media")


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that a site has, as whoever serves it knows it."""

    id: UUID
    website_id: UUID
    name: str
    fallback: str

    @property
    def picture(self) -> OwnPicture:
        match = NAME.fullmatch(self.name)
        assert match is not None  # noqa: S101 - the table's own rule
        return OwnPicture(self.name, int(match[2]), int(match[3]), self.fallback)

    @property
    def place(self) -> str:
        """Where its files are in the store."""
        return f"{self.website_id}/{self.id}"


@dataclass(frozen=True, slots=True)
class Listed(Kept):
    """The same as its owner sees it. `bytes` of all its files."""

    bytes: int
    title: str
    alt: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that an owner's pictures take, and may take; None: as many as there is room for."""

    taken: int
    most: int | None

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.taken >= self.most

    def fits(self, size: int) -> bool:
        return self.most is None or self.taken + size <= self.most


@dataclass(frozen=True, slots=True)
class Use:
    """Where a picture stands: on the site's pages, or in the post of that title; live, or in the draft of them."""

    kind: str
    post_id: UUID | None
    title: str | None
    is_draft: bool


async def picture_by_name(conn: "Connection", website_id: UUID, name: str) -> Kept | None:
    row = await _queries.picture_by_name(conn, website_id=website_id, name=name)
    return Kept(**dict(row)) if row else None


async def find_picture(conn: "Connection", website_id: UUID, picture_id: UUID) -> Listed | None:
    row = await _queries.picture(conn, website_id=website_id, picture_id=picture_id)
    return Listed(**dict(row)) if row else None


async def list_pictures(conn: "Connection", website_id: UUID, *, most: int, skip: int = 0) -> list[Listed]:
    """The newest first."""
    return [Listed(**dict(row)) async for row in _queries.pictures(conn, website_id=website_id, most=most, skip=skip)]


async def all_pictures(conn: "Connection", website_id: UUID) -> list[Kept]:
    return [Kept(**dict(row)) async for row in _queries.all_pictures(conn, website_id=website_id)]


async def room_of(conn: "Connection", user_id: UUID) -> Room:
    row = await _queries.room(conn, user_id=user_id)
    return Room(row["taken"], row["most"]) if row else Room(0, 0)


async def uses_of(conn: "Connection", website_id: UUID, name: str) -> list[Use]:
    return [Use(**dict(row)) async for row in _queries.uses_of_picture(conn, website_id=website_id, name=name)]


async def describe(conn: "Connection", website_id: UUID, picture_id: UUID, alt: str) -> bool:
    """False: the site has no such picture."""
    return await _queries.describe_picture(conn, website_id=website_id, picture_id=picture_id, alt=alt) is not None


async def delete_picture(conn: "Connection", website_id: UUID, picture_id: UUID) -> bool:
    """Its files are left over then: `leftovers.clear`. False: the site has no such picture."""
    return await _queries.delete_picture(conn, website_id=website_id, picture_id=picture_id) is not None
