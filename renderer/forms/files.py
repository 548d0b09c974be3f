"""Files that visitors send: known by their content, kept encrypted outside of anything that is served, for the owner.

    <var>/spool/files/<site>/<lead>/<number>    sealed under the keyring, bound to this very place

Below the spool's folder, so that `renderer backup` takes them along; what of them a lead holds is in its data. Where
there is a bucket they are moved there, sealed as they are (`kept_files.py`). Used from threads.
"""

import hashlib
import io
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from renderer.disk import write_durably
from renderer.keyring import Keyring, seal, unseal
from renderer.themes.decode import clean_text

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PARTS = {
    "word/": f"{_OFFICE}wordprocessingml.document",
    "xl/": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}presentationml.presentation",
}
_MOST_NAMES = 5_000
MOST_FILES = 1_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: `name` is what its sender's machine calls it, and believed for nothing."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str = field(repr=False)
    type: str
    data: bytes = field(repr=False)


def type_of(data: bytes) -> str | None:
    """The media type that the content has; None for what is not taken. Nothing is unpacked."""
    for start, found in _STARTS:
        if data.startswith(start):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        return "image/avif" if data[8:12] == b"avif" else "image/heic"
    return _office(data) if data.startswith(b"PK\x03\x04") else None


def note_of(upload: Upload, number: int, found: str) -> dict[str, Any]:
    """What a lead's data holds of a file."""
    name = " ".join(clean_text(re.split(r"[/\\]", upload.name)[-1]).split())[-120:] or "file"
    digest = hashlib.sha256(upload.data).hexdigest()
    return {"name": name, "type": found, "size": len(upload.data), "sha256": digest, "file": number}


class Files:
    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self.folder, self._keyring = folder, keyring

    def put(self, website_id: UUID, lead_id: UUID, uploads: Sequence[Upload]) -> None:
        """Keep a lead's files: on the disk when this returns. Raises OSError."""
        folder = self._place(website_id, lead_id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, upload in enumerate(uploads):
            bound = f"{website_id}/{lead_id}/{number}".encode()
            write_durably(folder / str(number), seal(self._keyring, "spool", upload.data, bound, "files"))

    def get(self, website_id: UUID, lead_id: UUID, note: Any) -> StoredFile | None:
        """The file that a note in a lead's data is about; None where there is none here. Raises CannotOpen."""
        key = self.key_of(website_id, lead_id, note)
        try:
            sealed = (self.folder / key).read_bytes() if key else None
        except OSError:
            return None
        return self.opened(website_id, lead_id, note, sealed) if sealed is not None else None

    @staticmethod
    def key_of(website_id: UUID, lead_id: UUID, note: Any) -> str | None:
        """`<site>/<lead>/<number>` of the file that a note is about; None: it is no note of ours."""
        number = note.get("file") if isinstance(note, dict) else None
        if type(number) is not int or not isinstance(note.get("name"), str) or not isinstance(note.get("type"), str):
            return None
        return f"{website_id}/{lead_id}/{number}" if 0 <= number < MOST_FILES else None

    def opened(self, website_id: UUID, lead_id: UUID, note: dict[str, Any], sealed: bytes) -> StoredFile:
        """What was sealed under its key. Raises CannotOpen."""
        bound = f"{website_id}/{lead_id}/{note['file']}".encode()
        return StoredFile(note["name"], note["type"], unseal(self._keyring, "spool", sealed, bound, "files"))

    def sealed(self, website_id: UUID, lead_id: UUID) -> Iterator[tuple[int, bytes]]:
        """Number and sealed bytes of each file of a lead that lies here."""
        for path in self._place(website_id, lead_id).glob("[0-9]*"):
            with suppress(FileNotFoundError, ValueError):
                yield int(path.name), path.read_bytes()

    def erase(self, website_id: UUID, lead_id: UUID, before: float | None = None) -> bool:
        """Delete a lead's files, unless they came after `before` (time.time())."""
        place = self._place(website_id, lead_id)
        with suppress(OSError):
            if before is not None and place.stat().st_mtime > before:
                return False
            shutil.rmtree(place)
            with suppress(OSError):
                place.parent.rmdir()
            return True
        return False

    def size(self, website_id: UUID) -> int:
        """Bytes that the files of a site take."""
        found = 0
        for folder, _, names in os.walk(self.folder / str(website_id)):
            for name in names:
                with suppress(OSError):
                    found += (Path(folder) / name).stat().st_size
        return found

    def leads(self, website_id: UUID | None = None) -> Iterator[tuple[UUID, UUID, float]]:
        """Site, lead and time of all that is kept here, or of a site's."""
        for place in self.folder.glob(f"{website_id or '*'}/*"):
            with suppress(OSError, ValueError):
                yield UUID(place.parent.name), UUID(place.name), place.stat().st_mtime

    def _place(self, website_id: UUID, lead_id: UUID) -> Path:
        return self.folder / str(website_id) / str(lead_id)


def files_folder(var: Path) -> Path:
    return var / "spool" / "files"


def download_headers(stored: StoredFile) -> dict[str, str]:
    """Of an answer to its owner: saved, never shown (RFC 6266), whatever a browser thinks it is."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", stored.name)
    encoded = quote(stored.name, safe="")
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }


def _office(data: bytes) -> str | None:
    """A document of an office without macros."""
    # Each name has such a mark (APPNOTE.TXT 4.3.12): a hundred thousand would keep all other visitors waiting.
    if data.count(b"PK\x01\x02") > _MOST_NAMES:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    if any("vbaproject" in one.casefold() for one in names):
        return None
    return next((found for part, found in _PARTS.items() if any(name.startswith(part) for name in names)), None)
