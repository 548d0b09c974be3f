"""A site as a ZIP archive: one file of JSON lines a table, and a manifest."""

import json
import os
import zipfile
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from asyncpg import Connection

from renderer import __version__
from renderer.db import queries
from renderer.media.queries import all_pictures
from renderer.objects import Store

_ROWS = 500
"""Rows fetched at a time."""


async def write_export(conn: Connection, website_id: UUID, path: Path, store: Store) -> Counter[str]:
    """Write all rows of a site, as they are at one moment, and its pictures to a new file that its owner alone may
    read; returns how many of each table. Raises FileExistsError, OSError; leaves no file behind when it fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            return await _write(conn, website_id, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED), store)
    except BaseException:
        path.unlink(missing_ok=True)  # noqa: ASYNC240 a command of its own, and nobody waits
        raise


async def _write(conn: Connection, website_id: UUID, archive: zipfile.ZipFile, store: Store) -> Counter[str]:
    counts: Counter[str] = Counter()
    sql, source, file = queries.load("sites").export_site.sql, "", None
    # An archive refuses to be closed while a file in it is open, and would hide why that is.
    with archive, ExitStack() as opened:
        async with conn.transaction(isolation="repeatable_read", readonly=True):
            async for row in conn.cursor(sql, website_id, prefetch=_ROWS):
                if file is None or row["source"] != source:
                    opened.close()
                    source = row["source"]
                    file = opened.enter_context(archive.open(f"{source}.jsonl", "w", force_zip64=True))
                file.write(row["content"].encode() + b"\n")
                counts[source] += 1
        opened.close()
        for kept in await all_pictures(conn, website_id):
            for name in kept.picture.files:
                body = await store.get(f"{kept.place}/{name}")
                if body is not None:  # its owner may have deleted it just now
                    # Packed already, by what they are.
                    archive.writestr(f"_media/{kept.name}/{name}", body, zipfile.ZIP_STORED)
        manifest = {
            "site": str(website_id),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "made_by": f"tapsite-renderer {__version__}",
            "rows": dict(counts),
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=2) + "\n")
    return counts
