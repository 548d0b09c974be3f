"""Colours, fonts and shapes of the site's own, as a form has them; and whether what they come to can be read. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from renderer.console.designing.tokens import tokens_of, with_tokens
from renderer.themes.colour import contrast
from renderer.themes.contract.tokens import DENSITIES, MODES, RADII
from renderer.themes.manifest import Manifest
from renderer.themes.palette import AA
from renderer.themes.tokens import Look

ROLES = ("primary", "accent", "ground", "ink")
PAIRS = (
    ("ink", "ground"),
    ("muted", "ground"),
    ("brand-ink", "ground"),
    ("on-brand", "brand"),
    ("on-accent", "accent"),
    ("on-band", "band"),
)
"""(ink, ground) of `palette.PAIRS` that a person would look at."""
CHOICES = ("pairing", "radius", "density", "motif", "mode")
_SHADE = {"primary": "brand", "accent": "accent", "ground": "ground", "ink": "ink"}
_HEX = re.compile(r"#[0-9a-f]{6}")
_CODE = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.I)


@dataclass(frozen=True, slots=True)
class Typed:
    """`own` are the site's own colours by role, as `#rrggbb`; of the choices "" is the theme's. `wrong`: what was typed
    for a role and is no colour."""

    own: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contrast:
    """`ratio` as WCAG 2.2 defines it, 1 to 21."""

    ink: str
    ground: str
    ink_hex: str
    ground_hex: str
    ratio: float

    @property
    def is_enough(self) -> bool:
        return self.ratio >= AA


class NoSuchChoice(ValueError):
    """Something that no form of ours sends."""


def options(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """What there is to choose in a theme."""
    return {
        "pairing": tuple(manifest.pairings),
        "radius": RADII,
        "density": DENSITIES,
        "motif": manifest.motifs,
        "mode": MODES,
    }


def typed_of(column: str | None, manifest: Manifest) -> Typed:
    tokens = tokens_of(column)
    given = {**tokens, "pairing": tokens.get("font", {}).get("pairing", "")}
    known = options(manifest)
    return Typed(
        dict(tokens.get("color", {})),
        {name: given.get(name, "") if given.get(name) in known[name] else "" for name in CHOICES},
    )


def read_typed(value: Callable[[str], str], manifest: Manifest) -> Typed:
    """Of a form: a colour counts where its box (`own-<role>`) is ticked, or where it is another than the one that was
    shown (`was-<role>`): who picks a colour means it, and its code (`hex-<role>`) where that was changed says more than
    the picker. Raises NoSuchChoice."""
    wrong = {role: value(f"hex-{role}") for role in ROLES if _retyped(value, role) and not _coded(value, role)}
    own = {
        role: _coded(value, role) if _retyped(value, role) and role not in wrong else value(role).lower()
        for role in ROLES
        if value(f"own-{role}") or _retyped(value, role) or _picked(value, role)
    }
    choices = {name: value(name) for name in CHOICES}
    known = options(manifest)
    if not all(_HEX.fullmatch(shade) for shade in own.values()):
        raise NoSuchChoice("colour")
    if any(chosen and chosen not in known[name] for name, chosen in choices.items()):
        raise NoSuchChoice("choice")
    return Typed(own, choices, wrong)


def _retyped(value: Callable[[str], str], role: str) -> bool:
    typed = value(f"hex-{role}").strip().lower()
    return bool(typed) and typed != value(f"was-{role}").lower()


def _coded(value: Callable[[str], str], role: str) -> str:
    """`c60`, `#CC6600` → `#cc6600`; "" for what is no such code."""
    found = _CODE.fullmatch(value(f"hex-{role}").strip())
    digits = found[1].lower() if found else ""
    return f"#{''.join(2 * one for one in digits) if len(digits) == 3 else digits}" if digits else ""


def _picked(value: Callable[[str], str], role: str) -> bool:
    was = value(f"was-{role}").lower()
    return bool(was) and was != value(role).lower()


def column_of(column: str | None, typed: Typed, manifest: Manifest) -> str | None:
    """The column with what was typed; the rest of it stays. Other colours by day leave those by night to be derived."""
    before = typed_of(column, manifest)
    changed: dict[str, Any] = {}
    if dict(before.own) != dict(typed.own):
        changed |= {"color": dict(typed.own), "dark": None}
    for name in CHOICES:
        chosen = typed.choices.get(name, "")
        if chosen != before.choices[name]:
            changed |= {"font": {"pairing": chosen} if chosen else None} if name == "pairing" else {name: chosen}
    return with_tokens(column, changed) if changed else column


def without_own(column: str | None) -> str | None:
    """Back to the scheme's colours and the theme's fonts and shapes."""
    return with_tokens(column, dict.fromkeys(("color", "dark", "font", "radius", "density", "motif", "mode")))


def contrasts(look: Look) -> Iterator[tuple[str, list[Contrast]]]:
    """By day, by night, or both: what is shown of the look."""
    for mode, shades in (("light", look.light), ("dark", look.dark)):
        if look.mode in ("auto", mode):
            yield (
                mode,
                [
                    Contrast(ink, ground, shades[ink], shades[ground], contrast(shades[ink], shades[ground]))
                    for ink, ground in PAIRS
                ],
            )


def shades_of(look: Look) -> dict[str, str]:
    """What each role comes to."""
    shades = look.dark if look.mode == "dark" else look.light
    return {role: shades[shade] for role, shade in _SHADE.items()}
