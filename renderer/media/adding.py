"""An upload becomes a picture of a site: drawn, counted, stored, written down; never half of it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from renderer.db import queries
from renderer.media.drawing import Drawn
from renderer.media.queries import Kept, Room, picture_by_name, room_of
from renderer.media.studio import Studio
from renderer.objects import Store
from renderer.themes.decode import clean_text

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("media")
_RECIPE = b"2"
"""Another number where the same upload would be drawn otherwise: what an address shows never changes."""
MOST_TITLE = 120

Database = Callable[[], "AbstractAsyncContextManager[Connection]"]
"""A transaction as the owner."""


class Full(Exception):
    """The owner's tier has no room for it."""

    def __init__(self, room: Room) -> None:
        super().__init__(f"{room.taken} of {room.most} bytes are taken")
        self.room = room


async def add_picture(
    studio: Studio, store: Store, db: Database, user_id: UUID, website_id: UUID, title: str, data: bytes
) -> Kept:
    """The picture, which may have been there before. The caller says that the site is the user's, and holds no
    connection. Raises Refused, Busy, Full, OSError (the store is away)."""
    async with db() as conn:
        room = await room_of(conn, user_id)
    if room.is_full:
        raise Full(room)
    drawn = await studio.draw(data)
    size = sum(len(body) for _, body in drawn.files)
    kept = Kept(uuid4(), website_id, _name(data, drawn), drawn.fallback)
    async with db() as conn:
        there = await picture_by_name(conn, website_id, kept.name)
        room = await room_of(conn, user_id)
        if there is None and room.fits(size):
            # Whatever happens to us now, somebody will clear away what we leave.
            await _queries.begin_upload(conn, place=kept.place, user_id=user_id)
    if there is not None:
        return there
    if not room.fits(size):
        raise Full(room)
    for name, body in drawn.files:
        await store.put(f"{kept.place}/{name}", body)
    async with db() as conn:
        await _queries.lock_room(conn, user_id=user_id)
        room = await room_of(conn, user_id)
        if not room.fits(size):
            raise Full(room)
        made = await _queries.insert_picture(
            conn,
            picture_id=kept.id,
            website_id=website_id,
            name=kept.name,
            fallback=kept.fallback,
            bytes=size,
            title=_title(title),
        )
        if made is None:  # the same was uploaded at the same time
            there = await picture_by_name(conn, website_id, kept.name)
        else:
            await _queries.end_upload(conn, place=kept.place, user_id=user_id)
    return there or kept


def _name(data: bytes, drawn: Drawn) -> str:
    return f"{sha256(_RECIPE + data).hexdigest()[:32]}-{drawn.width}x{drawn.height}{'a' if drawn.has_avif else ''}"


def _title(name: str) -> str:
    """Without the folders that some browsers tell of."""
    return " ".join(clean_text(name.replace("\\", "/").rpartition("/")[2].replace("\0", "")).split())[-MOST_TITLE:]
