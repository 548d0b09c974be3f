"""Design tokens → a style sheet of custom properties. Order: theme ← templates.css_variables ← scheme ← site."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from markupsafe import Markup

from renderer.themes import palette
from renderer.themes.colour import from_hex
from renderer.themes.contract.tokens import MODES, ColourTokens
from renderer.themes.decode import decode, mark_text
from renderer.themes.manifest import Manifest, Pairing, Scheme
from renderer.themes.repair import Repair, Repairs, pointer
from renderer.themes.token_names import Given, read_tokens

_DENSITY = {"compact": 0.78, "comfortable": 1.0, "airy": 1.25}
_RADIUS = {"none": (0, 0), "sm": (3, 3), "md": (8, 6), "lg": (16, 12), "full": (24, 999)}
_SPACES = (4, 8, 12, 16, 24, 40, 64, 96)
_BLACK_ON_PAPER = (
    *("ink", "brand-ink", "on-band", "on-board", "on-brand", "on-accent", "band-muted", "code-text", "code-name"),
    *("focus", "edge", "brand-edge", "button-edge", "accent-edge"),
)
_FALLBACK = "#0b6e6e"
_REMEMBERED = 60_000
"""Characters of token text; what is longer is read each time, so that no row can fill the memory."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a site looks like once every token is settled; `css` is complete and safe to inline under `css_hash`."""

    css: str
    css_hash: str
    code_css: str
    """The same with the inks of code, which only a page with code needs."""
    code_hash: str
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

    @property
    def code_markup(self) -> Markup:
        return Markup(self.code_css)  # noqa: S704 - the same


def settle(
    manifest: Manifest,
    *,
    css_variables: str | None,
    schemes: str | None,
    design_tokens: str | None,
    repairs: Repairs,
) -> Look:
    """The look that the columns of the template's row and of the site's ask for, in that order of growing strength.

    All three are JSON text. What equal text comes to is remembered, so that reading tokens costs a site nothing twice.
    """
    columns = (css_variables, schemes, design_tokens)
    read = _settled if sum(len(text or "") for text in columns) <= _REMEMBERED else _settled.__wrapped__
    look, found = read(manifest, *columns)
    for repair in found:
        repairs.add(repair.pointer, repair.message)
    return look


@lru_cache(maxsize=512)
def _settled(
    manifest: Manifest, css_variables: str | None, schemes: str | None, design_tokens: str | None
) -> tuple[Look, tuple[Repair, ...]]:
    repairs = Repairs()
    theme = _own(manifest)
    template = _read(css_variables, "css_variables", repairs)
    site = _read(design_tokens, "design_tokens", repairs)
    rows = _decode(schemes, "available_color_schemes", repairs)
    scheme_id, scheme, own = _scheme(manifest, template, site, rows, repairs)
    chosen = read_tokens({"color": scheme.color}, "", Repairs()) if own is None else own
    # A scheme that nobody chose is the theme's own beginning; the template's row stands above it.
    order = [theme, chosen, template, site] if scheme_id == "" else [theme, template, chosen, site]
    scheme_mode = scheme.mode if scheme.mode in MODES and scheme.mode != "auto" else None
    tokens = [layer.tokens for layer in (site, template, theme)]
    mode = site.tokens.mode or scheme_mode or template.tokens.mode or theme.tokens.mode or "auto"
    pairing_id = _pairing(manifest, (site, template, theme), repairs)
    look = _look(
        manifest.pairings[pairing_id],
        pairing_id,
        _seeds(order, "light", scheme.character),
        _seeds(order, "dark", scheme.character),
        scheme_id or manifest.scheme,
        mode=mode,
        density=next((layer.density for layer in tokens if layer.density), "comfortable"),
        radius=next((layer.radius for layer in tokens if layer.radius), "md"),
        motif=_motif(manifest, (site, template, theme), repairs),
    )
    ground = site.tokens.color.ground if site.tokens.color else None
    if ground and abs(from_hex(ground).l - from_hex(look.light["ground"]).l) > 0.02:
        repairs.add(site.places["color.ground"], f"too little reads on it; {look.light['ground']} is used")
    return look, repairs.done()


@lru_cache(maxsize=32)
def _own(manifest: Manifest) -> Given:
    return read_tokens(manifest.tokens, "", Repairs())


def _decode(text: str | None, column: str, repairs: Repairs) -> Any:
    value, lost = decode(text, clean=mark_text)
    if lost:
        repairs.add(f"/{column}", lost)
    return value


def _read(text: str | None, column: str, repairs: Repairs) -> Given:
    return read_tokens(_decode(text, column, repairs), f"/{column}", repairs)


def _scheme(
    manifest: Manifest, template: Given, site: Given, rows: Any, repairs: Repairs
) -> tuple[str, Scheme, Given | None]:
    """The chosen scheme: the theme's first, then the row's own list; "" with the theme's where nobody chose one."""
    for layer in (site, template):
        name = layer.tokens.scheme
        if name is None:
            continue
        if name in manifest.schemes:
            return name, manifest.schemes[name], None
        offered = _offered(rows, name)
        if offered is not None:
            at, row = offered
            own = read_tokens({**row, "scheme": None}, at, repairs)
            return "own", Scheme(name={}, color={}, mode=own.tokens.mode or "auto"), own
        repairs.add(layer.places["scheme"], "not a scheme of this theme")
    return "", manifest.schemes[manifest.scheme], None


