"""What commands say, a line at a time, whatever the database or a file has in it."""

import json
from typing import Any

import typer

from renderer.logs.scrub import printable


def tell(line: str, *, err: bool = False) -> None:
    """One line. Rows come from other programs and from strangers: nothing of one moves a cursor, turns text round or
    begins a line of its own."""
    typer.echo(printable(line), err=err)


def tell_lines(text: str, *, err: bool = False) -> None:
    """A text that has lines."""
    for line in text.split("\n"):
        tell(line, err=err)


def tell_json(value: Any) -> None:
    """For programs. What is not printed as it is becomes an escape of JSON's: the document stays the same."""
    tell_lines(json.dumps(value, ensure_ascii=False, indent=2))
