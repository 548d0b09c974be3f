"""Short turns on the processor, for who mostly waits and then is wanted at once.

A machine's processors are shared with the database and whoever else works there. A worker needs a third of a
millisecond at a time, but when it wakes it may have to wait until somebody else's turn ends, which by itself takes
several. Since 6.12 Linux lets a process ask for shorter turns of its own: it gets no more of the processor than its
share, but sooner (Documentation/scheduler/sched-eevdf.rst, sched_setattr(2)).
"""

import ctypes
import os
import platform
import struct
import sys

TURN_SECONDS = 0.000_3
"""What a worker does between two waits, in nearly all cases; the kernel takes 0.1 to 100 ms."""
_NUMBERS = {"x86_64": 314, "aarch64": 274}
# struct sched_attr (linux/sched/types.h): size, policy, flags, nice, priority, runtime, deadline, period.
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")


def ask_for_short_turns(seconds: float = TURN_SECONDS) -> bool:
    """For the calling thread, and those that it starts from now on. False where there is nothing to be asked: another
    system, another policy than the usual one, or a filter of system calls. An older kernel takes it for granted, and
    does nothing."""
    number = _NUMBERS.get(platform.machine())
    if not sys.platform.startswith("linux") or number is None or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    nanoseconds = round(seconds * 1e9)
    wanted = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, nanoseconds, 0, 0)
    try:
        call = ctypes.CDLL(None).syscall
    except (OSError, AttributeError):
        return False
    return bool(call(number, 0, ctypes.c_char_p(wanted), 0) == 0)
