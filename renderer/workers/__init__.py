"""Processes: who listens, who serves, and how one generation of workers follows another.

A supervisor forks a worker a listening socket and replaces those that die. A succession holds the sockets and one
supervisor at a time: told to, it starts another from the files as they are now, and lets the old one end once the new
one serves. Deliberately not here: what a worker serves.
"""

from renderer.workers.heir import Heir, find_heir
from renderer.workers.sockets import AddressInUse, Listening, listen
from renderer.workers.succession import Succession
from renderer.workers.supervisor import Beside, Supervisor, WorkersFailed

__all__ = [
    "AddressInUse",
    "Beside",
    "Heir",
    "Listening",
    "Succession",
    "Supervisor",
    "WorkersFailed",
    "find_heir",
    "listen",
]
