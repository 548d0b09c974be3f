"""One submission, as it is stored and as it waits on disk."""

import hmac
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from renderer.forms.validate import Answers

TWICE_SECONDS = 600
"""Within so many seconds the same sent twice is one."""


@dataclass(frozen=True, slots=True)
class Lead:
    """`digest` is that of everything that makes it the same as another; `key` names its form in addresses."""

    id: UUID
    at: datetime
    key: str
    form_type: str
    answers: Answers = field(repr=False)
    about: dict[str, Any]
    address: str = field(repr=False)
    user_agent: str = field(repr=False)
    referrer: str = field(repr=False)
    digest: bytes = field(repr=False)
    status: str = "new"


def digest_of(key: bytes, form_key: str, answers: Answers, client: str, once: str) -> bytes:
    """What tells a double post: the form, its answers, and the id that its script gave to where it was sent from, or
    else the client."""
    what = ["once", once[:100], answers.data] if once else ["said", answers.data, client]
    text = json.dumps([form_key, what], sort_keys=True, ensure_ascii=True)
    return hmac.digest(key, text.encode(), "sha256")


def id_of(key: bytes, digest: bytes, at: datetime) -> UUID:
    """The id of what was sent: the same for the same sent twice, whoever takes it and wherever it waits."""
    span = int(at.timestamp()) // TWICE_SECONDS
    made = hmac.digest(key, b"id" + span.to_bytes(8, "big") + digest, "sha256")
    return UUID(bytes=made[:16], version=4)


def to_bytes(lead: Lead) -> bytes:
    # Files are on the disk already.
    fields = asdict(replace(lead, answers=replace(lead.answers, files=())))
    fields |= {"id": str(lead.id), "at": lead.at.isoformat(), "digest": lead.digest.hex()}
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")


def from_bytes(data: bytes) -> Lead:
    """Raises ValueError for what `to_bytes` never wrote. Fields of later versions are left out."""
    try:
        given = json.loads(data)
        fields = {name: given[name] for name in Lead.__dataclass_fields__ if name in given}
        fields["id"], fields["at"] = UUID(given["id"]), datetime.fromisoformat(given["at"])
        fields["digest"] = bytes.fromhex(given["digest"])
        fields["answers"] = Answers(**{**given["answers"], "files": ()})
        return Lead(**fields)
    except (TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise ValueError("not a lead") from fault
