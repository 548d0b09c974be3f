"""Where an owner goes after signing in: a path of the console, and nothing else."""

import re

from renderer.gate.next_path import safe_next as safe_path

HOME = "/"
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SCREEN = re.compile(rf"/account(?:/[a-z-]+)?|/sites/{_ID}(?:/[a-z]+(?:/{_ID})?)?")


def safe_next(raw: str) -> str:
    """`raw` where it is an absolute path with an optional query of this host, otherwise the overview."""
    path = safe_path(raw)
    return HOME if path.startswith(("/sign-", "/_console")) else path


def mailed_next(raw: str) -> str:
    """As `safe_next`, for a letter that anybody may have sent to the owner: screens alone, so that it says nothing of
    theirs."""
    return raw if _SCREEN.fullmatch(raw) else HOME
