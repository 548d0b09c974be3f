"""Where a demo that runs answers: at a port and a console that no configuration names. Commands that print an address
ask here, since theirs has to open."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from renderer.disk import write_durably
from renderer.settings import Settings

_FILE = "demo.json"
_SECONDS = 1.0
"""For a listener on this machine to answer."""


@contextmanager
def known_address(settings: Settings) -> Iterator[None]:
    """For as long as the block runs. Raises OSError."""
    file = settings.var / _FILE
    said = {"host": settings.server.host, "port": settings.server.port, "console": settings.console.host}
    write_durably(file, json.dumps(said).encode())
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def as_answered(settings: Settings) -> Settings:
    """With the port and the console of the demo that runs on these settings; as they are where none does."""
    if settings.production or not settings.embedded:
        return settings
    try:
        said = json.loads((settings.var / _FILE).read_bytes())
        host, port, console = str(said["host"]), int(said["port"]), str(said["console"])
        # One that was killed has left the file behind.
        with socket.create_connection((host if host not in ("0.0.0.0", "::") else "localhost", port), _SECONDS):  # noqa: S104 compared, not bound
            pass
    except (OSError, ValueError, LookupError, TypeError, OverflowError):
        return settings
    changed = {
        "server": settings.server.model_copy(update={"port": port}),
        "console": settings.console.model_copy(update={"host": settings.console.host or console}),
    }
    return settings.model_copy(update=changed)
