"""A tree of tokens, named as anyone names them, → the few tokens that a look is made from.

Generators write `color.primary`, `colors.brand.500`, `primaryColor`, `--color-primary`, `color.primary.default` or
`{"light": …, "dark": …}`. What is found but cannot be used is reported; what nobody asks for is left alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from renderer.themes.contract.tokens import DENSITIES, MODES, RADII, ColourTokens, DesignTokens, FontTokens
from renderer.themes.css_values import colour_of, parse_families, parse_pixels
from renderer.themes.repair import Repairs, pointer
from renderer.themes.token_tree import Token, read_tree

ROLES = {
    "primary": ("primary", "brand", "primarycolor", "colorprimary", "brandcolor", "colorbrand", "brandprimary", "main"),
    "accent": ("accent", "secondary", "accentcolor", "coloraccent", "secondarycolor", "colorsecondary"),
    "ground": ("ground", "background", "bg", "paper", "backgroundcolor", "colorbackground", "bgcolor", "colorbg"),
    "ink": ("ink", "text", "foreground", "fg", "textcolor", "colortext", "colorforeground", "onbackground"),
}
_LONELY = frozenset({"main", "paper", "text", "secondary"})  # outside a group of colours they may name anything
_GROUPS = ("color", "colors", "colour", "colours", "palette")
_INNER = ("brand", "semantic", "core", "base", "global", "light", "theme", "roles", "sys", "site")
_OUTER = ("tokens", "theme", "global", "light")
_ITSELF = ("$root", "default", "base", "main", "value", "hex")
_RADIUS = ("radius", "borderradius", "corners", "radii", "cornerradius", "rounded")
_FONT = ("font", "fonts", "typography", "fontfamily", "fontfamilies")
_FAMILY = ("fontfamily", "family", "font", *_ITSELF)
_HEADING_ALONE = ("headingfont", "fontheading", "fontfamilyheading")
_HEADING = ("heading", "headings", "display", "title", "headline", "h1", *_HEADING_ALONE)
_BODY_ALONE = ("bodyfont", "fontbody", "fontfamilybody")
_BODY = ("body", "text", "base", "sans", "primary", "paragraph", "default", "$root", *_BODY_ALONE)
FIRST = frozenset((*_GROUPS, *_OUTER, *_RADIUS, *_FONT, "primary", "dark", "density", "motif", "scheme", "mode"))
PIXELS = {"none": 0, "sm": 3, "md": 8, "lg": 16, "full": 24}
_SAME = {
    "spacious": "airy", "relaxed": "airy", "loose": "airy", "cozy": "compact", "tight": "compact", "dense": "compact",
    "normal": "comfortable", "default": "comfortable", "medium": "md", "small": "sm", "large": "lg", "round": "full",
    "pill": "full", "square": "none", "sharp": "none", "xl": "lg", "rounded": "md", "system": "auto",
}  # fmt: skip
_KINDS = {"color": "a colour", "dimension": "a dimension", "number": "a number", "fontFamily": "a font family"}


@dataclass(frozen=True, slots=True)
class Given:
    """`tokens` hold only what can be used: colours are `#rrggbb`, words are known. `places` says where each stood."""

    tokens: DesignTokens
    places: dict[str, str]


def read_tokens(raw: Any, under: str, repairs: Repairs) -> Given:
    tree = read_tree(raw, under, repairs, FIRST)
    return _Reader(_Place(under, dict(tree)), repairs).read()


@dataclass(frozen=True, slots=True)
class _Place:
    """A group with the pointer to it."""

    at: str
    group: dict[str, Any]

    def find(self, names: Iterable[str]) -> "tuple[str, Any] | None":
        """The first of `names` that is here, however it is spelt."""
        by_name = {_bare(key): key for key in reversed(self.group)}
        for name in names:
            if name in by_name:
                key = by_name[name]
                return pointer(key, under=self.at), self.group[key]
        return None

    def inner(self, names: Iterable[str]) -> "Iterator[_Place]":
        for name in names:
            found = self.find((name,))
            if found and isinstance(found[1], dict):
                yield _Place(*found)


class _Reader:
    def __init__(self, top: _Place, repairs: Repairs) -> None:
        self._tops = [top, *top.inner(_OUTER)]
        self._dark_tops = list(top.inner(("dark",)))
        self._repairs = repairs
        self._places: dict[str, str] = {}

    def read(self) -> Given:
        light, dark = self._colours()
        tokens = DesignTokens(
            color=ColourTokens(**light) if light else None,
            dark=ColourTokens(**dark) if dark else None,
            font=self._font(),
            radius=self._radius(),
            density=self._word("density", ("density", "spacing"), DENSITIES),
            motif=self._word("motif", ("motif", "pattern")),
            scheme=self._word("scheme", ("scheme", "colorscheme", "theme")),
            mode=self._word("mode", ("mode", "appearance"), MODES),
        )
        return Given(tokens, self._places)

    # Colours

    def _colours(self) -> tuple[dict[str, str], dict[str, str]]:
        groups = [group for top in self._tops for group in top.inner(_GROUPS)]
        sources = [*groups, *(inner for group in groups for inner in group.inner(_INNER)), *self._tops]
        nights = [*(inner for group in groups for inner in group.inner(("dark",)))]
        nights += [*(group for top in self._dark_tops for group in top.inner(_GROUPS)), *self._dark_tops]
        light: dict[str, str] = {}
        dark: dict[str, str] = {}
        for role in ROLES:
            found = self._role(role, sources)
            if found:
                self._take(light, role, *_pick(*found, role), "color")
                self._take(dark, role, *_night(*found, role), "dark")
            if role not in dark and (found := self._role(role, nights)):
                self._take(dark, role, *_pick(*found, role), "dark")
        return light, dark

    def _role(self, role: str, sources: list[_Place]) -> tuple[str, Any] | None:
        for source in sources:
            lone = source in self._tops or source in self._dark_tops
            names = (name for name in ROLES[role] if not (lone and name in _LONELY))
            found = source.find(names)
            if found:
                return found
        return None

    def _take(self, into: dict[str, str], role: str, at: str, node: Any, group: str) -> None:
        if at == "":
            return
        value = self._value(at, node, "color")
        if value is None:
            return
        colour = colour_of(value)
        if colour is None:
            self._repairs.add(at, "not an opaque CSS colour")
            return
        into[role] = colour
        self._places[f"{group}.{role}"] = at

    # Faces, corners, words

    def _font(self) -> FontTokens | None:
        found: dict[str, str] = {}
        for top in self._tops:
            given = top.find(_FONT)
            if given and isinstance(given[1], dict):
                self._families(found, _Place(*given))
            elif given:
                self._family(found, "pairing", *given)
            for role, names in (("heading", _HEADING_ALONE), ("body", _BODY_ALONE)):
                alone = top.find(names)
                if alone and role not in found:
                    self._family(found, role, *alone)
        return FontTokens(**found) if found else None

    def _families(self, found: dict[str, str], place: _Place) -> None:
        pairing = place.find(("pairing", "pair", "name"))
        if pairing:
            self._family(found, "pairing", *pairing)
        for inner in place.inner(("fontfamily", "family", "families")):
            self._families(found, inner)
        for role, names in (("heading", _HEADING), ("body", (*_BODY, "fontfamily", "family"))):
            given = place.find(names)
            if given is None or role in found:
                continue
            at, node = given
            if isinstance(node, dict):
                deeper = _Place(at, node).find(_FAMILY)
                if deeper is None:
                    continue
                at, node = deeper
            self._family(found, role, at, node)

    def _family(self, found: dict[str, str], role: str, at: str, node: Any) -> None:
        value = self._value(at, node, "fontFamily", "typography", "string")
        if isinstance(value, dict):
            value = value.get("fontFamily")
        families = parse_families(value) if value is not None else ()
        if families:
            found.setdefault(role, ", ".join(families))
            self._places.setdefault(f"font.{role}", at)
        elif value is not None:
            self._repairs.add(at, "not a list of font families")

    def _radius(self) -> str | None:
        for top in self._tops:
            for place in (top, *top.inner(("shape", "border", "borders"))):
                found = place.find(_RADIUS)
                if found is None:
                    continue
                at, node = _pick(*found, "radius")
                value = self._value(at, node, "dimension", "number", "string")
                if value is None:
                    return None
                pixels = parse_pixels(value)
                if pixels is not None:
                    return min(PIXELS, key=lambda step: (abs(PIXELS[step] - pixels), PIXELS[step]))
                return self._known("radius", at, value, RADII)
        return None

    def _word(self, field: str, names: tuple[str, ...], allowed: tuple[str, ...] = ()) -> str | None:
        for top in self._tops:
            found = top.find(names)
            if found is None or (field == "scheme" and isinstance(found[1], dict)):
                continue
            value = self._value(*found, "string")
            return None if value is None else self._known(field, found[0], value, allowed)
        return None

    def _known(self, field: str, at: str, value: Any, allowed: tuple[str, ...]) -> str | None:
        word = re.sub(r"[ _]", "-", value.strip(" ").casefold()) if isinstance(value, str) else ""
        word = _SAME.get(word, word) if allowed and word not in allowed else word
        if (allowed and word not in allowed) or not re.fullmatch(r"[a-z0-9-]{1,60}", word):
            self._repairs.add(at, f"not one of {', '.join(allowed)}" if allowed else "not a name")
            return None
        self._places[field] = at
        return word

    def _value(self, at: str, node: Any, *types: str) -> Any:
        """The token's value, unless it says of itself that it is something else."""
        if not isinstance(node, Token):
            self._repairs.add(at, "a group in which no value could be chosen")
        elif node.type is not None and node.type not in types:
            self._repairs.add(at, f"its $type is {node.type}; {_KINDS.get(types[0], 'a word')} is wanted")
        else:
            return node.value
        return None


