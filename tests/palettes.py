"""Random palettes, each from a number of its own, so that a failure can be drawn again."""

from random import Random
from typing import Any

CHARACTERS = ("mono", "paper", "tint", "rich", "saturated")
# What breaks palettes: the ends, neon, the middle greys on which neither black nor white is comfortable, near-whites.
_HARD = (
    *("#000000", "#ffffff", "#00ff00", "#ffff00", "#00ffff", "#ff00ff", "#0000ff", "#ff0000", "#777777", "#767676"),
    *("#757575", "#808080", "#fffffe", "#010101", "#fefce8", "#39ff14", "#f5f5dc", "#bfbfbf", "#ff5f1f", "#7f7f00"),
)
_SCHEMES = ("klinik", "senja", "sogan", "janur", "rambu", "kapur", "laut")


def random_tokens(seed: int) -> dict[str, Any]:
    rng = Random(f"palette {seed}")

    def colour() -> str:
        return rng.choice(_HARD) if rng.random() < 0.3 else f"#{rng.randrange(1 << 24):06x}"

    primary = colour()
    tokens: dict[str, Any] = {"color": {"primary": primary}, "scheme": rng.choice(_SCHEMES)}
    for role, share in (("accent", 0.6), ("ground", 0.4), ("ink", 0.3)):
        if rng.random() < share:
            tokens["color"][role] = rng.choice([colour(), colour(), primary])
    if rng.random() < 0.1:
        tokens["color"]["dark"] = {"ground": colour(), "primary": colour()}
    return tokens
