"""`python -m renderer`."""

import codecs
import gc
import locale
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType


class Stopped(KeyboardInterrupt):
    """Told to stop before there was a supervisor to see to it: as Ctrl-C, so that a running statement is cancelled."""


def main() -> None:
    """Run a command of the command line."""
    _hold_standard_descriptors()
    _speak_utf8()
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        asked.append(number)
        raise Stopped

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # Inherited as ignored it would hide the end of a worker.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Of what is imported nothing is garbage: looking for some takes a tenth of the time.
    gc.disable()
    try:
        # Imported here, so that Ctrl-C meanwhile is no traceback either.
        run = _load()

        # What is loaded stays to the end: no collection, no worker and no way out need look through it again.
        gc.freeze()
        gc.enable()
        run()
    except KeyboardInterrupt:
        sys.exit(128 + (asked[0] if asked else signal.SIGINT))
    except BaseException:
        # What was interrupted may end in an error of its own, which says nothing to anybody.
        if asked:
            sys.exit(128 + asked[0])
        raise


def _load() -> Callable[[], None]:
    try:
        from renderer.cli import main as run
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] == __package__:
            raise
        # The system's Python, most of the time, in place of the environment's.
        sys.exit(f"renderer: {missing.name} is not installed here: run `make setup`, then .venv/bin/renderer")
    return run


def _speak_utf8() -> None:
    """Where Python takes another encoding from the locale, begin again without: libraries read our files by it, and
    names of files may be in any script."""
    if sys.flags.utf8_mode or codecs.lookup(locale.getencoding()).name == "utf-8":
        return
    # For the processes that this one starts, too.
    os.environ["PYTHONUTF8"] = "1"
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 this program again


def _hold_standard_descriptors() -> None:
    """Where one of them was closed, the next file or socket would get its number, and what is meant for a terminal."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


if __name__ == "__main__":
    main()
