"""Sites with forms as they were seen last, on disk, so that what is sent with them is taken while the database is away.

    <var>/known/<keyed hash of host>           the site's row
    <var>/known/<keyed hash of site and key>   a form's row

Sealed, since drafts of nobody's business may be in a row. Written by whichever worker draws a form, at most once a day
where nothing changed; read by any.
"""

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cachetools import LRUCache

from renderer.disk import write_durably
from renderer.edge.sites import EdgeSite, State
from renderer.keyring import CannotOpen, Keyring, seal, unseal
from renderer.themes import SiteSource
from renderer.themes.forms import USUAL, FormRow

log = logging.getLogger(__name__)

KEPT_SECONDS = 90 * 86_400
_DAY = 86_400
# Files that wait to be written; beyond, a site is remembered when it is drawn next.
_MOST_WAITING = 500
_LEFT_OUT = frozenset({"snapshot", "lasts"})


class Known:
    """`close()` writes what still waits."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder, self._keyring = folder, keyring
        # What another release kept in another shape is not found: it would be read half.
        shape = " ".join((*SiteSource.__dataclass_fields__, *FormRow.__dataclass_fields__))
        self._names = keyring.subkey("spool", keyring.primary_id, context=("known", "names", shape))
        self._seen: LRUCache[str, int] = LRUCache(maxsize=50_000)
        self._thread = ThreadPoolExecutor(1, "known")
        self._waiting = 0
        # Why the last one could not be written; told once.
        self._said = ""

    def remember(self, host: str, site: EdgeSite, keys: Collection[str], forms: Mapping[str, FormRow | None]) -> None:
        """What was found for a host, and of the forms `keys`. Never waits."""
        columns = {name: value for name, value in site.columns.items() if name not in _LEFT_OUT}
        self._note(f"host {host}", columns)
        for key in keys:
            if key not in forms and key not in USUAL:
                # It had a form, or is anybody's to think of: a file for each would be without number.
                self._in_turn(self._forget, f"form {site.id} {key}")
                continue
            row = forms.get(key)
            found = ("none",) if key not in forms else ("off",) if row is None else tuple(asdict(row).items())
            self._note(f"form {site.id} {key}", {"found": found})

    async def site(self, host: str) -> EdgeSite | None:
        """The site of a host as it was seen last."""
        columns = await self._recall(f"host {host}")
        if columns is None:
            return None
        return EdgeSite(
            columns["id"],
            columns["subdomain"],
            State(columns["state"]),
            bool(columns["is_password_protected"]),
            columns["password_version"],
            columns["primary_host"],
            columns,
        )

    async def forms(self, website_id: UUID, keys: Collection[str]) -> dict[str, FormRow | None] | None:
        """As `forms_by_key` found them last; None where one of them was never seen."""
        rows: dict[str, FormRow | None] = {}
        for key in keys:
            kept = await self._recall(f"form {website_id} {key}")
            if kept is None:
                return None
            found = kept["found"]
            if found[0] != "none":
                rows[key] = None if found[0] == "off" else FormRow(**dict(found))
        return rows

    def clear_old(self) -> None:
        """Forget what nobody has drawn for long."""
        for path in self._folder.glob("*"):
            with suppress(OSError):  # another worker is at it, too
                if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                    path.unlink()

    def close(self) -> None:
        self._thread.shutdown(wait=True)

    def _note(self, what: str, value: Mapping[str, Any]) -> None:
        print_ = hash((tuple(map(str, value.values())), int(time.time()) // _DAY))
        if self._seen.get(what) == print_:
            return
        self._seen[what] = print_
        if not self._in_turn(self._write, what, value):
            del self._seen[what]

    def _in_turn(self, work: Callable[..., None], *arguments: Any) -> bool:
        """Whether it is done beside the requests: not where too much waits."""
        if self._waiting >= _MOST_WAITING:
            return False
        self._waiting += 1
        self._thread.submit(self._next, work, arguments)
        return True

    def _next(self, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self._waiting -= 1
        work(*arguments)

    def _forget(self, what: str) -> None:
        self._seen.pop(what, None)
        with suppress(OSError):
            self._path(what).unlink(missing_ok=True)

    def _write(self, what: str, value: Mapping[str, Any]) -> None:
        try:
            data = json.dumps(value, default=_tagged, ensure_ascii=False).encode("utf-8", "replace")
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(self._path(what), seal(self._keyring, "spool", data, what.encode(), "known"))
        except (OSError, TypeError, ValueError) as fault:
            self._seen.pop(what, None)
            why = (fault.strerror if isinstance(fault, OSError) else None) or type(fault).__name__
            if why != self._said:
                log.warning(
                    "sites' forms are not at hand without the database: %s cannot be written: %s", self._folder, why
                )
            self._said = why

    async def _recall(self, what: str) -> Any:
        def read() -> Any:
            try:
                sealed = self._path(what).read_bytes()
                return json.loads(unseal(self._keyring, "spool", sealed, what.encode(), "known"), object_hook=_untagged)
            except (OSError, CannotOpen, ValueError):
                return None

        return await asyncio.to_thread(read)

    def _path(self, what: str) -> Path:
        return self._folder / hmac.digest(self._names, what.encode(), "sha256").hex()[:40]


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, UUID):
        return {"@uuid": str(value)}
    if isinstance(value, datetime):
        return {"@time": value.isoformat()}
    raise TypeError(f"a column of an unknown type: {type(value).__name__}")


def _untagged(value: dict[str, Any]) -> Any:
    if len(value) == 1 and "@uuid" in value:
        return UUID(value["@uuid"])
    if len(value) == 1 and "@time" in value:
        return datetime.fromisoformat(value["@time"])
    return value
