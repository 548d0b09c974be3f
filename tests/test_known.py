"""Sites and forms as they were seen last, on disk."""

from dataclasses import make_dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from renderer.edge.sites import EdgeSite, State
from renderer.keyring import Keyring
from renderer.known import Known
from renderer.themes.forms import FormRow

HOST = "kopi.sites.test"


async def test_what_a_release_of_another_shape_kept_was_never_seen(
    keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = {"id": uuid4(), "subdomain": "kopi", "is_password_protected": False, "password_version": 1}
    site = EdgeSite(
        **facts, state=State.LIVE, primary_host=None, columns={**facts, "state": "live", "primary_host": None}
    )
    row = FormRow("contact", "contact", "[]", None)
    known = Known(tmp_path, keyring)
    known.remember(HOST, site, ["contact"], {"contact": row})
    known.close()
    same = Known(tmp_path, keyring)
    assert await same.site(HOST) == site
    assert await same.forms(site.id, ["contact"]) == {"contact": row}
    fields = ["key", "form_type", "fields", "settings", "language"]
    monkeypatch.setattr("renderer.known.FormRow", make_dataclass("FormRow", fields))
    later = Known(tmp_path, keyring)
    assert await later.site(HOST) is None
    assert await later.forms(site.id, ["contact"]) is None
