"""Posts as their owner writes them: what a form says of one, and how it is kept. Documents of others stay whole."""

from renderer.console.writing.pending import keep_changes, pending
from renderer.console.writing.post import Post, PostLine, Typed, Wrong, read_typed, slug_of
from renderer.console.writing.queries import (
    Changed,
    SlugTaken,
    add_post,
    find_post,
    hold_post,
    list_posts,
    save_post,
)
from renderer.console.writing.unsaved import find_unsaved, forget_unsaved

__all__ = [
    "Changed",
    "Post",
    "PostLine",
    "SlugTaken",
    "Typed",
    "Wrong",
    "add_post",
    "find_post",
    "find_unsaved",
    "forget_unsaved",
    "hold_post",
    "keep_changes",
    "list_posts",
    "pending",
    "read_typed",
    "save_post",
    "slug_of",
]
