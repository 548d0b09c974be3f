"""Listening sockets: on an address, on a path, or as systemd hands them over."""

import contextlib
import os
import socket
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BACKLOG = 1024
# sd_listen_fds(3): where the descriptors begin that systemd passes.
_FIRST_PASSED = 3
_SECONDS = 1.0


class AddressInUse(Exception):
    """Nothing can listen there; str() says where and why."""


@dataclass(frozen=True)
class Listening:
    """The sockets of a program: one a worker for the sites, and one for the internal port, where there is one.

    `path` is the unix socket that has to be taken away at the end.
    """

    sites: list[socket.socket]
    internal: socket.socket | None = None
    path: Path | None = None

    @property
    def port(self) -> int:
        """0 for a unix socket."""
        return port_of(self.sites[0])

    @property
    def address(self) -> str:
        """As an operator would write it: `http://127.0.0.1:8080/`, `unix:/run/renderer.sock`."""
        return address_of(self.sites[0])

    def close(self) -> None:
        for listener in (*self.sites, *([self.internal] if self.internal else [])):
            listener.close()
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()


def port_of(listener: socket.socket) -> int:
    return 0 if listener.family == socket.AF_UNIX else int(listener.getsockname()[1])


def address_of(listener: socket.socket) -> str:
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"http://{host}:{name[1]}/"


def listen(host: str, port: int, slots: int) -> list[socket.socket]:
    """`slots` listening sockets on one address, between which the kernel spreads connections (SO_REUSEPORT).

    Raises `AddressInUse`; port 0 takes a free one, the same for all.
    """
    listeners: list[socket.socket] = []
    try:
        family = _family(host)
        # SO_REUSEPORT would let a second program of the same user share the port in silence: ask without it first.
        probe = socket.socket(family, socket.SOCK_STREAM)
        with probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            port = probe.getsockname()[1]
        for _ in range(slots):
            listener = socket.socket(family, socket.SOCK_STREAM)
            listeners.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if slots > 1:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind((host, port))
            listener.listen(BACKLOG)
    # UnicodeError: of a name with a label too long to be looked up.
    except (OSError, OverflowError, UnicodeError) as error:
        for listener in listeners:
            listener.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        if isinstance(error, PermissionError):
            reason = f"{reason} (ports below 1024 are the system's; a socket of systemd's is handed over)"
        raise AddressInUse(f"cannot listen on {host}:{port}: {reason}") from error
    return listeners


def _family(host: str) -> socket.AddressFamily:
    """IPv4 where the name has such an address: the other one of `localhost` comes first on most systems."""
    families = [found[0] for found in socket.getaddrinfo(host or None, None, type=socket.SOCK_STREAM)]
    return socket.AF_INET if socket.AF_INET in families else families[0]


def listen_at(path: Path, slots: int) -> list[socket.socket]:
    """One unix socket, `slots` times: the workers take connections from the one queue. Its group may connect.

    A socket that nobody listens on any more is replaced. Raises `AddressInUse`.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.exists() and stat.S_ISSOCK(path.stat().st_mode) and not _answers(path):
            path.unlink()
        # From its first moment on, not from the chmod after.
        before = os.umask(0o117)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise AddressInUse(f"cannot listen at {path}: {error.strerror or error}") from error
    return shared(listener, slots)


def shared(listener: socket.socket, slots: int) -> list[socket.socket]:
    """The same socket under further descriptors."""
    return [listener, *(listener.dup() for _ in range(slots - 1))]


def passed(environment: Mapping[str, str], pid: int, slots: int) -> Listening | None:
    """The sockets that systemd opened for this process (sd_listen_fds(3)); None where it opened none.

    One called `internal` (FileDescriptorName=) is the internal port; the others are for the sites, shared by the
    workers. Raises `AddressInUse` for what is no listening stream socket.
    """
    if environment.get("LISTEN_PID") != str(pid):
        return None
    count = int(environment.get("LISTEN_FDS", "0"))
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    sites: list[socket.socket] = []
    internal = None
    for number in range(count):
        listener = _received(_FIRST_PASSED + number)
        if number < len(names) and names[number] == "internal":
            internal = listener
        else:
            sites.append(listener)
    if not sites:
        return None
    return Listening(_spread(sites, slots), internal)


def _received(descriptor: int) -> socket.socket:
    try:
        listener = socket.socket(fileno=descriptor)
        if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) or listener.type != socket.SOCK_STREAM:
            raise OSError("no listening stream socket")
    except OSError as error:
        raise AddressInUse(f"cannot listen on what systemd passed as {descriptor}: {error}") from error
    listener.set_inheritable(False)
    listener.setblocking(False)
    return listener


def _spread(sockets: Sequence[socket.socket], slots: int) -> list[socket.socket]:
    """At least one slot a socket, and at least `slots`."""
    again = max(slots - len(sockets), 0)
    return [*sockets, *(sockets[number % len(sockets)].dup() for number in range(again))]


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_SECONDS)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
