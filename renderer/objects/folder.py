"""A store that is a folder of this machine."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

from renderer.disk import write_durably
from renderer.objects.store import Item, checked, is_key


class Folder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(self._put, self._path(key), data)

    async def get(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except (FileNotFoundError, NotADirectoryError):
            return None

    async def erase(self, place: str) -> None:
        await asyncio.to_thread(self._erase, self._path(place))

    async def items(self, website_id: str = "") -> AsyncIterator[Item]:
        for item in await asyncio.to_thread(lambda: list(self._items(website_id))):
            yield item

    async def aclose(self) -> None:
        pass

    @staticmethod
    def _put(path: Path, data: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, data)

    @staticmethod
    def _erase(path: Path) -> None:
        with suppress(FileNotFoundError):
            shutil.rmtree(path)
        with suppress(OSError):
            path.parent.rmdir()  # the site's, where this was its last

    def _items(self, website_id: str) -> Iterator[Item]:
        for path in self.folder.glob(f"{website_id or '*'}/*/*"):
            key = path.relative_to(self.folder).as_posix()
            with suppress(OSError):
                state = path.stat()
                if is_key(key):
                    yield Item(key, state.st_size, state.st_mtime)

    def _path(self, key: str) -> Path:
        return self.folder / checked(key)
