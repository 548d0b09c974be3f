"""Hints of what a theme is set with and what it offers: design tokens, and the columns of its `templates` row."""

from collections.abc import Mapping

from renderer.themes.contract import structure, tokens
from renderer.themes.contract.hint import HEX, ID, MOTIFS, Hint
from renderer.themes.contract.lenient import Lenient
from renderer.themes.contract.sections import KINDS

THEME_HINTS: Mapping[type[Lenient], Mapping[str, Hint]] = {
    tokens.ColourTokens: {
        "primary": Hint("The brand’s colour; everything else is derived from it.", like=HEX, example="#0b6e4f"),
        "accent": Hint("A second colour, used sparingly.", like=HEX, example="#e0a03b"),
        "ground": Hint("The page’s ground; a dark one makes a dark site.", like=HEX, example="#fbfaf6"),
        "ink": Hint("Colour of text; corrected where it could not be read.", like=HEX, example="#22211e"),
    },
    tokens.FontTokens: {
        "pairing": Hint("A pairing of the theme.", example="cangkir", needed=True),
        "heading": Hint("A family; the theme’s pairing that has it is taken.", closed=False, example="Bitter"),
        "body": Hint("A family; the theme’s pairing that has it is taken.", closed=False, example="Figtree"),
    },
    tokens.DesignTokens: {
        "color": Hint("Colours: any CSS colour. Few or many; what is left out is derived."),
        "dark": Hint("Colours that differ at night; without them dark is derived.", closed=False),
        "font": Hint("Typefaces."),
        "radius": Hint(
            "Corners: one of these words, or a length in pixels.",
            choices=("none", "sm", "md", "lg", "full"),
            also=("number", "object"),
        ),
        "density": Hint("Room between things.", choices=("compact", "comfortable", "airy")),
        "motif": Hint("The drawing that runs through the site.", choices=(*MOTIFS, "none")),
        "scheme": Hint("A colour scheme of the theme, to start from.", example="senja"),
        "mode": Hint("auto follows the visitor’s device.", choices=("auto", "light", "dark")),
    },
    structure.Named: {"id": Hint("In Indonesian.", needed=True), "en": Hint("In English.", needed=True)},
    structure.OfferedVariant: {
        "name": Hint("What people call it.", needed=True),
        "use": Hint("What it is for.", needed=True),
    },
    structure.OfferedSectionVariant: {
        "items": Hint("From how many to how many items it suits; empty where any number does."),
        "text": Hint("The same for the characters of the longest item."),
        "use": Hint("What it is for."),
    },
    structure.OfferedSection: {
        "variants": Hint("Variants of this type by name; the first is the usual one."),
        "items": Hint("From how many to how many items it is drawn for; empty where it has none."),
        "use": Hint("What it is for.", needed=True),
    },
    structure.ComponentStructure: {
        "api": Hint("Version of themes.", example=1, needed=True),
        "variants": Hint("By id: values of websites.template_variant."),
        "sections": Hint("By section type."),
        "pairings": Hint("By id: typefaces, for design_tokens.font.pairing."),
        "motifs": Hint("For design_tokens.motif.", choices=(*MOTIFS, "none"), any=True),
    },
    structure.ColourScheme: {
        "id": Hint("For design_tokens.scheme.", like=ID, needed=True),
        "name": Hint("What people call it.", needed=True),
        "color": Hint("Colours to start from.", needed=True),
        "mode": Hint("auto follows the visitor’s device.", choices=("auto", "light", "dark"), needed=True),
    },
    structure.TemplateColumns: {
        "component_structure": Hint("What the theme has.", needed=True),
        "css_variables": Hint("Its own design tokens.", needed=True),
        "default_sections": Hint("Order of section types where a site gives none.", choices=tuple(KINDS)),
        "available_color_schemes": Hint("Its colour schemes."),
    },
}
