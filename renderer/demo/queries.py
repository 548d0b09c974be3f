"""What the index page reads of the demo sites, over the view that the edge may see."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from renderer.db import queries
from renderer.demo.files import read_files

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("demo")


async def sites_for_index(conn: "Connection") -> list[Mapping[str, Any]]:
    """Rows of edge_sites: demo sites that are live and ask for no password, in the order they are listed in."""
    ids = [file.id for file in read_files()]
    return [dict(row) async for row in _queries.sites_for_index(conn, ids=ids)]