def _bare(name: str) -> str:
    return re.sub(r"[-_ .]", "", name[:100]).casefold().replace("colour", "color")


def _pick(at: str, node: Any, role: str, depth: int = 0) -> tuple[str, Any]:
    """One token out of a group: the one that stands for it, its light mode, or the fitting step of a scale."""
    if not isinstance(node, dict) or depth > 3:
        return at, node
    place = _Place(at, node)
    found = place.find((*_ITSELF, "light", *_STEPS.get(role, ())))
    if found is None:
        steps = {int(key): key for key in node if key.isascii() and key.isdigit() and len(key) < 5}
        if not steps:
            return at, node
        key = steps[_step(role, sorted(steps))]
        found = pointer(key, under=at), node[key]
    return _pick(*found, role, depth + 1)


_STEPS = {
    "primary": ("primary", "solid"),
    "accent": ("primary", "solid"),
    "ground": ("primary", "body", "page"),
    "ink": ("primary", "body", "strong"),
    "radius": ("md", "medium", "card", "button", "lg", "sm"),
}


def _step(role: str, steps: list[int]) -> int:
    """Scales run light to dark: 50…900 (Tailwind), 0…100 (tones, dark to light), 1…12 (Radix: 9 is the solid one)."""
    tones = steps[-1] <= 100 and steps[-1] > 12
    if role in ("ground", "ink"):
        return steps[0] if (role == "ground") != tones else steps[-1]
    wanted = 40 if tones else 9 if steps[-1] <= 12 else 500
    return min(steps, key=lambda step: (abs(step - wanted), -step))


def _night(at: str, node: Any, role: str) -> tuple[str, Any]:
    """The dark half of `{"light": …, "dark": …}`; beside a value of its own those are shades, not modes."""
    if isinstance(node, dict) and _Place(at, node).find(_ITSELF) is None:
        modes = _Place(at, node)
        found = modes.find(("dark",))
        if found and modes.find(("light",)):
            return _pick(*found, role)
    return "", None