def _offered(rows: Any, name: str) -> tuple[str, dict[str, Any]] | None:
    named: Any = rows.items() if isinstance(rows, dict) else enumerate(rows) if isinstance(rows, list) else ()
    for key, row in named:
        if isinstance(row, dict) and row.get("id", key) == name:
            return pointer(key, under="/available_color_schemes"), row
    return None


def _seeds(order: list[Given], mode: str, character: str) -> palette.Seeds:
    """The colours of all layers, the strongest last. A new brand or ground leaves behind what went with the old."""
    found: dict[str, str] = {}
    for layer in order:
        colours = _of(layer.tokens.color)
        if mode == "dark":
            colours |= _of(layer.tokens.dark)
        if "primary" in colours:
            found.pop("accent", None)
        if "ground" in colours:
            found.pop("ink", None)
        found |= colours
    return palette.Seeds(found.pop("primary", _FALLBACK), **found, character=character)


def _of(colours: ColourTokens | None) -> dict[str, str]:
    return colours.model_dump(exclude_none=True) if colours else {}


def _motif(manifest: Manifest, layers: tuple[Given, ...], repairs: Repairs) -> str:
    for layer in layers:
        if layer.tokens.motif in manifest.motifs:
            return str(layer.tokens.motif)
        if layer.tokens.motif:
            repairs.add(layer.places["motif"], f"not one of {', '.join(manifest.motifs)}")
    return manifest.motifs[0]


def _pairing(manifest: Manifest, layers: tuple[Given, ...], repairs: Repairs) -> str:
    """A pairing by its name, or the one that has the families asked for: as headings, as text, or at all."""
    for layer in layers:
        font = layer.tokens.font
        if font is None:
            continue
        if font.pairing in manifest.pairings:
            return str(font.pairing)
        wanted = {role: (getattr(font, role) or font.pairing or "").split(", ") for role in ("heading", "body")}
        scores = {name: _fit(pairing, wanted) for name, pairing in manifest.pairings.items()}
        best = max(scores, key=lambda name: scores[name])
        for role in ("pairing", "heading", "body"):
            families = (getattr(font, role) or "").split(", ")
            pairing = manifest.pairings[best]
            if families[0] and not {pairing.heading.casefold(), pairing.body.casefold()} & set(families):
                message = "not a pairing of this theme" if role == "pairing" else "not a family of this theme"
                repairs.add(layer.places[f"font.{role}"], message)
        if scores[best]:
            return best
    return next(iter(manifest.pairings))


def _fit(pairing: Pairing, wanted: dict[str, list[str]]) -> int:
    heading, body = pairing.heading.casefold(), pairing.body.casefold()
    return (
        6 * (heading in wanted["heading"])
        + 4 * (body in wanted["body"])
        + (body in wanted["heading"])
        + (heading in wanted["body"])
    )


@lru_cache(maxsize=512)
def _look(
    pairing: Pairing,
    pairing_id: str,
    by_day: palette.Seeds,
    by_night: palette.Seeds,
    scheme: str,
    *,
    mode: str,
    density: str,
    radius: str,
    motif: str,
) -> Look:
    light, dark = palette.light(by_day), palette.dark(by_night)
    first, scheme_word = (dark, "dark") if mode == "dark" else (light, "light")
    by_need = palette.more_contrast(first), palette.more_contrast(dark)
    css = ":root{" + _shared(pairing, density, radius) + _shades(first) + f"color-scheme:{scheme_word}" + "}"
    more = "(prefers-contrast:more)"
    css += f"@media {more}" + "{:root{" + _shades(by_need[0]).rstrip(";") + "}}"
    code = ":root{" + _inks(first) + "}" + f"@media {more}" + "{:root{" + _inks(by_need[0]) + "}}"
    if mode == "auto":
        night = "(prefers-color-scheme:dark)"
        css += f"@media {night}" + "{:root{" + _shades(dark) + "color-scheme:dark}}"
        css += f"@media {night} and {more}" + "{:root{" + _shades(by_need[1]).rstrip(";") + "}}"
        code += f"@media {night}" + "{:root{" + _inks(dark) + "}}"
        code += f"@media {night} and {more}" + "{:root{" + _inks(by_need[1]) + "}}"
    paper = _paper(light)
    css += "@media print{:root{" + _shades(paper) + "color-scheme:light}}"
    code += "@media print{:root{" + _inks(paper) + "}}"
    code = css + code
    return Look(
        css, _digest(css), code, _digest(code), light, dark, mode, pairing_id, pairing, density, radius, motif, scheme
    )


def _digest(css: str) -> str:
    return b64encode(sha256(css.encode()).digest()).decode()


def _shades(shades: Mapping[str, str]) -> str:
    return "".join(f"--c-{name}:{shade};" for name, shade in shades.items() if name not in palette.CODE)


def _inks(shades: Mapping[str, str]) -> str:
    return "".join(f"--c-{name}:{shade};" for name, shade in shades.items() if name in palette.CODE)


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
