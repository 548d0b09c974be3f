"""Where an owner goes after signing in: a path of the console, and nothing else."""

from renderer.gate.next_path import safe_next as safe_path

HOME = "/"


def safe_next(raw: str) -> str:
    """`raw` where it is an absolute path with an optional query of this host, otherwise the overview."""
    path = safe_path(raw)
    return HOME if path.startswith(("/sign-", "/_console")) else path
