"""Events as bytes on disk, in framed records: u32 length, u32 CRC-32, both little-endian, then what is told.

Views are told by the block (blocks.py), others each by themselves as JSON in UTF-8: an array of a letter and the
event's fields. Older spools have each view by itself, as a row (rows.py) or as JSON with its id before its fields.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zlib import crc32

from renderer.views import blocks
from renderer.views.blocks import Block
from renderer.views.event import Click, Event, Like, Uncounted
from renderer.views.rows import Seen, View, count_of, is_row

_LETTERS = {Uncounted: "u", Click: "c", Like: "l"}
_KINDS: dict[str, type[Uncounted | Click | Like]] = {letter: kind for kind, letter in _LETTERS.items()}
_HEAD = struct.Struct("<II")


@dataclass
class Batch:
    """What a piece of a spool holds. `damaged` counts records that are not what was written."""

    blocks: list[Block] = field(default_factory=list)
    views: list[tuple[str, View]] = field(default_factory=list)  # with their ids: those that came as JSON
    uncounted: list[Uncounted] = field(default_factory=list)
    clicks: list[Click] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)
    damaged: list[bytes] = field(default_factory=list)
    torn: bool = False  # ends within a record, as after a kill

    def of(self, event: Event) -> list[Any]:
        """The list that such events stand in, but for views."""
        lists: dict[type, list[Any]] = {Uncounted: self.uncounted, Click: self.clicks, Like: self.likes}
        return lists[type(event)]


def encode(events: Sequence[Event]) -> list[bytes]:
    """Framed records of all events. Views get their ids here: what tells a replayed one from a new one."""
    views = [event for event in events if isinstance(event, Seen)]
    others = [event for event in events if not isinstance(event, Seen)] if len(views) < len(events) else []
    told = [*blocks.pack(views), *(_ENCODER.encode((_LETTERS[type(event)], *event)).encode() for event in others)]
    return [_HEAD.pack(len(record), crc32(record)) + record for record in told]


def decode(data: bytes) -> Batch:
    """The events of framed records. Never raises: a torn end is left out, a damaged record is set aside."""
    batch, at = Batch(), 0
    while at < len(data):
        if at + _HEAD.size > len(data):
            batch.torn = True
            break
        length, checksum = _HEAD.unpack_from(data, at)
        if length > blocks.MOST_BYTES:
            # Nobody wrote that, and nothing tells where the next record begins.
            batch.damaged.append(data[at:])
            break
        body = data[at + _HEAD.size : at + _HEAD.size + length]
        if len(body) < length:
            batch.torn = True
            break
        at += _HEAD.size + length
        if crc32(body) != checksum or not _read(body, batch):
            batch.damaged.append(body)
    return batch


def _read(body: bytes, batch: Batch) -> bool:
    """What the database's types refuse is left to it to refuse: a record with a good checksum is as it was written."""
    try:
        if blocks.is_block(body):
            batch.blocks.append(blocks.unpack(body))
            return True
        if is_row(body):
            batch.blocks.append(Block(body, [count_of(body)]))
            return True
        kind, *fields = json.loads(body)
        if kind == "v":
            event_id, *rest = fields
            batch.views.append((event_id, View(*rest)))
            return True
        event = _KINDS[kind](*fields)
        date.fromisoformat(event.day)
        UUID(event.website_id)
        if not all(isinstance(value, str | None) for value in event):
            return False
        batch.of(event).append(event)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return False
    return True


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
