"""The editor of a post: what its form says, and the page around it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from renderer import drafts
from renderer.console import draw
from renderer.console.paper import STYLE_HASH, draw_paper, picture_origins
from renderer.console.pictures.chosen import picture_of
from renderer.console.preview_link import PreviewLink
from renderer.console.visit import Form, Visit
from renderer.console.writing import Post, Typed
from renderer.console.writing.post import MOST_BODY, one_line
from renderer.media.queries import Listed, list_pictures
from renderer.themes.blog.places import post_address
from renderer.themes.pictures.own import own_picture
from renderer.themes.text.hours import ZONES

MOST_REVISIONS = 20
MOST_CHOICES = 30
"""Pictures to choose from; the newest."""
# What a button says, and the status it gives.
STATUS_OF = {"publish": "published", "unpublish": "draft", "archive": "archived"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says beside the form. `value`: a document to preview; `waits`: what is typed is not live yet;
    `unsaved`: nor is it stored; `kept_at`: it was typed then, and never saved, into the open page that `tab` names."""

    status: int = 200
    notice: str = ""
    value: Any = None
    link: PreviewLink | None = None
    wrong: tuple[tuple[str, str], ...] = ()
    waits: bool = False
    unsaved: bool = False
    kept_at: datetime | None = None
    tab: str = ""


async def draw_editor(visit: Visit, post: Post | None, typed: Typed, shown: Shown) -> web.StreamResponse:
    async with visit.db() as conn:
        choices = await list_pictures(conn, visit.site.id, most=MOST_CHOICES)
        kept = []
        if post is not None:
            kept = await drafts.revisions(conn, drafts.Subject(visit.user.id, visit.site.id, post.id))
    own = own_picture(typed.featured)
    preview = None
    if shown.value is not None:
        preview = await draw_paper(visit, typed.title, shown.value)
    is_seen = post is not None and post.is_seen and visit.site.status == "published"
    address = f"{visit.site.url}{post_address(post.typed.slug)}" if post is not None and is_seen else ""
    return draw.page(
        visit,
        "post.html",
        status=422 if shown.wrong else shown.status,
        post=post,
        typed=typed,
        shown=shown,
        wrong=dict(shown.wrong),
        revisions=kept[:MOST_REVISIONS],
        preview=preview,
        address=address,
        share=f"https://wa.me/?text={quote(f'{typed.title} {address}', safe='')}" if address else "",
        choices=choices,
        picture_mark=picture_mark,
        featured=next((one for one in choices if own is not None and one.name == own.name), None),
        pictures=picture_origins(visit),
        styles=[STYLE_HASH],
        zone=ZONES.get(visit.site.zone.key, visit.site.zone.key),
        root=f"/sites/{visit.site.id}/posts",
    )


def typed_of(form: Form) -> Typed:
    return Typed(
        " ".join(form.text("title").split()),
        " ".join(form.text("slug").split()).lower(),
        form.text("excerpt"),
        form.raw("body").rstrip(),
        STATUS_OF.get(form.text("do")) or form.text("status"),
        form.text("at")[:19],
        one_line(form.text("categories")),
        one_line(form.text("tags")),
        form.text("featured"),
    )


def markdown(typed: Typed) -> dict[str, str]:
    return {"type": "markdown", "text": (typed.body or "")[:MOST_BODY]}


async def with_picture(visit: Visit, typed: Typed, form: Form) -> Typed | None:
    """With the picture that a button chose, at the head or at the end of the text, not saved yet. None: none did."""
    if chosen := form.text("picture"):
        return replace(typed, featured="" if chosen == "none" else (await _picture(visit, chosen)).picture.src)
    if chosen := form.text("insert"):
        picture = await _picture(visit, chosen)
        return replace(typed, body=f"{typed.body or ''}\n\n{picture_mark(picture)}".strip())
    return None


def picture_mark(picture: Listed) -> str:
    """In Markdown (CommonMark §6.4)."""
    said = " ".join(picture.alt.split()).replace("[", "(").replace("]", ")").replace("\\", "/")
    return f"![{said}]({picture.picture.src})"


async def _picture(visit: Visit, chosen: str) -> Listed:
    async with visit.db() as conn:
        return await picture_of(conn, visit, chosen)
