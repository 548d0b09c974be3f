"""What a backup says of itself: `manifest.json` with checksums, and what is deliberately not in it.

    <backup>/manifest.json
    <backup>/database.dump     pg_dump's custom format
    <backup>/spool/...         records that were accepted but not yet in the database
    <backup>/media/...         owners' pictures, unless they are in a bucket or were left out
    <backup>/keys/keyring      only where the keys were asked for; mode 0600

The checksums find damage, not forgery: a restored dump runs as SQL, so restore only what you trust.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

FORMAT = 1
NAME = "manifest.json"
DUMP = "database.dump"
SPOOL = "spool"
MEDIA = "media"
KEYRING = "keys/keyring"


class BackupError(Exception):
    """A backup could not be made or restored; the text says why in words."""


def _inside(path: str) -> str:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or str(parts) != path or "\0" in path:
        raise ValueError("not a plain path inside the backup")
    return path


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stored(_Strict):
    """One file: SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int = Field(ge=0)


class Extension(_Strict):
    """An extension of the database; `indexes` (schema, name) can be left out where it is absent, `others` cannot."""

    name: str
    indexes: list[tuple[str, str]]
    others: list[str]


class Grant(_Strict):
    """A privilege on the database itself, which pg_dump leaves to the administrator. `role` None: everybody."""

    role: str | None
    privilege: str = Field(pattern=r"^[A-Z]+$")


class Manifest(_Strict):
    """The whole file. Unknown fields are refused: a newer format must raise FORMAT."""

    format: int
    made_at: str
    program: str
    server_version: int  # such as 180004
    pg_dump_major: int
    schema_version: int | None  # newest migration, where the schema is ours
    roles: list[str]  # that privileges in the dump name; a missing one is made without login
    extensions: list[Extension]
    settings: list[tuple[str, str]]  # ALTER DATABASE ... SET
    grants: list[Grant] | None  # None: the server's own default
    contains: list[str]
    left_out: list[str]
    files: dict[Annotated[str, AfterValidator(_inside)], Stored]


def describe_files(folder: Path) -> dict[str, Stored]:
    """Every file of the backup except the manifest, with its checksum."""
    return {
        path.relative_to(folder).as_posix(): Stored(sha256=_sha256(path), size=path.stat().st_size)
        for path in _files(folder)
        if path != folder / NAME
    }


def read_manifest(folder: Path) -> Manifest:
    """The manifest, after every file it names was found whole. Raises BackupError."""
    try:
        raw = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BackupError(f"{folder} is not a backup: {NAME} cannot be read ({error}).") from error
    if isinstance(raw, dict) and raw.get("format") != FORMAT:
        raise BackupError(f"{folder} has format {raw.get('format')!r}, and this program reads format {FORMAT}.")
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise BackupError(f"{folder / NAME} is damaged at {where}: {fault['msg']}.") from None
    if DUMP not in manifest.files:
        raise BackupError(f"{folder / NAME} names no {DUMP}.")
    for name, stored in manifest.files.items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            raise BackupError(f"the backup is incomplete: {path} is missing.")
        if path.stat().st_size != stored.size or _sha256(path) != stored.sha256:
            raise BackupError(f"the backup is damaged: {path} is not what was written (its checksum differs).")
    return manifest


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
