"""Copies of the themes' folder that a test may spoil."""

import shutil
from pathlib import Path

from tests.pages import ROOT


def copy_theme(to: Path, theme_id: str = "pilar", **lines: str) -> Path:
    """Pilar under `to`, as `theme_id`, with these lines first in its theme.toml; returns its folder."""
    for name, place in (("pilar", theme_id), ("shared", "shared")):
        if not (to / place).exists():
            shutil.copytree(ROOT / name, to / place)
    file = to / theme_id / "theme.toml"
    more = "".join(f"{key} = {value}\n" for key, value in lines.items())
    file.write_text(more + file.read_text("utf-8").replace('id = "pilar"', f'id = "{theme_id}"', 1), "utf-8")
    return to / theme_id
