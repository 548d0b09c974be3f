"""Posts: the list, writing, publishing and taking back, and changes that wait beside what is published."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from aiohttp import web

from renderer import drafts, respond
from renderer.console import audit, draw, writing
from renderer.console.handlers import deleted
from renderer.console.handlers.editor import Shown, draw_editor, markdown, typed_of, with_picture
from renderer.console.handlers.unsaved import typist_of
from renderer.console.keeping import tabs_of
from renderer.console.paper import draw_paper
from renderer.console.preview_link import given_link, link_to_post
from renderer.console.visit import Form, Visit, read_id
from renderer.console.writing import Changed, Post, SlugTaken, Typed, Wrong

if TYPE_CHECKING:
    from renderer.db.lease import Connection


async def show_new_post(visit: Visit) -> web.StreamResponse:
    """Empty, or as it was typed and never saved."""
    async with visit.db() as conn:
        unsaved = await writing.find_unsaved(conn, typist_of(visit, None), Typed())
    if unsaved is not None:
        return await draw_editor(visit, None, unsaved.typed, Shown(kept_at=unsaved.typed_at, tab=unsaved.tab))
    return await draw_editor(visit, None, Typed(), Shown())


async def show_post(visit: Visit) -> web.StreamResponse:
    """As it is stored, or with the changes that wait beside it, or as it was typed and never saved."""
    post = await _find(visit)
    async with visit.db() as conn:
        kept = await writing.pending(conn, _subject(visit, post.id), post)
        typed = (kept or post).typed
        unsaved = await writing.find_unsaved(conn, typist_of(visit, post.id), typed)
        link = None
        if visit.request.query.get("link"):
            link = await given_link(conn, visit, post.id, post.typed.slug, is_drafted=kept is not None)
    value = (kept or post).value if typed.body is None else None
    shown = Shown(value=value, link=link, waits=kept is not None)
    if unsaved is not None:
        # Who saved meanwhile is not overwritten unseen.
        post = replace(post, seen=unsaved.seen)
        return await draw_editor(visit, post, unsaved.typed, replace(shown, kept_at=unsaved.typed_at, tab=unsaved.tab))
    return await draw_editor(visit, post, typed, shown)


async def add_post(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    as_typed = Shown(unsaved=True, tab=tabs_of(form).own)
    typed = typed_of(form)
    typed = replace(typed, status=typed.status or "draft")
    if form.text("do") == "preview":
        return await draw_editor(visit, None, typed, replace(as_typed, value=markdown(typed)))
    if chosen := await with_picture(visit, typed, form):
        return await draw_editor(visit, None, chosen, replace(as_typed, notice="post_photo_chosen"))
    try:
        ready, at = writing.read_typed(typed, visit.site.zone)
        async with visit.db() as conn:
            made = await writing.add_post(conn, visit.site.id, ready, at)
            new = {"slug": ready.slug, "status": ready.status}
            await audit.note(conn, visit, "post_added", entity=("blog_post", made), new=new)
            await writing.forget_unsaved(conn, typist_of(visit, None), tabs_of(form))
    except Wrong as wrong:
        return await draw_editor(visit, None, typed, replace(as_typed, wrong=tuple(wrong.fields)))
    except SlugTaken:
        return await draw_editor(visit, None, typed, replace(as_typed, wrong=(("slug", "slug_taken"),)))
    return draw.redirect(f"{_root(visit)}/{made}", done=_done(at, form.text("do")))


async def change_post(visit: Visit) -> web.StreamResponse:
    """Save what was typed, publish it or take it back, keep it beside what is published, show how it would look, or
    give a link with which it is seen on the site.

    Of two editors the second is told, and keeps what they typed.
    """
    form = await visit.form()
    as_typed = Shown(unsaved=True, tab=tabs_of(form).own)
    stored = await _find(visit)
    post = replace(stored, seen=form.text("seen")[:60])
    deed = form.text("do")
    # These come from forms of their own, without what is typed.
    typed = stored.typed if deed in ("back", "delete") else _complete(typed_of(form), form, stored)
    beside = deed == "keep" or (stored.is_published and deed in ("link", "enter"))
    if deed == "duplicate":
        return await deleted.duplicate(visit, stored)
    if deed == "preview":
        value = post.value if typed.body is None else markdown(typed)
        return await draw_editor(visit, post, typed, replace(as_typed, value=value))
    if chosen := await with_picture(visit, typed, form):
        return await draw_editor(visit, post, chosen, replace(as_typed, notice="post_photo_chosen"))
    try:
        if deed == "delete":
            return await deleted.delete(visit, post)
        async with visit.db() as conn:
            await writing.forget_unsaved(conn, typist_of(visit, post.id), tabs_of(form))
            if deed == "back":
                return await _bring_back(conn, visit, post, form.text("revision"))
            if deed == "discard":
                if await drafts.discard(conn, _subject(visit, post.id)):
                    await audit.note(conn, visit, "post_changes_discarded", entity=("blog_post", post.id))
                return draw.redirect(f"{_root(visit)}/{post.id}", done="post_discarded")
            ready, at = await (_keep if beside else _save)(conn, visit, post, typed)
            if deed == "link":
                slug = stored.typed.slug if beside else ready.slug
                await link_to_post(conn, visit, post.id, slug, is_drafted=beside)
    except Wrong as wrong:
        return await draw_editor(visit, post, typed, replace(as_typed, wrong=tuple(wrong.fields)))
    except SlugTaken:
        return await draw_editor(visit, post, typed, replace(as_typed, wrong=(("slug", "slug_taken"),)))
    except drafts.Gone:
        return await draw_editor(visit, stored, stored.typed, Shown(status=409, notice="revision_gone"))
    except drafts.Refused:
        return await draw_editor(visit, stored, stored.typed, Shown(status=422, notice="post_not_back"))
    except Changed:
        return await draw_editor(visit, await _find(visit), typed, replace(as_typed, status=409, notice="post_moved"))
    target = f"{_root(visit)}/{post.id}{'?link=1' if deed == 'link' else ''}"
    return draw.redirect(target, done="post_kept" if beside else _done(at, deed))


async def show_paper(visit: Visit) -> web.StreamResponse:
    """What was typed, as it would look, for the script that shows it beside the typing. No page of its own: the
    console's origin shows no content of a site but in frames without one."""
    typed = typed_of(await visit.form())
    paper = await draw_paper(visit, typed.title[:200], markdown(typed))
    return web.json_response({"paper": paper}, headers={**respond.SECURITY, "Cache-Control": respond.PRIVATE})


