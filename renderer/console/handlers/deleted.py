"""Posts that were deleted and can be brought back, and copies of posts."""

from aiohttp import web

from renderer.console import audit, draw
from renderer.console.visit import Visit, read_id
from renderer.console.words import words_for
from renderer.console.writing import Post, SlugTaken, hold_post
from renderer.console.writing.deleted import bring_back, delete_post, duplicate_post, list_deleted

MOST_SHOWN = 200


async def show_deleted(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def restore_post(visit: Visit) -> web.StreamResponse:
    """As it was, live posts too: what was deleted by mistake is undone with one tap."""
    post_id = read_id((await visit.form()).text("post"))
    try:
        async with visit.db() as conn:
            back = await bring_back(conn, visit.site.id, post_id)
            if back is not None:
                await audit.note(conn, visit, "post_restored", entity=("blog_post", back.id), new={"slug": back.slug})
    except SlugTaken:
        return await _page(visit, 409, "post_restore_again")
    if back is None:
        return await _page(visit, 409, "post_restore_gone")
    return draw.redirect(f"/sites/{visit.site.id}/posts/{back.id}", done="post_restored")


async def delete(visit: Visit, post: Post) -> web.StreamResponse:
    """Raises Changed where somebody else saved it meanwhile."""
    async with visit.db() as conn:
        await hold_post(conn, visit.site.id, post.id, post.seen)
        await delete_post(conn, visit.site.id, post.id)
        old = {"slug": post.typed.slug, "status": post.typed.status}
        await audit.note(conn, visit, "post_deleted", entity=("blog_post", post.id), old=old)
    return draw.redirect(_root(visit), done="post_deleted")


async def duplicate(visit: Visit, post: Post) -> web.StreamResponse:
    """Of what is stored: what was typed and not saved stays where it was typed. Raises Changed where it is gone."""
    async with visit.db() as conn:
        prefix = words_for(visit.language)["post_copy_prefix"]
        made = await duplicate_post(conn, visit.site.id, post.id, prefix)
        new = {"slug": made.slug, "copy_of": str(post.id)}
        await audit.note(conn, visit, "post_added", entity=("blog_post", made.id), new=new)
    return draw.redirect(f"/sites/{visit.site.id}/posts/{made.id}", done="post_duplicated")


async def _page(visit: Visit, status: int = 200, problem: str = "") -> web.StreamResponse:
    async with visit.db() as conn:
        found = await list_deleted(conn, visit.site.id, MOST_SHOWN)
    return draw.page(
        visit,
        "posts_deleted.html",
        status=status,
        problem=problem,
        deleted=found,
        root=f"/sites/{visit.site.id}/posts",
    )


def _root(visit: Visit) -> str:
    return f"/sites/{visit.site.id}/posts/deleted"
