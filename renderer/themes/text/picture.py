"""Pictures in running text."""

from collections.abc import Callable
from typing import Any

from markupsafe import escape

from renderer.themes.decode import clean_text, is_seen
from renderer.themes.pictures.own import Sizes
from renderer.themes.text.losses import Losses, named
from renderer.themes.text.tiptap_nodes import whole

PictureOf = Callable[[str], str | None]
"""Vets an address: what may stand in `src`, or None."""
SizesOf = Callable[[str, int | None, int | None], Sizes]
"""What there is of a vetted address, and of the width and height in pixels that it is said to have."""

NOT_OURS = "a picture that is neither on this site’s own origin nor on an allowed host; left out"

_LARGEST = 20_000
_MOST_CAPTION = 500
_SIZES = "(min-width: 48em) 42em, 100vw"
"""As wide as a column of text."""


class Framer:
    """Draws the pictures of one text; those that may not be shown are among its losses."""

    def __init__(self, picture: PictureOf, sizes: SizesOf, losses: Losses, *, captions: bool = False) -> None:
        self._captions = captions
        self._picture = picture
        self._sizes = sizes
        self._losses = losses

    def alone(self, attrs: dict[str, Any], part: Any = None) -> str:
        """The same where no text stands beside it: with its title as a caption, where titles are captions."""
        title = attrs.get("title") if self._captions else None
        caption = clean_text(title[:_MOST_CAPTION]).strip() if isinstance(title, str) else ""
        if not is_seen(caption):
            return self.tag(attrs, part)
        tag = self.tag({**attrs, "title": None}, part)
        return f"<figure>{tag}<figcaption>{escape(caption)}</figcaption></figure>" if tag else ""

    def tag(self, attrs: dict[str, Any], part: Any = None) -> str:
        """`<img>` for `src`, `alt`, `title`, `width` and `height`; empty when the address is none of the site's.

        `part` is the node that the picture is, where it is one.
        """
        given = attrs.get("src")
        source = self._picture(given) if isinstance(given, str) else None
        if not source:
            self._losses.add(part, f"{NOT_OURS}: {named(given)}")
            return ""
        alt = attrs.get("alt")
        width, height = whole(attrs.get("width"), 1, _LARGEST), whole(attrs.get("height"), 1, _LARGEST)
        sizes = self._sizes(source, width, height)
        tag = f'<img src="{escape(source)}"'
        if sizes.srcset:
            tag += f' srcset="{escape(sizes.srcset)}" sizes="{_SIZES}"'
        tag += f' alt="{escape(alt[:500].strip()) if isinstance(alt, str) else ""}"'
        title = attrs.get("title")
        if isinstance(title, str) and title.strip():
            tag += f' title="{escape(title[:200])}"'
        if sizes.width and sizes.height:
            tag += f' width="{sizes.width}" height="{sizes.height}"'
        tag += ' loading="lazy" decoding="async">'
        if not sizes.webp:
            return tag
        kinds = (("avif", sizes.avif), ("webp", sizes.webp))
        sources = "".join(
            f'<source type="image/{kind}" srcset="{srcset}" sizes="{_SIZES}">' for kind, srcset in kinds if srcset
        )
        return f"<picture>{sources}{tag}</picture>"
