"""Events as bytes on disk, one framed record each: u32 length, u32 CRC-32, both little-endian, then the event.

A view is a row as the database takes it (rows.py). Others are JSON in UTF-8: an array of a letter and the event's
fields; so is a view that makes no row, with its id before its fields.
"""

import json
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID
from zlib import crc32

from renderer.views.event import Click, Event, Like, Uncounted, View
from renderer.views.rows import OfSite, by_site, is_row, pack

# Twice what a record of the longest texts takes.
MOST_BYTES = 32_768

_LETTERS = {Uncounted: "u", Click: "c", Like: "l"}
_KINDS: dict[str, type[Uncounted | Click | Like]] = {letter: kind for kind, letter in _LETTERS.items()}
_HEAD = struct.Struct("<II")
_NOISE = struct.Struct("=HQ")
_VARIANT = (1 << 62) - 1


@dataclass
class Batch:
    """What a piece of a spool holds. `damaged` counts records that are not what was written."""

    rows: list[bytes] = field(default_factory=list)
    views: list[tuple[str, View]] = field(default_factory=list)  # with their ids: those that came as JSON
    uncounted: list[Uncounted] = field(default_factory=list)
    clicks: list[Click] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)
    damaged: list[bytes] = field(default_factory=list)
    torn: bool = False  # ends within a record, as after a kill

    @cached_property
    def sites(self) -> dict[bytes, OfSite]:
        """Of the rows."""
        return by_site(self.rows)

    def of(self, event: Event) -> list[Any]:
        """The list that such events stand in, but for views."""
        lists: dict[type, list[Any]] = {Uncounted: self.uncounted, Click: self.clicks, Like: self.likes}
        return lists[type(event)]

    def __len__(self) -> int:
        return len(self.rows) + len(self.views) + len(self.uncounted) + len(self.clicks) + len(self.likes)


def encode(events: Iterable[Event]) -> list[bytes]:
    """A framed record for each event. Views get their ids here: the one that tells a replayed record from a new one."""
    events = list(events)
    noise = _NOISE.iter_unpack(os.urandom(_NOISE.size * len(events)))
    frame, records = _HEAD.pack, []
    for event, (high, low) in zip(events, noise, strict=True):
        raw = _record(event, high, low)
        records.append(frame(len(raw), crc32(raw)) + raw)
    return records


def _record(event: Event, noise: int, more: int) -> bytes:
    if not isinstance(event, View):
        return _ENCODER.encode((_LETTERS[type(event)], *event)).encode()
    # A UUID of version 7 (RFC 9562 §5.7): by time, so that new rows stand together in the index.
    high, low = int(event.at * 1000) << 16 | 0x7000 | noise & 0xFFF, 1 << 63 | more & _VARIANT
    try:
        return pack(high, low, event)
    except (ValueError, TypeError, AttributeError):
        return _ENCODER.encode(("v", f"{high:016x}{low:016x}", *event)).encode()


def decode(data: bytes) -> Batch:
    """The events of framed records. Never raises: a torn end is left out, a damaged record is set aside."""
    batch, at = Batch(), 0
    while at < len(data):
        if at + _HEAD.size > len(data):
            batch.torn = True
            break
        length, checksum = _HEAD.unpack_from(data, at)
        body = data[at + _HEAD.size : at + _HEAD.size + length]
        if length > MOST_BYTES:
            # Nobody wrote that, and nothing tells where the next record begins.
            batch.damaged.append(data[at:])
            break
        if len(body) < length:
            batch.torn = True
            break
        at += _HEAD.size + length
        if crc32(body) != checksum:
            batch.damaged.append(body)
        elif is_row(body):
            batch.rows.append(body)
        elif not _read(body, batch):
            batch.damaged.append(body)
    return batch


def _read(body: bytes, batch: Batch) -> bool:
    """What the database's types refuse is left to it to refuse: a record with a good checksum is as it was written."""
    try:
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
