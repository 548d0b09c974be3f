"""A step of a draft's content, as every editor of texts takes it: opened, changed off the loop, saved, or refused."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from renderer import drafts
from renderer.console.designing.desk import content_of, open_desk, take_step
from renderer.console.editing.entries import NoRoom, NoSuchEntry
from renderer.console.editing.fields import TextsWrong
from renderer.console.editing.texts import TextsMoved
from renderer.console.visit import Visit
from renderer.drafts.merge import Unmergeable

COLUMN = "generated_content"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was saved: a key of the words, or `fields` with a word of what is wrong with each. `gone`: what the
    form was about is no longer there."""

    problem: str
    status: int
    fields: Mapping[str, str] = field(default_factory=dict)
    gone: bool = False


async def step_content(
    visit: Visit,
    change: Callable[[dict[str, Any]], str],
    beside: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda values: {},
) -> Refusal | None:
    """Save what `change` makes of the draft's content, as text; None where it was saved. The draft is locked meanwhile,
    and `change` runs in a thread: documents may be megabytes. `beside`, asked after it, makes other columns of the
    draft's values. Raises web.HTTPNotFound: no such site."""
    try:
        async with visit.db() as conn:
            desk = await open_desk(conn, visit)
            text = await asyncio.to_thread(change, content_of(desk))
            await take_step(conn, visit, desk, {COLUMN: text, **beside(desk.draft.values)})
    except TextsWrong as wrong:
        return Refusal("", 422, dict(wrong.fields))
    except TextsMoved:
        return Refusal("texts_moved", 409)
    except NoRoom:
        return Refusal("entry_full", 422)
    except NoSuchEntry:
        return Refusal("entry_gone", 409)
    except (drafts.Refused, Unmergeable):
        return Refusal("draft_refused", 422)
    except drafts.Stale:
        return Refusal("draft_moved", 409)
    except LookupError:
        return Refusal("texts_gone", 404, gone=True)
    return None