async def _save(conn: "Connection", visit: Visit, post: Post, typed: Typed) -> tuple[Typed, datetime | None]:
    """What was kept beside it is in what was typed, or given up."""
    ready, at = writing.read_typed(typed, visit.site.zone, post.typed)
    await writing.hold_post(conn, visit.site.id, post.id, post.seen)
    written = ready.body is not None and ready.body != post.typed.body
    await writing.save_post(conn, visit.site.id, post.id, ready, at, live=post.typed, written=written)
    await drafts.discard(conn, _subject(visit, post.id))
    old = {"slug": post.typed.slug, "status": post.typed.status}
    new = {"slug": ready.slug, "status": ready.status, "text": written}
    await audit.note(conn, visit, "post_changed", entity=("blog_post", post.id), old=old, new=new)
    return ready, at


async def _keep(conn: "Connection", visit: Visit, post: Post, typed: Typed) -> tuple[Typed, datetime | None]:
    """Beside what is published, where nobody sees it yet."""
    ready, at = writing.read_typed(typed, visit.site.zone, post.typed)
    await writing.hold_post(conn, visit.site.id, post.id, post.seen)
    try:
        await writing.keep_changes(conn, _subject(visit, post.id), ready, post)
    except drafts.Refused:
        raise Wrong([("body", "too_long")]) from None
    await audit.note(conn, visit, "post_changes_kept", entity=("blog_post", post.id), new={"slug": ready.slug})
    return ready, at


async def _bring_back(conn: "Connection", visit: Visit, post: Post, number: str) -> web.StreamResponse:
    """Make an earlier version the post again, as a new one: the one before is kept as well. Raises drafts.Gone,
    drafts.Refused (another post stands at its address), Changed."""
    await writing.hold_post(conn, visit.site.id, post.id, post.seen)
    revision = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    done = await drafts.roll_back(conn, _subject(visit, post.id), revision)
    old, new = {"revision": done.before}, {"revision": done.revision, "content_of": revision}
    await audit.note(conn, visit, "post_rolled_back", entity=("blog_post", post.id), old=old, new=new)
    return draw.redirect(f"{_root(visit)}/{post.id}", done="post_back")


def _complete(typed: Typed, form: Form, post: Post) -> Typed:
    """With what the form does not speak of."""
    body = typed.body if post.typed.body is not None else None
    featured = typed.featured if "featured" in dict(form.items()) else post.typed.featured
    return replace(typed, body=body, featured=featured, status=typed.status or post.typed.status)


async def _find(visit: Visit) -> Post:
    post_id = read_id(visit.params["post_id"])
    async with visit.db() as conn:
        post = await writing.find_post(conn, visit.site.id, post_id, visit.site.zone)
    if post is None:
        raise web.HTTPNotFound
    return post


def _subject(visit: Visit, post_id: UUID) -> drafts.Subject:
    return drafts.Subject(visit.user.id, visit.site.id, post_id)


def _done(at: datetime | None, deed: str) -> str:
    if deed == "publish":
        return "post_scheduled" if at is not None and at > datetime.now(UTC) else "post_published"
    return "post_saved"


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/posts"
