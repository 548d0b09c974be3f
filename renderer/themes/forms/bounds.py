"""How large what is sent with a form may be, and how that is said."""

from dataclasses import dataclass

_FILES = 12 * 1024 * 1024
MOST_WITH_FILES = _FILES + 256 * 1024
"""Bytes of a post, where a form asks for files."""


@dataclass(frozen=True, slots=True)
class FileBounds:
    """Bytes of a file, and of all that are sent with one post."""

    most: int
    together: int = _FILES

    @property
    def said(self) -> dict[str, str]:
        """For the words about them."""
        return {"most": said_size(self.most), "all": said_size(self.together)}


def said_size(size: int) -> str:
    """A size as people read it, rounded down: who keeps to it is within it."""
    return f"{size * 10 // 1_048_576 / 10:g} MB" if size >= 1_048_576 else f"{size // 1024} KB"
