"""What concerns the platform as a whole: what `renderer check` asks the database, and what it is told of us."""

import json
from collections.abc import Sequence

import asyncpg

from renderer.db import queries

_queries = queries.load("platform")


async def zone_of_database(conn: asyncpg.Connection) -> str:
    """The time zone that writers without one of their own get."""
    return str(await _queries.zone_of_database(conn))


async def rights_beyond_need(conn: asyncpg.Connection) -> list[str]:
    """What the connected user may do and serving does not need, in words."""
    return [row["right_name"] async for row in _queries.rights_beyond_need(conn)]


async def why_not_as(conn: asyncpg.Connection, role: str) -> str | None:
    """Why the connection is not one of `role` to a server that can be written, in words; None where it is."""
    found = await _queries.stands_as(conn, role=role)
    if found["is_standby"]:
        return "leads to a standby, which can only be read; expected the primary"
    # A role that was never made is missed elsewhere.
    return f"its user is not in the role {role} (GRANT {role} TO …)" if found["has_role"] is False else None


async def connections_allowed(conn: asyncpg.Connection) -> int:
    """How many connections the user may have at once, whoever else of the server's users has some."""
    return int(await _queries.connections_allowed(conn))


async def remember_base_domains(conn: asyncpg.Connection, hosts: Sequence[str]) -> bool:
    """Tell the database which hosts are ours, so that no site can claim one below them. True when it did not know."""
    return bool(await _queries.remember_base_domains(conn, hosts=json.dumps(sorted(hosts))))


async def knows_base_domains(conn: asyncpg.Connection, hosts: Sequence[str]) -> bool:
    """Whether the database refuses claims below all of these hosts."""
    return bool(await _queries.knows_base_domains(conn, hosts=json.dumps(sorted(hosts))))
