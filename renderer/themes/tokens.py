"""Design tokens → a style sheet of custom properties. Order: theme ← templates.css_variables ← scheme ← site."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from markupsafe import Markup

from renderer.themes import palette
from renderer.themes.contract.lenient import read_model
from renderer.themes.contract.tokens import ColourTokens, DesignTokens, plain_tokens
from renderer.themes.css_values import parse_colour
from renderer.themes.manifest import Manifest, Pairing, Scheme
from renderer.themes.repair import Repairs

_DENSITY = {"compact": 0.78, "comfortable": 1.0, "airy": 1.25}
_RADIUS = {"none": (0, 0), "sm": (3, 3), "md": (8, 6), "lg": (16, 12), "full": (24, 999)}
_SPACES = (4, 8, 12, 16, 24, 40, 64, 96)
_BLACK_ON_PAPER = (
    *("ink", "brand-ink", "accent-ink", "on-band", "on-brand", "on-accent", "band-muted"),
    *("focus", "edge", "brand-edge", "button-edge"),
)
_MODES = ("auto", "light", "dark")
_SAME = {
    "spacious": "airy", "relaxed": "airy", "loose": "airy", "cozy": "compact", "tight": "compact", "dense": "compact",
    "normal": "comfortable", "default": "comfortable", "medium": "md", "small": "sm", "large": "lg", "round": "full",
    "pill": "full", "square": "none", "sharp": "none", "0": "none", "xl": "lg", "rounded": "md", "system": "auto",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a site looks like once every token is settled; `css` is complete and safe to inline under `css_hash`."""

    css: str
    css_hash: str
    light: Mapping[str, str]
    dark: Mapping[str, str]
    mode: str
    pairing_id: str
    pairing: Pairing
    density: str
    radius: str
    motif: str
    scheme: str

    @property
    def markup(self) -> Markup:
        return Markup(self.css)  # noqa: S704 - our own words and hex colours


def settle(
    manifest: Manifest,
    *,
    template: Any,
    schemes: Any,
    site: Any,
    repairs: Repairs,
) -> Look:
    """Read the tokens of the template's row and of the site's, in that order of growing strength."""
    layers = [
        _read(manifest.tokens, "", Repairs()),
        _read(template, "/css_variables", repairs),
        _read(site, "/design_tokens", repairs),
    ]
    scheme_id, scheme = _scheme(manifest, layers, schemes, repairs)
    colours = _colours(layers, scheme, repairs)
    words = {
        "mode": _word("mode", [layers[0], layers[1]], _MODES, repairs) or "auto",
        "density": _word("density", layers, tuple(_DENSITY), repairs) or "comfortable",
        "radius": _word("radius", layers, tuple(_RADIUS), repairs) or "md",
        "motif": _word("motif", layers, manifest.motifs, repairs) or manifest.motifs[0],
    }
    if scheme.mode in _MODES and scheme.mode != "auto":
        words["mode"] = scheme.mode
    words["mode"] = _word("mode", [layers[2]], _MODES, repairs) or words["mode"]
    pairings = [layer.font.pairing for layer in layers if layer.font and layer.font.pairing]
    pairing_id = next((name for name in reversed(pairings) if name in manifest.pairings), next(iter(manifest.pairings)))
    if pairings and pairings[-1] not in manifest.pairings:
        repairs.add("/design_tokens/font/pairing", "not a pairing of this theme")
    return _look(manifest.pairings[pairing_id], pairing_id, colours, scheme_id, **words)


def _read(raw: Any, under: str, repairs: Repairs) -> DesignTokens:
    return read_model(DesignTokens, plain_tokens(raw, under, repairs), under, repairs)


def _scheme(manifest: Manifest, layers: list[DesignTokens], rows: Any, repairs: Repairs) -> tuple[str, Scheme]:
    """The chosen scheme: the row's own list first, then the theme's; an unknown name falls back."""
    offered = {row.get("id"): row for row in rows if isinstance(row, dict)} if isinstance(rows, list) else {}
    for layer in reversed(layers):
        if not layer.scheme:
            continue
        if layer.scheme in manifest.schemes:
            return layer.scheme, manifest.schemes[layer.scheme]
        if layer.scheme in offered:
            colours = offered[layer.scheme].get("color")
            safe = (
                {key: value for key, value in colours.items() if isinstance(value, str)}
                if isinstance(colours, dict)
                else {}
            )
            return "own", Scheme(name={}, color=safe)
        repairs.add("/design_tokens/scheme", "not a scheme of this theme")
    return manifest.scheme, manifest.schemes[manifest.scheme]


