"""`websites.design_tokens` in its plain form; every other way to write it is read into this one (`token_names`)."""

from renderer.themes.contract.lenient import Lenient, ShortText, Word

DENSITIES = ("compact", "comfortable", "airy")
RADII = ("none", "sm", "md", "lg", "full")
MODES = ("auto", "light", "dark")


class ColourTokens(Lenient):
    """CSS colours as text: hex, rgb, hsl, hwb, lab, lch, oklab, oklch, color(), names. Opaque; the rest derives."""

    primary: ShortText = None
    accent: ShortText = None
    ground: ShortText = None
    ink: ShortText = None


class FontTokens(Lenient):
    """A pairing of the theme; or families, of which the theme's pairing that has them is taken."""

    text_means = "pairing"
    pairing: ShortText = None
    heading: ShortText = None
    body: ShortText = None


class DesignTokens(Lenient):
    color: ColourTokens | None = None
    dark: ColourTokens | None = None
    """What differs in dark mode; without it dark is derived."""
    font: FontTokens | None = None
    radius: Word = None
    density: ShortText = None
    motif: Word = None
    scheme: ShortText = None
    mode: ShortText = None
