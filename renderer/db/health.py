"""What `renderer check` asks the database about itself."""

import asyncpg

from renderer.db import queries

_queries = queries.load("health")


async def zone_of_database(conn: asyncpg.Connection) -> str:
    """The time zone that writers without one of their own get."""
    return str(await _queries.zone_of_database(conn))


async def rights_beyond_need(conn: asyncpg.Connection) -> list[str]:
    """What the connected user may do and serving does not need, in words."""
    return [row["right_name"] async for row in _queries.rights_beyond_need(conn)]