def _colours(layers: list[DesignTokens], scheme: Scheme, repairs: Repairs) -> palette.Seeds:
    chosen = read_model(ColourTokens, dict(scheme.color), "/scheme", Repairs())
    found: dict[str, str] = {}
    own_primary = False
    for source, under in (
        (layers[0].color, ""),
        (layers[1].color, "/css_variables/color"),
        (chosen, "/scheme"),
        (layers[2].color, "/design_tokens/color"),
    ):
        for name in ("primary", "accent", "ground", "ink"):
            text = getattr(source, name, None)
            if text is None:
                continue
            colour = parse_colour(text)
            if colour is None:
                repairs.add(f"{under}/{name}", "not an opaque CSS colour")
                continue
            found[name] = colour
            own_primary = own_primary or (name == "primary" and source is layers[2].color)
    site = layers[2].color
    if own_primary and site is not None and site.accent is None:
        found.pop("accent", None)  # a scheme's second hue rarely fits a brand of the site's own
    return palette.Seeds(
        primary=found.get("primary", "#0b6e6e"),
        accent=found.get("accent"),
        ground=found.get("ground"),
        ink=found.get("ink"),
        character=scheme.character,
    )


def _word(name: str, layers: list[DesignTokens], allowed: tuple[str, ...], repairs: Repairs) -> str | None:
    for layer in reversed(layers):
        given = getattr(layer, name)
        if given is None:
            continue
        word = given.casefold().replace("_", "-").replace(" ", "-")
        word = word if word in allowed else _SAME.get(word, word)
        if word in allowed:
            return str(word)
        repairs.add(f"/design_tokens/{name}", f"not one of {', '.join(allowed)}")
    return None


@lru_cache(maxsize=512)
def _look(
    pairing: Pairing,
    pairing_id: str,
    seeds: palette.Seeds,
    scheme: str,
    *,
    mode: str,
    density: str,
    radius: str,
    motif: str,
) -> Look:
    light, dark = palette.light(seeds), palette.dark(seeds)
    first, scheme_word = (dark, "dark") if mode == "dark" else (light, "light")
    css = ":root{" + _shared(pairing, density, radius) + _shades(first)
    css += f"color-scheme:{scheme_word}" + "}"
    if mode == "auto":
        css += "@media (prefers-color-scheme:dark){:root{" + _shades(dark) + "color-scheme:dark}}"
    css += "@media print{:root{" + _shades(_paper(light)) + "color-scheme:light}}"
    digest = b64encode(sha256(css.encode()).digest()).decode()
    return Look(css, digest, light, dark, mode, pairing_id, pairing, density, radius, motif, scheme)


def _shades(shades: Mapping[str, str]) -> str:
    return "".join(f"--c-{name}:{shade};" for name, shade in shades.items())


def _paper(light: Mapping[str, str]) -> dict[str, str]:
    """Printing: black on white, the brand only where it is a thin line."""
    return {
        **dict.fromkeys(light, "#ffffff"),
        **dict.fromkeys(_BLACK_ON_PAPER, "#000000"),
        "muted": "#444444",
        "line": "#bbbbbb",
        "band-line": "#bbbbbb",
        "motif-1": light["motif-1"],
        "motif-2": light["motif-2"],
        "motif-3": light["motif-3"],
    }


def _shared(pairing: Pairing, density: str, radius: str) -> str:
    factor = _DENSITY[density]
    spaces = (size if size <= 12 else round(size * factor / 2) * 2 for size in _SPACES)
    corner, button = _RADIUS[radius]
    parts = [f"--s{index}:{size}px;" for index, size in enumerate(spaces, 1)]
    parts.append(f"--r:{corner}px;--r-button:{button}px;--r-small:{min(corner, 6)}px;")
    parts.append(f'--f-head:"{pairing.heading}","{pairing.heading} Fallback",{pairing.heading_generic};')
    parts.append(f'--f-body:"{pairing.body}","{pairing.body} Fallback",{pairing.body_generic};')
    parts.append(f"--w-head:{pairing.heading_weight};--w-strong:{pairing.strong_weight};")
    parts.append(
        f"--t-head:{pairing.heading_tracking};--l-head:{pairing.heading_leading};--x-head:{pairing.heading_scale};"
    )
    return "".join(parts)
