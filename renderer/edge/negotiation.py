"""Which coding of an answer a client wants (RFC 9110 §12.5.3)."""

import re
from functools import lru_cache

from aiohttp import hdrs
from multidict import MultiMapping

IDENTITY = "identity"
# As we would choose: the smallest first.
CODINGS = ("br", "zstd", "gzip")

_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
_LONGEST = 400
"""Characters of a header that are read; browsers send thirty."""


def accepted(headers: MultiMapping[str]) -> tuple[str, ...]:
    """The codings that a request wants, best first."""
    lines = headers.getall(hdrs.ACCEPT_ENCODING, None)
    return wanted_codings(None if lines is None else lines[0] if len(lines) == 1 else ",".join(lines))


def wanted_codings(accepted: str | None) -> tuple[str, ...]:
    """The codings that the value of Accept-Encoding asks for, best first, each with a quality above 0.

    Never empty: where nothing that we have is acceptable, identity is what a client can be given at all. Without the
    header every coding is acceptable, and identity is what everybody can read.
    """
    return (IDENTITY,) if accepted is None else _read(accepted[:_LONGEST])


@lru_cache(1024)
def _read(accepted: str) -> tuple[str, ...]:
    asked: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, parameters = part.partition(";")
        name = name.strip().lower().removeprefix("x-")
        quality = _quality(parameters)
        if name and quality is not None:
            asked.setdefault(name, quality)
    others = asked.get("*", 0.0)
    found = [(asked.get(coding, others), -place, coding) for place, coding in enumerate(CODINGS)]
    # Acceptable unless it is refused by name or with everything else; unnamed, it comes after whatever is named.
    found.append((asked.get(IDENTITY, 0.0 if asked.get("*") == 0 else 0.0001), -len(CODINGS), IDENTITY))
    return tuple(coding for quality, _, coding in sorted(found, reverse=True) if quality > 0) or (IDENTITY,)


def _quality(parameters: str) -> float | None:
    """Of `;q=0.5`: 0 to 1, 1 without one; None where it cannot be read, and the coding counts as not named."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            value = value.strip()
            return float(value) if _QUALITY.fullmatch(value) else None
    return 1.0
