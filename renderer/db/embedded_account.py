"""The operating-system account the embedded PostgreSQL runs as.

PostgreSQL refuses to run as root. An ordinary user simply runs it as themselves; root borrows an account that is
already there. No account is ever created, and nothing is granted to the borrowed one beyond a private directory.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# In order: an account made for PostgreSQL, then accounts that own nothing.
BORROWED = ("postgres", "_postgres", "nobody", "daemon")


class EmbeddedError(Exception):
    """The embedded server cannot do what was asked; the text says why in words and what to do."""


@dataclass(frozen=True)
class Account:
    """An account by name and numbers; `own` when it is the one this program already runs as."""

    name: str
    uid: int
    gid: int
    own: bool

    def popen(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess` that make the child this account and nothing more (no extra groups)."""
        return {} if self.own else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the account the owner of `path` (never following a symbolic link)."""
        if not self.own:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_run(self, command: Sequence[str | Path], cwd: Path) -> bool:
        """Whether the account can enter `cwd` and run `command` there; tried for real, so that ACLs count as well."""
        script = 'cd -- "$1" && shift && exec "$@"'
        try:
            done = subprocess.run(  # noqa: S603 - fixed shell text; paths are arguments
                ["/bin/sh", "-c", script, "sh", cwd, *command],
                cwd="/",
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
                **self.popen(),
            )
        except PermissionError as error:
            raise EmbeddedError(
                f"this process is root but may not become {self.name} (uid {self.uid}), and PostgreSQL refuses to run "
                "as root. Start the program as an ordinary user, or set database.url to a PostgreSQL of your own."
            ) from error
        return done.returncode == 0


def clean_environment() -> dict[str, str]:
    """An environment without the caller's PG*, TZ, LD_* and locale settings, which would change the server."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C", "LC_ALL": "C"}


def choose_account(name: str | None = None, owner: int | None = None) -> Account:
    """The account to run as: the `owner` (uid) of data that exist, else `name` if given, else a borrowed or our own."""
    here = os.geteuid()
    if here != 0:
        if owner is not None and owner != here:
            raise EmbeddedError(
                f"the embedded database belongs to uid {owner}, but this program runs as uid {here}. "
                f"Run it as that user (or as root), or remove the database and start anew."
            )
        return Account(name=_name(here), uid=here, gid=os.getegid(), own=True)
    if owner:  # data made by an ordinary user stay theirs when root starts the program
        try:
            entry = pwd.getpwuid(owner)
        except KeyError:
            raise EmbeddedError(
                f"the embedded database belongs to uid {owner}, which has no account on this machine."
            ) from None
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, own=False)
    if name is not None:
        return _entry(name)
    for candidate in BORROWED:
        try:
            return _entry(candidate)
        except EmbeddedError:
            continue
    raise EmbeddedError(
        f"PostgreSQL refuses to run as root and none of the accounts {', '.join(BORROWED)} exists here. "
        "Start the program as an ordinary user, or set database.url to a PostgreSQL of your own."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        # initdb looks its own account up and would fail with less helpful words.
        raise EmbeddedError(
            f"this program runs as uid {uid}, which has no account (no line in /etc/passwd), and PostgreSQL needs one. "
            "Start the program as a user of this machine, or set database.url to a PostgreSQL of your own."
        ) from None


def _entry(name: str) -> Account:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise EmbeddedError(f"there is no account called {name} on this machine.") from None
    if entry.pw_uid == 0:
        raise EmbeddedError(f"the account {name} is root, and PostgreSQL refuses to run as root.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, own=False)
