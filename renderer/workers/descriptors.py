"""How many files and connections a process may have open."""

import resource

MOST = 65_536
"""As in deploy/renderer.service. Not without end: the kernel keeps a table of what is open."""
FEW = 1_024
"""Below this visitors are refused on a busy day; nobody is told by then, as nothing is left to tell it with."""


def allow_descriptors(most: int = MOST) -> int:
    """Raise this process's own limit to what it may have; its children inherit that. Returns the limit.

    In most shells and containers it is 1,024, for the sake of programs that use select(2) on any descriptor.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft
