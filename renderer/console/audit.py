"""Who did what: rows of audit_logs, in the transaction of what they tell of.

Personal data goes in as a keyed digest, so that two rows of one address can be told to be that, and erasing a person
leaves the log whole. Nothing secret goes in: not passwords, tokens, or what was typed as one.
"""

import hmac
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from renderer.console import doors
from renderer.console.device import device_of
from renderer.console.visit import Visit
from renderer.edge.client_address import network_of
from renderer.keyring import Keyring
from renderer.keys import CLIENT, KEYRING
from renderer.logs.trace import ASKED

if TYPE_CHECKING:
    from renderer.db.lease import Connection

Values = Mapping[str, Any]


async def note(
    conn: "Connection",
    visit: Visit,
    action: str,
    *,
    user_id: UUID | None = None,
    entity: tuple[str, UUID | None] | None = None,
    old: Values | None = None,
    new: Values | None = None,
) -> None:
    """One row. `action` is a verb of at most 50 characters; `entity` is (type, id), the account itself by default.

    `conn` works for `user_id`, or for the signed-in owner where that is None, or for nobody.
    """
    person = user_id or (visit.entered.id if visit.entered else None)
    kind, entity_id = entity or ("user", person)
    asked = ASKED.get()
    client = personal(visit.request.app[KEYRING], network_of(visit.request[CLIENT]))
    await doors.note_audit(
        conn,
        action=action,
        entity_type=kind,
        entity_id=entity_id,
        user_id=person,
        old_values=None if old is None else json.dumps(old),
        new_values=json.dumps({**(new or {}), "client": client}),
        device=device_of(visit.request),
        request_id=asked.id if asked else None,
    )


async def note_site(
    conn: "Connection", visit: Visit, action: str, *, old: Values | None = None, new: Values | None = None
) -> None:
    """One row about the site that the visit is about."""
    await note(conn, visit, action, entity=("website", visit.site.id), old=old, new=new)


def personal(keyring: Keyring, value: str | None) -> str | None:
    """What stands for a name, an address or a number in the log; the same for the same value while the key is."""
    if not value:
        return None
    key = keyring.subkey("limits", context=("audit",))
    return hmac.digest(key, value.casefold().encode("utf-8", "replace"), "sha256")[:12].hex()
