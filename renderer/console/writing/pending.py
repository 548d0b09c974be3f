"""Changes to a post that visitors see, kept beside it until they are published (`renderer.drafts`).

Categories, tags and the time to appear are no content of the post: they are kept as they were typed, where they were
changed. The status has no draft.
"""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from renderer import drafts
from renderer.console.writing.post import Post, Typed, body_of, read_document
from renderer.console.writing.queries import Changed, keep_labels, kept_labels
from renderer.drafts.merge import Unmergeable, read

if TYPE_CHECKING:
    from renderer.db.lease import Connection


async def pending(conn: "Connection", subject: drafts.Subject, post: Post) -> Post | None:
    """The post as its kept changes would make it; None where there are none."""
    draft = await drafts.open_draft(conn, subject)
    if draft is None or not draft.version:
        return None
    values = draft.values
    value = read_document(values["content"])
    labels = await kept_labels(conn, subject.website_id, post.id)
    typed = replace(
        post.typed,
        title=values["title"],
        slug=values["slug"],
        excerpt=values["excerpt"] or "",
        body=body_of(value),
        featured=values["featured_image"] or "",
        **labels,
    )
    return replace(post, typed=typed, value=value)


async def keep_changes(conn: "Connection", subject: drafts.Subject, typed: Typed, post: Post) -> None:
    """In place of what was kept before. `post` is what is live. Raises Changed where it is gone."""
    draft = await drafts.open_draft(conn, subject)
    if draft is None:
        raise Changed
    values = {
        "title": typed.title,
        "slug": typed.slug,
        "excerpt": typed.excerpt or None,
        "featured_image": typed.featured or None,
    }
    if typed.body is not None and typed.body != body_of(read_document(draft.values["content"])):
        values["content"] = _with_text(draft.values["content"], typed.body)
    await drafts.save(conn, subject, values, seen=draft, edited_by=subject.user_id)
    await keep_labels(conn, subject.website_id, post.id, typed, post.typed)


def _with_text(content: str | None, body: str) -> str:
    """The document with another text; what it says beside that stays: its author, its language, its translations."""
    try:
        document: Any = read(content or "{}")
    except Unmergeable:
        document = {}
    beside = document if isinstance(document, dict) else {}
    return json.dumps({**beside, "type": "markdown", "text": body}, ensure_ascii=False)
