"""Views of a moment as one record of a spool: how many each site has, then their rows.

    u16 0, u32 number of sites; of each its id (16 bytes), u32 views, i64 time of the last as in a row; big-endian
    the rows (rows.py), one behind the other

A step of Python's for each view costs more than all that has to be done for it. So there is one at most, whoever stores
the block has none to make, and its checksum is one for all.
"""

import os
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from renderer.views.rows import Count, Seen, pack_rows, time_at

MOST_BYTES = 65_536
"""Of a block; one that is damaged costs all its views."""
_MOST_VIEWS = 256
_NUMBER = struct.Struct(">HI")
_OF_SITE = struct.Struct(">16sIq")
_MARK = b"\0\0"
_NOISE = struct.Struct("=HQ")


class Block(NamedTuple):
    """`rows` stand one behind the other."""

    rows: bytes
    counts: list[Count]


def pack(views: Sequence[Seen]) -> Iterator[bytes]:
    """Blocks of views, which get their ids here. Of two views in one block the later one is the last."""
    for begin in range(0, len(views), _MOST_VIEWS):
        yield from _packed(views[begin : begin + _MOST_VIEWS])


def unpack(block: bytes) -> Block:
    """Raises ValueError where it is none. Rows are not looked into."""
    try:
        _, number = _NUMBER.unpack_from(block)
        begin = _NUMBER.size + number * _OF_SITE.size
        counts = list(_OF_SITE.iter_unpack(block[_NUMBER.size : begin]))
    except struct.error as error:
        raise ValueError(str(error)) from None
    if len(counts) != number or begin >= len(block):
        raise ValueError("no block of views")
    return Block(block[begin:], counts)


def is_block(record: bytes) -> bool:
    """Whether bytes begin as a block does."""
    return record.startswith(_MARK)


def _packed(views: Sequence[Seen]) -> Iterator[bytes]:
    last = {view.site: view.at for view in views}
    counts = Counter([view.site for view in views])
    of_sites = [_OF_SITE.pack(site[4:], counts[site], time_at(at)) for site, at in last.items()]
    block = b"".join((_NUMBER.pack(0, len(last)), *of_sites, pack_rows(*_new_id(views[0].at), views)))
    if len(block) <= MOST_BYTES or len(views) == 1:
        yield block
    else:
        yield from _packed(views[: len(views) // 2])
        yield from _packed(views[len(views) // 2 :])


def _new_id(at: float) -> tuple[int, int]:
    """Both halves of a UUID of version 7 (RFC 9562 §5.7, §6.2): by time, so that new rows stand together in the index.
    Further ones are counted on from it; there is room for some without another bit's being touched."""
    noise, more = _NOISE.unpack(os.urandom(_NOISE.size))
    return int(at * 1_000) << 16 | 0x7000 | noise & 0xFFF, 1 << 63 | more & (1 << 61) - 1
