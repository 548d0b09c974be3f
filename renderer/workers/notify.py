"""What systemd is told of this program (sd_notify(3)), where it asks for it."""

import contextlib
import os
import socket
import time


def notify(*lines: str) -> None:
    """Send `READY=1` and the like; nothing where NOTIFY_SOCKET is not set. Never raises for who is not there."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        # A leading @ stands for the abstract namespace.
        sending.sendto("\n".join(lines).encode(), "\0" + address[1:] if address[0] == "@" else address)


def reloading() -> None:
    notify("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
