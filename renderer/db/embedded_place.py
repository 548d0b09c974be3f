"""Where the embedded PostgreSQL keeps its files, and that the account it runs as can reach them.

Everything is under one directory, `root` (`var/postgres`):

    lock, users, alive   see embedded_locks.py
    password             one random password for all roles, mode 0600, for this program's user only
    place.json           where home and socket are, when they are not below `root`
    running.json, log    what was started last, and what PostgreSQL said
    data/ socket/        the cluster and its Unix socket, mode 0700, owned by the account
    programs/            a copy of the binaries, only where the account cannot reach the installed ones

A checkout may lie where no other account can enter (/root, a 0700 temporary directory). No mode is changed there:
the last three lines then are below a private "home" in /var/lib or /var/tmp, and `place.json` says which.
"""

import contextlib
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
PREFIX = "tapsite-"  # of every directory made outside `root`


@dataclass(frozen=True)
class Place:
    """The paths of one embedded server. `root` is ours; the account works in what `home` and `socket` name."""

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
    def copies(self) -> Path:
        """Where programs are copied to: initdb calls postgres through a shell, in quotes some names break out of."""
        return self.socket if set(str(self.home)) & set('"$`\\') else self.home

    @property
    def log(self) -> Path:
        return self.root / "log"


def make_root(root: Path) -> None:
    """Make the missing directories only. A tight umask would keep a borrowed account out of what root makes here."""
    for path in reversed([path for path in (root, *root.parents) if not path.exists()]):
        path.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            path.chmod(path.stat().st_mode & 0o7777 | 0o011)


def read_place(root: Path) -> Place | None:
    """The place of the database that exists for `root`, or None when none has been made."""
    home, socket = _recorded(root)
    if home != root:
        _check_owner(root, home)
    if not (home / "data").is_dir():
        return None
    return Place(root, home, socket, choose_account(owner=(home / "data").stat().st_uid))


def make_place(root: Path, known: Place | None, account_name: str | None) -> Place:
    """The place `known`, or a new one, its directories made and checked. Call it under the exclusive lock."""
    if known is None:
        account = choose_account(account_name)
        home = _recorded(root)[0]
        if home == root:
            home = _choose_home(root, account)
        known = Place(root, home, _recorded(root)[1], account)
    elif not known.account.can_run(["true"], known.home):
        raise EmbeddedError(
            f"the embedded database at {known.data} can no longer be reached by the account {known.account.name} it "
            "belongs to: a directory above it is closed to others. Open that again, or move the checkout back."
        )
    if known.home != root:
        (known.home / "belongs-to").write_bytes(os.fsencode(root) + b"\n")
    return Place(root, known.home, _make_socket(known), known.account)


def remove_files(root: Path) -> None:
    """Delete everything of `root`, also what is elsewhere; but not what a copied record names and another root uses."""
    home, socket = _recorded(root)
    paths = [socket, root]
    if home != root:
        with contextlib.suppress(EmbeddedError):
            _check_owner(root, home)
            paths.insert(0, home)
    for path in paths:
        remove_tree(path)


