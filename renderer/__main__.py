"""`python -m renderer`."""

import signal
import sys
from types import FrameType


class Stopped(BaseException):
    """Told to stop before there was a supervisor to see to it: whatever was begun is ended on the way out."""


def main() -> None:
    """Run a command of the command line."""

    def stop(number: int, _: FrameType | None) -> None:
        raise Stopped(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # Inherited as ignored it would hide the end of a worker.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        # Imported here, so that Ctrl-C meanwhile is no traceback either.
        from renderer.cli import main as run

        run()
    except Stopped as stopped:
        sys.exit(128 + int(stopped.args[0]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
