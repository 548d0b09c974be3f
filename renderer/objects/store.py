"""What a store does. Keys are `<website id>/<picture's or lead's id>/<file>`: ids, and names of our own."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(rf"{_ID}/{_ID}(?:/\d{{1,4}}(?:\.(?:avif|webp|jpg|png))?)?")


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a store. `changed`: when it came, as time.time() counts, by the store's clock."""

    key: str
    size: int
    changed: float

    @property
    def place(self) -> str:
        return self.key.rpartition("/")[0]


class Away(OSError):
    """The object store does not answer, or not as it should."""


class Store(Protocol):
    """All raise OSError where the store is away, and ValueError for what is no key of ours."""

    async def put(self, key: str, data: bytes) -> None:
        """When it returns, the file outlives the power."""

    async def get(self, key: str) -> bytes | None: ...

    async def erase(self, place: str) -> None:
        """All files below `<website id>/<id>`; where there are none, nothing happens."""

    def items(self, website_id: str = "") -> AsyncIterator[Item]:
        """All files, or a site's; in no order."""
        ...

    async def aclose(self) -> None:
        """End what connections there are."""


def checked(key: str) -> str:
    """Raises ValueError."""
    if not _KEY.fullmatch(key):
        raise ValueError("no key of ours")
    return key


def is_key(key: str) -> bool:
    """Of a file, not of a place alone."""
    return _KEY.fullmatch(key) is not None and key.count("/") == 2
