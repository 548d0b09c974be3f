"""A request's connection in a preview: a transaction whose queries read what the link shows."""

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from renderer.db.lease import Lease
from renderer.db.pool import TEMPORARY
from renderer.preview.queries import enter_preview

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy


class PreviewLease(Lease):
    """What is written through it is committed when it is given back."""

    __slots__ = ("_as_of", "_link", "_site", "_transaction")

    def __init__(
        self, pool: asyncpg.Pool, seconds: float, website_id: UUID, link_id: UUID, as_of: datetime | None
    ) -> None:
        super().__init__(pool, seconds)
        self._site, self._link, self._as_of = website_id, link_id, as_of
        self._transaction: asyncpg.transaction.Transaction | None = None

    async def conn(self) -> "PoolConnectionProxy":
        conn = await super().conn()
        if self._transaction is None:
            transaction = conn.transaction()
            await transaction.start()
            self._transaction = transaction
            await enter_preview(conn, self._site, self._link, self._as_of)
        return conn

    async def release(self) -> None:
        try:
            if self._transaction is not None:
                transaction, self._transaction = self._transaction, None
                with contextlib.suppress(*TEMPORARY, asyncpg.PostgresError):
                    await transaction.commit()
        finally:
            await super().release()  # whoever is ended at the commit gives it back, too
