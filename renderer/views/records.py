"""Events as bytes on disk, one framed record each: u32 length, u32 CRC-32, both little-endian, then JSON in UTF-8.

The JSON is an array: "v", the id, then a View's fields; "u", then an Uncounted's; or "c", then a Click's.
"""

import json
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID
from zlib import crc32

from renderer.views.event import Click, Event, Uncounted, View

# Twice what a record of the longest texts takes.
MOST_BYTES = 32_768

_HEAD = struct.Struct("<II")
_RANDOM_BYTES = 10


@dataclass
class Batch:
    """What a piece of a spool holds. `damaged` counts records that are not what was written."""

    views: list[tuple[str, View]] = field(default_factory=list)
    uncounted: list[Uncounted] = field(default_factory=list)
    clicks: list[Click] = field(default_factory=list)
    damaged: list[bytes] = field(default_factory=list)
    torn: bool = False  # ends within a record, as after a kill

    def __len__(self) -> int:
        return len(self.views) + len(self.uncounted) + len(self.clicks)


def encode(events: Iterable[Event]) -> list[bytes]:
    """A framed record for each event. Views get their ids here: the one that tells a replayed record from a new one."""
    events = list(events)
    noise = os.urandom(_RANDOM_BYTES * len(events))
    dumps = _ENCODER.encode
    records = []
    for number, event in enumerate(events):
        if isinstance(event, View):
            start = number * _RANDOM_BYTES
            body = dumps(("v", _new_id(event.at, noise[start : start + _RANDOM_BYTES]), *event))
        else:
            body = dumps(("c" if isinstance(event, Click) else "u", *event))
        raw = body.encode()
        records.append(_HEAD.pack(len(raw), crc32(raw)) + raw)
    return records


def decode(data: bytes) -> Batch:
    """The events of framed records. Never raises: a torn end is left out, a damaged record is set aside."""
    batch, at = Batch(), 0
    while at < len(data):
        if at + _HEAD.size > len(data):
            batch.torn = True
            break
        length, checksum = _HEAD.unpack_from(data, at)
        body = data[at + _HEAD.size : at + _HEAD.size + length]
        if length > MOST_BYTES or len(body) < length:
            # Where a length is wrong, nothing tells where the next record begins.
            batch.torn = True
            break
        at += _HEAD.size + length
        if crc32(body) != checksum or not _read(body, batch):
            batch.damaged.append(body)
    return batch


def _read(body: bytes, batch: Batch) -> bool:
    """What the database's types refuse is left to it to refuse: a record with a good checksum is as it was written."""
    try:
        kind, *fields = json.loads(body)
        if kind == "v":
            event_id, *rest = fields
            batch.views.append((event_id, View(*rest)))
        elif kind == "u":
            website_id, day, reason = fields
            date.fromisoformat(day)
            UUID(website_id)
            batch.uncounted.append(Uncounted(website_id, day, str(reason)))
        elif kind == "c":
            click = Click(*fields)
            date.fromisoformat(click.day)
            UUID(click.website_id)
            batch.clicks.append(click)
        else:
            return False
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False
    return True


def _new_id(at: float, noise: bytes) -> str:
    """A UUID of version 7 (RFC 9562 §5.7): by time, so that new rows stand together in the index."""
    number = int(at * 1000) << 80 | int.from_bytes(noise, "big")
    number = number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return f"{number:032x}"


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
