"""How often a door of the console may be tried: by account and by client."""

from math import ceil

from renderer import limits
from renderer.console.visit import Visit
from renderer.edge.client_address import network_of
from renderer.keyring import Keyring
from renderer.keys import CLIENT, KEYRING

# Many people share an address at an event; an account is tried from many addresses by who guesses.
FREE_OF_A_CLIENT = 12
FREE_OF_AN_ACCOUNT = 20
LONGEST_WAIT = 900
"""Seconds."""


async def admit(visit: Visit, door: str, email: str) -> int:
    """0 and the attempt counts, or the seconds to wait and it does not. `door` is counted by itself."""
    async with visit.db() as conn:
        seconds = await limits.admit_attempt(
            conn, _digests(visit, door, email), [FREE_OF_AN_ACCOUNT, FREE_OF_A_CLIENT], LONGEST_WAIT
        )
    return ceil(seconds)


async def forgive(visit: Visit, door: str, email: str) -> None:
    """The attempt was right."""
    async with visit.db() as conn:
        await limits.forgive_attempt(conn, *_digests(visit, door, email))


def _digests(visit: Visit, door: str, email: str) -> tuple[bytes, bytes]:
    keyring = visit.request.app[KEYRING]
    return (
        digest(keyring, door, "account", email.casefold()),
        digest(keyring, door, "client", network_of(visit.request[CLIENT])),
    )


def digest(keyring: Keyring, *parts: str) -> bytes:
    return limits.digest(keyring.subkey("limits", context=("console",)), *parts)
