"""Why nothing was sent, or nothing came back."""

from typing import Literal

Reason = Literal["address", "url", "lookup", "connection", "tls", "time", "size", "protocol"]


class OutboundError(Exception):
    """A request that has no answer. `reason` is what to count by; str() is for the log that an owner sees: it quotes
    nothing of what was received, and nothing of the address beyond what its owner wrote."""

    def __init__(self, reason: Reason, said: str) -> None:
        super().__init__(said)
        self.reason: Reason = reason
