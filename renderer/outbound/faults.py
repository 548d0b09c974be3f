"""Why nothing was sent, or nothing came back."""

import ssl
from collections.abc import Iterable
from typing import Literal

Reason = Literal["address", "url", "lookup", "connection", "tls", "time", "size", "protocol"]


class OutboundError(Exception):
    """A request that has no answer. `reason` is what to count by; str() is for the log that an owner sees: it quotes
    nothing of what was received, and nothing of the address beyond what its owner wrote."""

    def __init__(self, reason: Reason, said: str) -> None:
        super().__init__(said)
        self.reason: Reason = reason


# X509_V_ERR_… of OpenSSL (x509_vfy.h): a certificate's time has not come or is over; host, address of another.
_NOT_NOW, _NOT_ITS_NAME = frozenset({9, 10}), frozenset({62, 64})


def certificate_fault(causes: Iterable[BaseException]) -> str | None:
    """What is wrong with a certificate, in words; None: nothing that is known of."""
    # aiohttp's own of that class has no code; what caused it has.
    codes = [getattr(one, "verify_code", None) for one in causes if isinstance(one, ssl.SSLCertVerificationError)]
    code = next((one for one in codes if one is not None), None)
    if code is None:
        return None
    if code in _NOT_NOW:
        return "the certificate has expired"
    return (
        "the certificate is for another name" if code in _NOT_ITS_NAME else "the certificate is of no known authority"
    )
