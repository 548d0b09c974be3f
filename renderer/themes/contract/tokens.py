"""`websites.design_tokens`: plain values, or W3C Design Tokens (`$value`, groups, aliases) made plain first."""

import re
from typing import Any

from pydantic import AliasChoices, Field

from renderer.themes.contract.lenient import Lenient, ShortText, Word
from renderer.themes.repair import Repairs, pointer

_ALIAS = re.compile(r"^\{([A-Za-z0-9 _$.-]{1,120})\}$")


def _also(*names: str) -> Any:
    return Field(default=None, validation_alias=AliasChoices(*names))


class ColourTokens(Lenient):
    """CSS colours as text: hex, rgb, hsl, hwb, lab, lch, oklab, oklch, names."""

    primary: ShortText = _also("primary", "brand", "primary_color", "main")
    accent: ShortText = _also("accent", "secondary", "accent_color")
    ground: ShortText = _also("ground", "background", "bg", "paper")
    ink: ShortText = _also("ink", "text", "foreground", "fg")


class FontTokens(Lenient):
    text_means = "pairing"
    pairing: ShortText = _also("pairing", "pair", "name")


class DesignTokens(Lenient):
    color: ColourTokens | None = _also("color", "colors", "colour", "colours", "palette")
    font: FontTokens | None = _also("font", "fonts", "typography")
    radius: Word = _also("radius", "border_radius", "corners")
    density: ShortText = _also("density", "spacing")
    motif: Word = _also("motif", "pattern")
    scheme: ShortText = _also("scheme", "color_scheme", "theme")
    mode: ShortText = _also("mode", "appearance")


def plain_tokens(raw: Any, under: str, repairs: Repairs) -> Any:
    """Tokens with every `{"$value": …}` replaced by its value, every alias by what it points at; no cycles."""
    if not isinstance(raw, dict):
        return raw
    return _Resolver(raw, under, repairs).plain(raw, (), ())


class _Resolver:
    def __init__(self, root: dict[str, Any], under: str, repairs: Repairs) -> None:
        self._root = root
        self._under = under
        self._repairs = repairs

    def plain(self, value: Any, where: tuple[str, ...], chain: tuple[str, ...]) -> Any:
        if len(where) > 12 or len(chain) > 12:
            return None
        if isinstance(value, dict):
            if "$value" in value:
                return self.plain(value["$value"], (*where, "$value"), chain)
            return {
                key: self.plain(item, (*where, key), chain) for key, item in value.items() if not key.startswith("$")
            }
        if isinstance(value, str) and (alias := _ALIAS.match(value.strip())):
            name = alias[1]
            if name in chain:
                self._repairs.add(pointer(*where, under=self._under), "alias points back at itself")
                return None
            target = self._find(name)
            if target is None:
                self._repairs.add(pointer(*where, under=self._under), f"alias {{{name}}} points at nothing")
                return None
            return self.plain(target, where, (*chain, name))
        return value

    def _find(self, name: str) -> Any:
        found: Any = self._root
        for step in name.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found
