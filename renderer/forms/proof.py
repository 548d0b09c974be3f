"""Proofs of work in ALTCHA's format (altcha.org, version 1): asked of browsers only while a site is under attack, or
the database is away and nobody can tell.

Made and verified here, by nobody else; a solution counts once, for one site, within ten minutes. A visitor without
script has none, and goes to spam instead of being refused.
"""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from altcha.v1 import create_challenge, verify_solution

MOST = 60_000
"""Hashes of SHA-256 at most, half of that on average: about two seconds of a slow phone."""
_LASTS = timedelta(minutes=10)


def make_challenge(key: bytes) -> dict[str, Any]:
    """What a browser is to solve."""
    made = create_challenge(
        algorithm="SHA-256",
        max_number=MOST,
        salt_length=12,
        hmac_key=key,
        salt="",
        number=None,
        expires=datetime.now(UTC) + _LASTS,
        params=None,
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": MOST,
        "salt": made.salt,
        "signature": made.signature,
    }


def read_proof(key: bytes, proof: str) -> bytes | None:
    """What a solution is known by, so that it counts once; None for what solves none of our challenges in time."""
    try:
        given = json.loads(base64.b64decode(proof[:2_000], validate=True))
        texts = [given[name] for name in ("algorithm", "challenge", "salt", "signature")]
        if (
            not all(isinstance(text, str) for text in texts)
            or type(given["number"]) is not int
            or "expires=" not in texts[2]
        ):
            return None
        solved, _ = verify_solution(given, key, check_expires=True)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return hashlib.sha256(b"proof" + given["signature"].encode()).digest() if solved else None
