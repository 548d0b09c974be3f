"""How large what is sent with a form may be, and how that is said."""

from dataclasses import dataclass

from renderer.themes.text.words import Size

_FILES = 12 * 1024 * 1024
MOST_WITH_FILES = _FILES + 256 * 1024
"""Bytes of a post, where a form asks for files."""


@dataclass(frozen=True, slots=True)
class FileBounds:
    """Bytes of a file, and of all that are sent with one post."""

    most: int
    together: int = _FILES

    @property
    def said(self) -> dict[str, Size]:
        """For the words about them."""
        return {"most": Size(self.most), "all": Size(self.together)}
