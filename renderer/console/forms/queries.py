"""sql/queries/console_forms.sql as typed functions. Every function takes a connection of `Visit.db`."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from renderer.db import queries
from renderer.drafts.merge import Unmergeable, read
from renderer.themes.contract.forms import FormDelivery
from renderer.themes.contract.spelling import names_of, snake
from renderer.themes.forms import USUAL, Form, FormRow, read_form
from renderer.themes.text.words import Words

if TYPE_CHECKING:
    from renderer.db.lease import Connection

_queries = queries.load("console_forms")
MOST_FORMS = 50
_KEY = re.compile(r"[A-Za-z0-9_-]{1,50}")


@dataclass(frozen=True, slots=True)
class FormCard:
    """A form that visitors of a site meet at `/_forms/<key>`. `id` is that of the site's own row, None: it has none,
    and gets one once something is set."""

    key: str
    form_type: str
    id: UUID | None = None
    name: str = ""
    is_on: bool = True
    is_oversized: bool = False
    fields: str | None = None
    settings: str | None = None

    def form(self, words: Words, language: str) -> Form:
        """As visitors meet it."""
        return read_form(FormRow(self.key, self.form_type, self.fields, self.settings, self.name), words, language)

    def document(self) -> dict[str, Any]:
        """Its settings; of a form that is offered to all without where it sends leads, which is nobody's wish. Raises
        Unmergeable where they cannot be read and written as they are."""
        made = read(self.settings) if self.settings else {}
        if not isinstance(made, dict):
            return {}
        if self.id is not None:
            return made
        names = {name for field in FormDelivery.model_fields for name in names_of(FormDelivery, field)}
        return {key: value for key, value in made.items() if snake(key) not in names}


@dataclass(frozen=True, slots=True)
class Rights:
    """What the owner's tier has: channels, and days that leads are kept; None: for good."""

    channels: frozenset[str]
    days: int | None


async def lock_forms(conn: "Connection", user_id: UUID, website_id: UUID) -> None:
    await _queries.lock_site(conn, user_id=user_id, website_id=website_id)
    await _queries.lock_forms(conn, website_id=website_id)


async def list_forms(conn: "Connection", website_id: UUID) -> list[FormCard]:
    """The site's own, those that are offered to all, and those that every site has, each once."""
    found: list[FormCard] = []
    types: set[str] = set()
    async for row in _queries.forms(conn, website_id=website_id, most=MOST_FORMS):
        kind = row["form_type"]
        if kind in types and not row["is_own"]:
            continue  # the site's own stands in its place
        key = kind if kind not in types and _KEY.fullmatch(kind) else str(row["id"])
        types.add(kind)
        own = row["id"] if row["is_own"] else None
        found.append(
            FormCard(key, kind, own, row["name"], row["is_on"], row["is_oversized"], row["fields"], row["settings"])
        )
    return found + [FormCard(kind, kind, fields="[]") for kind in USUAL if kind not in types]


async def write_form(conn: "Connection", website_id: UUID, card: FormCard, document: dict[str, Any]) -> None:
    """Keep a form's settings; in a row of the site's own, with the questions that visitors are asked now."""
    settings = json.dumps(document, ensure_ascii=False)
    if card.id is not None:
        await _queries.write_settings(conn, website_id=website_id, form=card.id, settings=settings)
        return
    await _queries.add_form(
        conn,
        website_id=website_id,
        name=card.name or card.form_type,
        form_type=card.form_type,
        fields=card.fields or "[]",
        settings=settings,
    )


async def switch_form(conn: "Connection", website_id: UUID, card: FormCard, *, is_on: bool) -> None:
    """Take what is sent with it, or nothing. Raises Unmergeable: it has no row, and what it says cannot be written."""
    if card.id is None:
        await write_form(conn, website_id, card, card.document())
    await _queries.switch_form(conn, website_id=website_id, form=card.id, form_type=card.form_type, is_on=is_on)


async def recipients(conn: "Connection", user_id: UUID, website_id: UUID) -> dict[str, str]:
    """Addresses, in lower case, that were asked whether they want a site's leads: `agreed`, `asked` or `silent`."""
    rows = _queries.recipients(conn, user_id=user_id, website_id=website_id)
    return {
        row["email"]: "agreed" if row["has_agreed"] else "asked" if row["asked"] < 3 else "silent" async for row in rows
    }


async def invite(conn: "Connection", website_id: UUID, addresses: Sequence[str]) -> None:
    """Ask them by mail, as often as an address may be asked."""
    await _queries.invite_recipients(conn, website_id=website_id, addresses=list(addresses))


async def is_confirmed(conn: "Connection", user_id: UUID, website_id: UUID, number: str) -> bool:
    """Whether the owner said that leads may be told to a number (E.164)."""
    return bool(await _queries.is_confirmed(conn, user_id=user_id, website_id=website_id, number=number))


async def confirm_number(conn: "Connection", website_id: UUID, number: str) -> None:
    await _queries.confirm_number(conn, website_id=website_id, number=number)


async def read_config(conn: "Connection", user_id: UUID, website_id: UUID, *, hold: bool = False) -> dict[str, Any]:
    """The site's live settings; `hold`: whoever else changes them waits. Raises Unmergeable where they cannot be read
    and written as they are."""
    ask = _queries.held_config if hold else _queries.live_config
    row = await ask(conn, user_id=user_id, website_id=website_id)
    if row is None:
        raise Unmergeable("settings of this size are nobody's to edit")
    made = read(row["config"]) if row["config"] else {}
    return made if isinstance(made, dict) else {}


async def write_config(conn: "Connection", user_id: UUID, website_id: UUID, config: dict[str, Any]) -> None:
    text = json.dumps(config, ensure_ascii=False)
    await _queries.write_config(conn, user_id=user_id, website_id=website_id, config=text)


async def older_leads(conn: "Connection", website_id: UUID, days: int) -> int:
    """How many leads came longer ago."""
    return int(await _queries.older_leads(conn, website_id=website_id, days=days))


async def rights(conn: "Connection", user_id: UUID) -> Rights:
    row = await _queries.rights(conn, user_id=user_id)
    channels, days = (json.loads(row[name]) if row and row[name] else None for name in ("channels", "days"))
    known = frozenset(one for one in channels if isinstance(one, str)) if isinstance(channels, list) else frozenset()
    return Rights(known, int(days) if isinstance(days, int | float) and 0 < days < 36_500 else None)
