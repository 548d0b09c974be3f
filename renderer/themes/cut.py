"""Shortening that says so."""

from renderer.themes.repair import Repairs
from renderer.themes.text.typography import shorten


def cut(text: str, most: int, under: str, name: str, repairs: Repairs) -> str:
    """`text` in one line of at most `most` characters; a cut is reported at the field `name` below `under`."""
    if len(text) > most and len(" ".join(text.split())) > most:
        repairs.add(f"{under}/{name}", f"longer than {most} characters; cut")
    return shorten(text, most)
