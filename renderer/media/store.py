"""Where the files are: a folder. Keys are `<website id>/<picture id>/<file>`, made of ids and of names of our own."""

import asyncio
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from renderer.disk import write_durably
from renderer.settings import Settings

_KEY = re.compile(r"[0-9a-f-]{36}/[0-9a-f-]{36}(?:/\d{1,4}\.(?:webp|jpg|png))?")


class Store(Protocol):
    """All raise OSError where the store is away."""

    async def put(self, key: str, data: bytes) -> None:
        """When it returns, the file outlives the power."""

    async def get(self, key: str) -> bytes | None: ...

    async def erase(self, place: str) -> None:
        """All files below `<website id>/<picture id>`; where there are none, nothing happens."""


class Folder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(self._put, self._path(key), data)

    async def get(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            return None

    async def erase(self, place: str) -> None:
        await asyncio.to_thread(self._erase, self._path(place))

    @staticmethod
    def _put(path: Path, data: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, data)

    @staticmethod
    def _erase(path: Path) -> None:
        with suppress(FileNotFoundError):
            shutil.rmtree(path)
        with suppress(OSError):
            path.parent.rmdir()  # the site's, where this was its last picture

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("no key of ours")
        return self.folder / key


def open_store(settings: Settings) -> Store:
    return Folder(settings.media_folder)
