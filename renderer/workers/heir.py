"""What a succession leaves to the program it starts: descriptors, and what cannot be read from files.

It goes over a pair of sockets rather than the command line or the environment, which other accounts may read. The same
pair says when the successor is ready, and its end tells each side that the other is gone.
"""

import json
import os
import socket
from dataclasses import dataclass
from typing import Any

# Holds the number of a descriptor. Not TAPSITE_…: it is no setting.
VARIABLE = "RENDERER_HEIR"
READY = b"r"


@dataclass(frozen=True)
class Heir:
    """`channel` leads to the succession. `patient`: another generation serves until this one can do as well."""

    channel: socket.socket
    sites: list[socket.socket]
    internal: socket.socket | None
    patient: bool
    # What the first of the line said to its successors.
    will: dict[str, Any]

    def tell_ready(self) -> None:
        self.channel.sendall(READY)


def find_heir() -> Heir | None:
    """What this process was left; None where it was started by somebody else."""
    number = os.environ.pop(VARIABLE, "")
    if not number:
        return None
    channel = socket.socket(fileno=int(number))
    channel.set_inheritable(False)
    with channel.makefile("rb") as lines:
        left = json.loads(lines.readline())
    found = [socket.socket(fileno=descriptor) for descriptor in left["sites"]]
    internal = None if left["internal"] is None else socket.socket(fileno=left["internal"])
    for listener in (*found, *([internal] if internal else [])):
        listener.set_inheritable(False)
    return Heir(channel, found, internal, left["patient"], left["will"])


def leave(
    channel: socket.socket,
    sites: list[socket.socket],
    internal: socket.socket | None,
    patient: bool,
    will: dict[str, Any],
) -> None:
    """Write for `find_heir`. Descriptors keep their numbers."""
    left = {
        "sites": [listener.fileno() for listener in sites],
        "internal": None if internal is None else internal.fileno(),
        "patient": patient,
        "will": will,
    }
    channel.sendall(json.dumps(left).encode() + b"\n")
