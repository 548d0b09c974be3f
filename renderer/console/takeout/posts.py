"""Posts as files that other programs read."""

import json
import re

from renderer.console.writing import Post
from renderer.themes.text.rich import RichOptions, render_rich

_NOT_IN_NAMES = re.compile(r"[^a-z0-9-]+")
_LONGEST_NAME = 100
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_PICTURES = ("https://", "/_media/")


def post_name(post: Post, taken: set[str]) -> str:
    """A file's name without its ending, and one that `taken` does not have; it has it then."""
    name = _NOT_IN_NAMES.sub("-", post.typed.slug.lower())[:_LONGEST_NAME].strip("-")
    if not name or name in taken:
        name = f"{name}-{post.id.hex}".lstrip("-")
    taken.add(name)
    return name


def post_text(post: Post) -> str:
    """Markdown behind a head of YAML, as Hugo, Jekyll, Eleventy and importers of Ghost and WordPress read it. A
    document of another editor becomes HTML, which Markdown may hold."""
    typed = post.typed
    head = {
        "title": typed.title,
        "slug": typed.slug,
        "date": post.visible_from.isoformat() if post.visible_from else None,
        "draft": typed.status != "published",
        "status": typed.status,
        "description": typed.excerpt or None,
        "image": typed.featured or None,
        "categories": [one for one in typed.categories.split(", ") if one],
        "tags": [one for one in typed.tags.split(", ") if one],
    }
    lines = [f"{key}: {_yaml(value)}" for key, value in head.items() if value not in (None, [])]
    body = typed.body
    if body is None:
        options = RichOptions(first_heading=2, picture=lambda source: source if source.startswith(_PICTURES) else None)
        body = str(render_rich(post.value, options) or "")
    return "\n".join(["---", *lines, "---", "", body, ""])


def _yaml(value: object) -> str:
    """JSON, which is YAML (YAML 1.2.2, §1.2) but for characters that YAML does not print."""
    return _UNPRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
