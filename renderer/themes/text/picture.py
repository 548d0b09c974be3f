"""A picture in running text."""

from collections.abc import Callable
from typing import Any

from markupsafe import escape

from renderer.themes.text.tiptap_nodes import whole

PictureOf = Callable[[str], str | None]
"""Vets an address: what may stand in `src`, or None."""

_LARGEST = 20_000


def picture_tag(attrs: dict[str, Any], picture: PictureOf) -> str:
    """`<img>` for `src`, `alt`, `title`, `width` and `height`; empty when the address is none of the site's."""
    given = attrs.get("src")
    source = picture(given) if isinstance(given, str) else None
    if not source:
        return ""
    alt = attrs.get("alt")
    tag = f'<img src="{escape(source)}" alt="{escape(alt[:500].strip()) if isinstance(alt, str) else ""}"'
    title = attrs.get("title")
    if isinstance(title, str) and title.strip():
        tag += f' title="{escape(title[:200])}"'
    width, height = whole(attrs.get("width"), 1, _LARGEST), whole(attrs.get("height"), 1, _LARGEST)
    if width and height:
        tag += f' width="{width}" height="{height}"'
    return tag + ' loading="lazy" decoding="async">'
