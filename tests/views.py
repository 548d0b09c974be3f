"""Events for tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from renderer.views.event import View
from renderer.views.records import Batch
from renderer.views.rows import unpack


def all_views(batch: Batch) -> list[tuple[str, View]]:
    """The views of a piece with their ids, in whichever form they came."""
    rows = [(str(one), View(str(site), at.timestamp(), *texts)) for one, site, at, *texts in map(unpack, batch.rows)]
    return [*rows, *batch.views]


def make_view(site: UUID | str, **fields: Any) -> View:
    """A view of the home page, now, unless the test says otherwise."""
    known: dict[str, Any] = dict.fromkeys(View._fields)
    at = datetime.now(UTC).timestamp()
    return View(**{**known, "website_id": str(site), "at": at, "page_path": "/", "device_type": "mobile", **fields})
