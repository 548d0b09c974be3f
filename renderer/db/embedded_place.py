"""Where the embedded PostgreSQL keeps its files, and that the account it runs as can reach them.

Everything is under one directory, `root` (`var/postgres`):

    lock        held while a process starts, stops or removes the server
    users       held shared by every process that uses the server; the last one out stops it
    alive       held by the PostgreSQL processes themselves, so that the kernel knows whether any is left
    password    one random password for all roles, mode 0600, readable by this program's user only
    place.json  where home and socket are, when they are not below `root`
    log         what PostgreSQL said
    data/       the cluster, mode 0700, owned by the account       \\ these three are the "home", and lie
    socket/     the Unix socket, mode 0700, owned by the account    > elsewhere when the account cannot
    programs/   a copy of the binaries, only where needed          /  enter `root`

A checkout may lie where no other account can enter (/root, a 0700 temporary directory). No mode is changed there:
the home then is a private directory below /var/lib or /var/tmp, and `place.json` says which.
"""

import hashlib
import json
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from renderer.db.embedded_account import Account, EmbeddedError, choose_account

# sun_path holds 107 bytes on Linux and 103 on macOS; "/.s.PGSQL.5432" takes 14 of them.
LONGEST_SOCKET_DIRECTORY = 103 - 14


@dataclass(frozen=True)
class Place:
    """The paths of one embedded server. `root` is ours; `home` and `socket` are what the account works in."""

    root: Path
    home: Path
    socket: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def making(self) -> Path:
        """Where initdb works. It becomes `data` by one rename, so a `data` that exists is always whole."""
        return self.home / "data.making"

    @property
    def log(self) -> Path:
        return self.root / "log"


def read_place(root: Path, account: str | None = None) -> Place | None:
    """The place recorded under `root`, or None when nothing has been made there."""
    home, socket = recorded_paths(root)
    if not (home / "data").is_dir():
        if not home.is_dir():
            raise EmbeddedError(
                f"the embedded database was at {home}, and that directory is gone. Bring it back, or remove "
                f"{root} to start with an empty one."
            )
        return None
    owner = (home / "data").stat().st_uid
    return Place(root, home, socket, choose_account(account, owner))


def recorded_paths(root: Path) -> tuple[Path, Path]:
    """(home, socket directory) as recorded, whether they exist or not."""
    record = _record(root)
    home = Path(record.get("home", root))
    return home, Path(record.get("socket", home / "socket"))


def make_place(root: Path, account_name: str | None) -> Place:
    """Find or choose the directories, make the missing ones, and return them checked. Call it under the lock."""
    known = read_place(root, account_name)
    if known is not None:
        place = known
        if not place.account.can_run(["true"], place.home):
            raise EmbeddedError(
                f"the embedded database at {place.data} can no longer be reached by the account "
                f"{place.account.name} it belongs to: a directory above it is closed to others. Open it again, or "
                f"move the checkout back to where it was."
            )
    else:
        account = choose_account(account_name)
        recorded = _record(root).get("home")
        home = Path(recorded) if recorded else _choose_home(root, account)
        place = Place(root, home, home / "socket", account)
    return Place(place.root, place.home, _make_socket(place), place.account)


def private_directory(path: Path, account: Account) -> None:
    """Make `path` (or take it if it is there) as a 0700 directory of the account; refuse anything else that is there."""
    try:
        path.mkdir(mode=0o700)
        account.give(path)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
        raise EmbeddedError(
            f"{path} is in the way: it is not a directory of {account.name}. Remove it and start again."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
        if stat.S_IMODE(path.lstat().st_mode) != 0o700:
            raise EmbeddedError(f"the file system at {path} does not keep file modes, and PostgreSQL insists on 0700.")


def remove_tree(path: Path) -> None:
    """Remove a directory tree; a missing one is fine. Uses the variant that no symbolic link can lead astray."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write a 0600 file at once or not at all."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if account is not None:
        account.give(new)
    new.replace(path)


def _record(root: Path) -> dict[str, str]:
    try:
        record = json.loads((root / "place.json").read_text())
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise EmbeddedError(f"{root / 'place.json'} cannot be read: {error}") from error
    if not isinstance(record, dict) or not all(isinstance(value, str) for value in record.values()):
        raise EmbeddedError(f"{root / 'place.json'} is not what the embedded server writes.")
    return record


def _note(root: Path, **changes: str) -> None:
    write_private(root / "place.json", json.dumps(_record(root) | changes, indent=1) + "\n")


def _choose_home(root: Path, account: Account) -> Path:
    """`root` itself where the account can enter it, else a new directory that it can, noted in place.json first."""
    if account.can_run(["true"], root) and _keeps_modes(root):
        return root
    name = f"tapsite-{hashlib.sha256(os.fsencode(root)).hexdigest()[:12]}-{secrets.token_hex(4)}"
    places = [Path("/var/lib"), Path("/var/tmp"), Path("/tmp")]  # noqa: S108 - the name is random and made with mkdir
    if account.own:
        places = [Path.home() / ".local/state", *places[1:]]
        places[0].mkdir(parents=True, exist_ok=True)
    for base in places:
        home = base / name
        try:
            home.mkdir(mode=0o700)  # fails if anything is there already, a link included
        except OSError:
            continue
        # The account may pass through but not list or write: only data/ and socket/ are its own.
        home.chmod(0o711)
        if account.can_run(["true"], home) and _keeps_modes(home):
            (home / "belongs-to").write_text(f"{root}\n")
            _note(root, home=str(home))
            return home
        home.rmdir()
    raise EmbeddedError(
        f"the account {account.name} cannot enter {root}, and no private directory could be made for it under "
        f"{', '.join(map(str, places))}. Move the checkout to where {account.name} can enter it, or set database.url."
    )


def _keeps_modes(directory: Path) -> bool:
    probe = Path(tempfile.mkdtemp(dir=directory))
    try:
        return stat.S_IMODE(probe.stat().st_mode) == 0o700
    finally:
        probe.rmdir()


def _make_socket(place: Place) -> Path:
    """A private directory whose path fits a Unix socket address and needs no quoting anywhere."""
    path = place.socket
    beside = path == place.home / "socket"
    if beside and _fits(path):
        private_directory(path, place.account)
        return path
    if not beside:
        try:
            private_directory(path, place.account)  # after a reboot /run is empty: made again under the same name
            return path
        except (EmbeddedError, OSError):
            pass
    bases = [os.environ.get("XDG_RUNTIME_DIR", "/tmp")] if place.account.own else ["/run"]  # noqa: S108 - mkdtemp
    for base in [*bases, "/tmp"]:  # noqa: S108
        try:
            path = Path(tempfile.mkdtemp(prefix="tapsite-", dir=base))
        except OSError:
            continue
        place.account.give(path)
        if _fits(path) and place.account.can_run(["true"], path):
            _note(place.root, socket=str(path))
            return path
        path.rmdir()
    raise EmbeddedError(f"no directory with a path short enough for a Unix socket could be made under {bases[0]}.")


def _fits(path: Path) -> bool:
    plain = all(character.isalnum() or character in "/._-+@" for character in str(path))
    return plain and len(os.fsencode(path)) <= LONGEST_SOCKET_DIRECTORY
