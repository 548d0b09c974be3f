"""Posts: the list, the editor with its preview, publishing and taking back."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

from aiohttp import web

from renderer import respond
from renderer.console import audit, draw, writing
from renderer.console.paper import draw_paper, picture_origins
from renderer.console.preview_link import PreviewLink, link_to_post
from renderer.console.visit import Form, Visit
from renderer.console.writing import Changed, Post, SlugTaken, Typed, Wrong
from renderer.console.writing.post import MOST_BODY, STATUSES
from renderer.media.queries import find_picture, list_pictures
from renderer.themes.pictures.own import own_picture

POSTS_A_PAGE = 50
MOST_PAGES = 1_000
MOST_CHOICES = 30
"""Pictures to choose from; the newest."""


async def show_posts(visit: Visit) -> web.StreamResponse:
    query = visit.request.query
    status = query.get("status")
    status = status if status in STATUSES else None
    page = query.get("page", "1")
    number = min(int(page[:6]), MOST_PAGES) if page.isascii() and page.isdigit() and int(page[:6]) else 1
    async with visit.db() as conn:
        posts = await writing.list_posts(
            conn, visit.site.id, status=status, most=POSTS_A_PAGE + 1, skip=(number - 1) * POSTS_A_PAGE
        )
    return draw.page(
        visit,
        "posts.html",
        posts=posts[:POSTS_A_PAGE],
        has_more=len(posts) > POSTS_A_PAGE,
        number=number,
        chosen=status,
        statuses=STATUSES,
        root=_root(visit),
    )


async def show_new_post(visit: Visit) -> web.StreamResponse:
    return await _editor(visit, None, Typed())


async def show_post(visit: Visit) -> web.StreamResponse:
    post = await _find(visit)
    return await _editor(visit, post, post.typed, value=post.value if post.typed.body is None else None)


async def add_post(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    typed = _typed(form)
    if form.text("do") == "preview":
        return await _editor(visit, None, typed, value=_markdown(typed))
    if chosen := form.text("picture"):
        return await _editor(visit, None, await _with_picture(visit, typed, chosen), notice="post_photo_chosen")
    try:
        ready, at = writing.read_typed(typed, visit.site.zone)
        async with visit.db() as conn:
            made = await writing.add_post(conn, visit.site.id, ready, at)
            new = {"slug": ready.slug, "status": ready.status}
            await audit.note(conn, visit, "post_added", entity=("blog_post", made), new=new)
    except Wrong as wrong:
        return await _editor(visit, None, typed, wrong=wrong.fields)
    except SlugTaken:
        return await _editor(visit, None, typed, wrong=[("slug", "slug_taken")])
    return draw.redirect(f"{_root(visit)}/{made}", done="post_saved")


async def change_post(visit: Visit) -> web.StreamResponse:
    """Save what was typed, show how it would look, or give a link to what is saved.

    Of two editors the second is told, and keeps what they typed.
    """
    form = await visit.form()
    post = await _find(visit)
    typed = _typed(form)
    if post.typed.body is None:
        typed = replace(typed, body=None)
    if "featured" not in dict(form.items()):
        typed = replace(typed, featured=post.typed.featured)
    if form.text("do") == "preview":
        value = post.value if typed.body is None else _markdown(typed)
        return await _editor(visit, replace(post, seen=form.text("seen")[:60]), typed, value=value)
    if chosen := form.text("picture"):
        typed = await _with_picture(visit, typed, chosen)
        return await _editor(visit, replace(post, seen=form.text("seen")[:60]), typed, notice="post_photo_chosen")
    if form.text("do") == "link":
        async with visit.db() as conn:
            link = await link_to_post(conn, visit, post.id, post.typed.slug)
        if link is None:
            raise web.HTTPNotFound
        return await _editor(visit, replace(post, seen=form.text("seen")[:60]), typed, link=link)
    try:
        ready, at = writing.read_typed(typed, visit.site.zone)
        written = ready.body is not None and ready.body != post.typed.body
        async with visit.db() as conn:
            await writing.save_post(
                conn,
                visit.site.id,
                post.id,
                ready,
                at,
                form.text("seen")[:60],
                written=written,
            )
            old = {"slug": post.typed.slug, "status": post.typed.status}
            new = {"slug": ready.slug, "status": ready.status, "text": written}
            await audit.note(conn, visit, "post_changed", entity=("blog_post", post.id), old=old, new=new)
    except Wrong as wrong:
        return await _editor(visit, replace(post, seen=form.text("seen")[:60]), typed, wrong=wrong.fields)
    except SlugTaken:
        return await _editor(visit, replace(post, seen=form.text("seen")[:60]), typed, wrong=[("slug", "slug_taken")])
    except Changed:
        return await _editor(visit, await _find(visit), typed, status=409, notice="post_moved")
    return draw.redirect(f"{_root(visit)}/{post.id}", done="post_saved")


async def show_paper(visit: Visit) -> web.StreamResponse:
    """What was typed, as it would look, for the script that shows it beside the typing. No page of its own: the
    console's origin shows no content of a site but in frames without one."""
    typed = _typed(await visit.form())
    paper = await asyncio.to_thread(
        draw_paper, visit, typed.title[:200], _markdown(replace(typed, body=(typed.body or "")[:MOST_BODY]))
    )
    return web.json_response({"paper": paper}, headers={**respond.SECURITY, "Cache-Control": respond.PRIVATE})


async def _with_picture(visit: Visit, typed: Typed, chosen: str) -> Typed:
    """Not saved yet."""
    if chosen == "none":
        return replace(typed, featured="")
    try:
        picture_id = UUID(chosen)
    except ValueError:
        raise web.HTTPNotFound from None
    async with visit.db() as conn:
        picture = await find_picture(conn, visit.site.id, picture_id)
    if picture is None:
        raise web.HTTPNotFound
    return replace(typed, featured=picture.picture.src)


async def _find(visit: Visit) -> Post:
    try:
        post_id = UUID(visit.params["post_id"])
    except ValueError:
        raise web.HTTPNotFound from None
    async with visit.db() as conn:
        post = await writing.find_post(conn, visit.site.id, post_id, visit.site.zone)
    if post is None:
        raise web.HTTPNotFound
    return post


async def _editor(
    visit: Visit,
    post: Post | None,
    typed: Typed,
    *,
    status: int = 200,
    notice: str = "",
    value: Any = None,
    link: PreviewLink | None = None,
    wrong: list[tuple[str, str]] | None = None,
) -> web.StreamResponse:
    async with visit.db() as conn:
        choices = await list_pictures(conn, visit.site.id, most=MOST_CHOICES)
    own = own_picture(typed.featured)
    return draw.page(
        visit,
        "post.html",
        status=422 if wrong else status,
        post=post,
        typed=typed,
        problem=notice,
        link=link,
        wrong=dict(wrong or []),
        preview=draw_paper(visit, typed.title, value) if value is not None else None,
        statuses=STATUSES,
        choices=choices,
        featured=next((one for one in choices if own is not None and one.name == own.name), None),
        pictures=picture_origins(visit),
        root=_root(visit),
    )


def _markdown(typed: Typed) -> dict[str, str]:
    return {"type": "markdown", "text": typed.body or ""}


def _typed(form: Form) -> Typed:
    line = {name: " ".join(form.text(name).split()) for name in ("title", "slug", "categories", "tags")}
    return Typed(
        line["title"],
        line["slug"].lower(),
        form.text("excerpt"),
        form.raw("body").rstrip(),
        form.text("status"),
        form.text("at")[:19],
        line["categories"][:2_000],
        line["tags"][:2_000],
        form.text("featured"),
    )


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/posts"