def private_directory(path: Path, account: Account) -> None:
    """Make `path`, or take it if it is there, as a 0700 directory of the account; refuse anything else there."""
    try:
        path.mkdir(mode=0o700)
        account.give(path)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
        raise EmbeddedError(f"{path} is in the way: it is not a directory of {account.name}. Remove it and try again.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)


def remove_tree(path: Path) -> None:
    """Remove a directory tree, never through a symbolic link; a missing one is fine."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write a 0600 file at once or not at all, for `account` or else for the owner of the directory."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if account is not None:
        account.give(new)
    elif os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(new, owner.st_uid, owner.st_gid)
    new.replace(path)


def _record(root: Path) -> dict[str, str]:
    try:
        record = json.loads((root / "place.json").read_text("utf-8", "surrogateescape"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise EmbeddedError(f"{root / 'place.json'} cannot be read: {error}") from error
    if not isinstance(record, dict) or not all(isinstance(value, str) for value in record.values()):
        raise EmbeddedError(f"{root / 'place.json'} is not what the embedded server writes.")
    return record


def _note(root: Path, **changes: str) -> None:
    write_private(root / "place.json", json.dumps(_record(root) | changes, indent=1) + "\n")


def _recorded(root: Path) -> tuple[Path, Path]:
    """(home, socket directory) as recorded, whether they exist or not."""
    record = _record(root)
    home = Path(record.get("home", root))
    socket = home / "socket"
    # In a copy of the checkout the record still names the original's socket; the inode tells them apart.
    if record.get("inode") == str(root.stat().st_ino):
        socket = Path(record.get("socket", socket))
    for path, beside in ((home, root), (socket, home / "socket")):
        # `remove` deletes these, so a damaged record must not be able to name just anything.
        if path != beside and not path.name.startswith(PREFIX):
            raise EmbeddedError(f"{root / 'place.json'} names {path}, which the embedded server never made.")
    return home, socket


def _check_owner(root: Path, home: Path) -> None:
    """A home elsewhere follows a renamed checkout, but a copied checkout must not share the original's."""
    try:
        owner = Path(os.fsdecode((home / "belongs-to").read_bytes().removesuffix(b"\n")))
    except OSError:
        raise EmbeddedError(
            f"the embedded database was at {home}, and that is gone. Bring it back, or remove {root} to start anew."
        ) from None
    if owner != root and (owner / "place.json").is_file() and _record(owner).get("home") == str(home):
        raise EmbeddedError(
            f"{root} is a copy of {owner}, whose embedded database is at {home}. Remove {root} to start with an empty "
            "database here, and use `renderer backup` and `renderer restore` to bring the data over."
        )


def _choose_home(root: Path, account: Account) -> Path:
    """`root` itself where the account can enter it, else a new directory that it can, noted in place.json."""
    if account.can_run(["true"], root) and _keeps_modes(root):
        return root
    name = f"{PREFIX}{hashlib.sha256(os.fsencode(root)).hexdigest()[:12]}-{secrets.token_hex(4)}"
    bases = [Path("/var/lib"), Path("/var/tmp")]  # noqa: S108 - the name is random, and mkdir takes no existing one
    if account.own:
        bases[0] = Path(os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state"))  # noqa: PTH111
        with contextlib.suppress(OSError):
            bases[0].mkdir(parents=True, exist_ok=True)
    for base in bases:
        home = base / name
        try:
            home.mkdir(mode=0o700)
        except OSError:
            continue
        # The account may pass through but not write: only data/ and socket/ are its own.
        home.chmod(0o711)
        if account.can_run(["true"], home) and _keeps_modes(home):
            (home / "belongs-to").write_bytes(os.fsencode(root) + b"\n")
            _note(root, home=str(home))
            return home
        home.rmdir()
    raise EmbeddedError(
        f"the account {account.name} cannot enter {root}, and no private directory could be made for it under "
        f"{' or '.join(map(str, bases))}. Move the checkout to where {account.name} can enter it, or set database.url."
    )


def _keeps_modes(directory: Path) -> bool:
    """False on file systems without Unix modes (a shared folder of a virtual machine); PostgreSQL insists on 0700."""
    probe = Path(tempfile.mkdtemp(dir=directory))
    try:
        return stat.S_IMODE(probe.stat().st_mode) == 0o700
    finally:
        probe.rmdir()


def _make_socket(place: Place) -> Path:
    """A private directory whose path fits a Unix socket address and needs no quoting anywhere."""
    if _fits(place.socket):
        try:
            private_directory(place.socket, place.account)  # one in /run is gone after a reboot, and made again
            return place.socket
        except (EmbeddedError, OSError):
            if place.socket.is_relative_to(place.home):
                raise
    bases = [os.environ.get("XDG_RUNTIME_DIR", "/run") if place.account.own else "/run", "/tmp"]  # noqa: S108 - mkdtemp
    for base in bases:
        try:
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        except OSError:
            continue
        place.account.give(path)
        if _fits(path) and place.account.can_run(["true"], path):
            _note(place.root, socket=str(path), inode=str(place.root.stat().st_ino))
            return path
        path.rmdir()
    raise EmbeddedError(f"no directory with a path short enough for a Unix socket could be made in {bases}.")


def _fits(path: Path) -> bool:
    plain = all(character.isalnum() or character in "/._-+@" for character in str(path))
    return plain and len(os.fsencode(path)) <= LONGEST_SOCKET_DIRECTORY
