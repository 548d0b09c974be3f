"""Where a visitor goes after the form: a path of the same site, and nothing else."""

import re

ACTION = "/_password"
HOME = "/"
MAX_PATH = 2048

# Printable ASCII, as a request's target has it, without the backslash that browsers read as a slash.
_TARGET = re.compile(r"/[!-\[\]-~]*")


def safe_next(raw: str) -> str:
    """`raw` where it is an absolute path with an optional query of this site, otherwise the home page.

    Two slashes anywhere in the path are refused, not only at its start: what later tidies dot segments
    (`/.//evil.test`) would put them there. In the query they are harmless.
    """
    if len(raw) > MAX_PATH or not _TARGET.fullmatch(raw):
        return HOME
    path = re.split(r"[?#]", raw, maxsplit=1)[0]
    return HOME if "//" in path or path == ACTION else raw
