"""Events for tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from renderer.views.event import View


def make_view(site: UUID | str, **fields: Any) -> View:
    """A view of the home page, now, unless the test says otherwise."""
    known: dict[str, Any] = dict.fromkeys(View._fields)
    at = datetime.now(UTC).timestamp()
    return View(**{**known, "website_id": str(site), "at": at, "page_path": "/", "device_type": "mobile", **fields})
