"""`python -m renderer`."""

import gc
import signal
import sys
from types import FrameType


class Stopped(KeyboardInterrupt):
    """Told to stop before there was a supervisor to see to it: as Ctrl-C, so that a running statement is cancelled."""


def main() -> None:
    """Run a command of the command line."""
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
        from renderer.cli import main as run

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


if __name__ == "__main__":
    main()
