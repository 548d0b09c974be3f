"""A pooler of transactions in front of a PostgreSQL, as far as its clients notice: it refuses what it does not know
at a start, makes up the process it is asked about, and keeps no statement."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

KNOWN = {"user", "database", "client_encoding", "application_name", "timezone", "datestyle"}


@dataclass
class Pooler:
    url: str
    # Names of statements that were to outlive their transaction.
    prepared: list[str] = field(default_factory=list)


@asynccontextmanager
async def pooler(url: str, folder: Path) -> AsyncIterator[Pooler]:
    """Before the server of `url`, which listens on a unix socket; `folder` has a short name."""
    parts = conninfo_to_dict(url)
    behind = f"{parts['host']}/.s.PGSQL.{parts.get('port', 5432)}"
    found = Pooler(
        f"postgresql://{parts['user']}:{quote(str(parts.get('password', '')), safe='')}@/{parts['dbname']}"
        f"?host={quote(str(folder), safe='')}"
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            head = await reader.readexactly(4)
            start = await reader.readexactly(struct.unpack("!i", head)[0] - 4)
            words = start[4:].split(b"\0")
            unknown = [name for name in words[:-2:2] if name and name.decode().lower() not in KNOWN]
            if unknown:
                told = b"SFATAL\0C08P01\0Munsupported startup parameter: " + unknown[0] + b"\0\0"
                writer.write(b"E" + struct.pack("!i", len(told) + 4) + told)
                await writer.drain()
                return
            inner, outer = await asyncio.open_unix_connection(behind)
            with closing(outer):
                outer.write(head + start)
                await asyncio.gather(_asked(reader, outer, found), _answered(inner, writer), return_exceptions=True)

    server = await asyncio.start_unix_server(answer, folder / ".s.PGSQL.5432")
    try:
        yield found
    finally:
        server.close()


async def _asked(reader: asyncio.StreamReader, to: asyncio.StreamWriter, found: Pooler) -> None:
    with closing(to):
        while True:
            kind, body = await _message(reader)
            if kind == b"P" and (name := body.partition(b"\0")[0]):
                found.prepared.append(name.decode())
            to.write(kind + struct.pack("!i", len(body) + 4) + body)


async def _answered(reader: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with closing(to):
        while True:
            kind, body = await _message(reader)
            if kind == b"K":
                body = struct.pack("!i", 4711) + body[4:]
            to.write(kind + struct.pack("!i", len(body) + 4) + body)


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind, size = struct.unpack("!ci", await reader.readexactly(5))
    return kind, await reader.readexactly(size - 4)
