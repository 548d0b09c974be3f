"""How often a door of the console may be tried: by account and by client."""

from collections.abc import Sequence
from math import ceil

from renderer.console.visit import Visit
from renderer.edge import limits
from renderer.edge.client_address import network_of
from renderer.keyring import Keyring
from renderer.keys import CLIENT, KEYRING

# Many people share an address at an event; an account is tried from many addresses by who guesses.
FREE_OF_A_CLIENT = 12
FREE_OF_AN_ACCOUNT = 20
LONGEST_WAIT = 900
"""Seconds."""
NOTED_OF_STRANGERS = 100
LETTER = "letter"
"""The door that writes to an account's mailbox. How much may lie there is the database's to say (make_console_link): it
refuses only where links are still good. Counted here as well, strangers would keep the owner from asking."""


async def admit(visit: Visit, door: str, email: str, known: str = "") -> int:
    """0 and the attempt counts, or the seconds to wait and it does not. `door` is counted by itself. `known`: a session
    or browser of the account's owner, which is counted instead of account and client: strangers' attempts at the one,
    or from the same network, keep no owner out."""
    digests: Sequence[bytes] = _digests(visit, door, email, known)
    free = [FREE_OF_AN_ACCOUNT, FREE_OF_A_CLIENT]
    if known or door == LETTER:
        digests, free = digests[1:], free[1:]
    async with visit.db() as conn:
        return ceil(await limits.admit_attempt(conn, digests, free, LONGEST_WAIT))


async def is_noted(visit: Visit, door: str) -> bool:
    """Whether the trail tells of one more attempt at what nobody has; counted for all strangers together."""
    unknown = digest(visit.request.app[KEYRING], door, "unknown")
    async with visit.db() as conn:
        return not await limits.admit_attempt(conn, [unknown], [NOTED_OF_STRANGERS], LONGEST_WAIT)


async def forgive(visit: Visit, door: str, email: str, known: str = "") -> None:
    """The attempt was right."""
    async with visit.db() as conn:
        await limits.forgive_attempt(conn, *_digests(visit, door, email, known))


def _digests(visit: Visit, door: str, email: str, known: str) -> tuple[bytes, bytes]:
    keyring = visit.request.app[KEYRING]
    if known:
        counted = digest(keyring, door, "known", email.casefold(), known)
        return counted, counted
    return (
        digest(keyring, door, "account", email.casefold()),
        digest(keyring, door, "client", network_of(visit.request[CLIENT])),
    )


def digest(keyring: Keyring, *parts: str) -> bytes:
    return limits.digest(keyring.subkey("limits", context=("console",)), *parts)
