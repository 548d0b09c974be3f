"""Storing what visitors send."""

import hmac
import json
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from renderer.db import queries
from renderer.forms.validate import Answers

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("forms")


@dataclass(frozen=True, slots=True)
class Lead:
    """One submission as it is stored. `digest` is that of everything that makes it the same as another."""

    form_type: str
    answers: Answers = field(repr=False)
    about: dict[str, str]
    address: str = field(repr=False)
    user_agent: str
    referrer: str
    digest: bytes = field(repr=False)


async def store_lead(conn: "Connection", website_id: UUID, lead: Lead) -> UUID:
    """Its id; that of the same one of the last ten minutes where there is one, and nothing is stored again."""
    made = uuid4()
    async with conn.transaction():
        taken = await _queries.take_receipt(conn, website_id=website_id, digest=lead.digest, submission_id=made)
        if taken is None:
            before: UUID | None = await _queries.receipt(conn, website_id=website_id, digest=lead.digest)
            return before or made
        await _queries.forget_receipts(conn, website_id=website_id)
        await _queries.insert_submission(
            conn,
            id=made,
            website_id=website_id,
            form_type=lead.form_type[:50],
            name=lead.answers.name,
            email=lead.answers.email,
            phone=lead.answers.phone,
            data=json.dumps({**lead.answers.data, "_about": lead.about}),
            address=_inet(lead.address),
            user_agent=lead.user_agent[:1000] or None,
            referrer=lead.referrer[:2000] or None,
        )
    return made


def digest_of(key: bytes, form_key: str, answers: Answers, client: str, once: str) -> bytes:
    """What tells a double post: the form, and the id that its script gave it, or else answers and client."""
    what = ["once", once[:100]] if once else ["said", answers.data, client]
    text = json.dumps([form_key, what], sort_keys=True, ensure_ascii=True)
    return hmac.digest(key, text.encode(), "sha256")


def _inet(address: str) -> str | None:
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None
