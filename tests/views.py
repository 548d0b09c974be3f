"""Events for tests."""

from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from renderer.views.records import Batch
from renderer.views.rows import Seen, View, finish, pack_rows, split, unpack


def rows_of(batch: Batch) -> list[bytes]:
    """The rows of a piece, one by one."""
    return list(chain.from_iterable(split(block.rows) for block in batch.blocks))


def all_views(batch: Batch) -> list[tuple[str, View]]:
    """The views of a piece with their ids, in whichever form they came."""
    return [*map(_told, rows_of(batch)), *batch.views]


def told(seen: Seen) -> View:
    """A view as texts."""
    return _told(pack_rows(1, 1, [seen]))[1]


def _told(row: bytes) -> tuple[str, View]:
    one, site, at, *texts = unpack(row)
    return str(one), View(str(site), at.timestamp(), *texts)


def make_texts(site: UUID | str, **fields: Any) -> View:
    """A view of the home page, now, unless the test says otherwise."""
    known: dict[str, Any] = dict.fromkeys(View._fields)
    at = datetime.now(UTC).timestamp()
    return View(**{**known, "website_id": str(site), "at": at, "page_path": "/", "device_type": "mobile", **fields})


def make_view(site: UUID | str, **fields: Any) -> Seen:
    """The same as it is recorded."""
    return finish(make_texts(site, **fields))
