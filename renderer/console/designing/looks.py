"""The looks that a site may choose: themes, their variants, their colours; and what choosing one changes. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from renderer.console.designing.standing import Standing
from renderer.console.designing.tokens import tokens_of, with_tokens
from renderer.themes import Theme, Themes
from renderer.themes.repair import Repairs
from renderer.themes.tokens import Look, settle

CHIPS = ("ground", "ink", "brand", "accent")


@dataclass(frozen=True, slots=True)
class Offer:
    """A theme, variant or scheme. `lack`: why the site may not have it; `chips`: colours of a scheme, as hex."""

    id: str
    name: str
    chosen: bool
    lack: bool = False
    chips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """`own_colours`: whether the site has colours of its own, above any scheme's."""

    themes: tuple[Offer, ...]
    variants: tuple[Offer, ...]
    schemes: tuple[Offer, ...]
    own_colours: bool


class NoSuchLook(ValueError):
    """Nothing that this site may choose."""


def wardrobe(themes: Themes, standing: Standing, values: Mapping[str, Any], language: str, owner: Any) -> Wardrobe:
    """What there is to choose for a draft with these columns."""
    theme = themes.get(values["template_id"])
    manifest = theme.manifest
    variant = values["template_variant"]
    if variant not in manifest.variants:
        variant = next(iter(manifest.variants))
    tokens = tokens_of(values["design_tokens"])
    scheme = look_of(theme, standing, values).scheme
    own = bool(tokens.get("color") or tokens.get("dark"))
    return Wardrobe(
        tuple(
            Offer(one.id, one.name, one is theme, one.manifest.lacks(standing.tier, owner) is not None)
            for one in offered(themes, standing)
            if not one.manifest.owners or owner in one.manifest.owners
        ),
        tuple(Offer(key, named(one.name, language), key == variant) for key, one in manifest.variants.items()),
        tuple(
            Offer(key, named(one.name, language), key == scheme and not own, chips=_chips(theme, key))
            for key, one in manifest.schemes.items()
        ),
        own,
    )


def choose(
    themes: Themes,
    standing: Standing,
    values: Mapping[str, Any],
    owner: Any,
    *,
    template: str = "",
    variant: str = "",
    scheme: str = "",
) -> dict[str, Any]:
    """Columns that change with a choice. Another theme begins with its first variant, and with a scheme of its own
    where it lacks the present one; a scheme takes the place of the site's own colours. Raises NoSuchLook."""
    changed: dict[str, Any] = {}
    if template:
        if template not in {one.id for one in offered(themes, standing)}:
            raise NoSuchLook(template)
        if themes.get(template).manifest.lacks(standing.tier, owner) is not None:
            raise NoSuchLook(template)
        changed["template_id"] = template
    theme = themes.get(changed.get("template_id", values["template_id"]))
    manifest = theme.manifest
    if template and values["template_variant"] not in manifest.variants:
        changed["template_variant"] = next(iter(manifest.variants))
    if variant:
        if variant not in manifest.variants:
            raise NoSuchLook(variant)
        changed["template_variant"] = variant
    if scheme:
        if scheme not in manifest.schemes:
            raise NoSuchLook(scheme)
        tokens = {"scheme": scheme, "color": None, "dark": None}
        changed["design_tokens"] = with_tokens(values["design_tokens"], tokens)
    elif template and tokens_of(values["design_tokens"]).get("scheme", "") not in {"", *manifest.schemes}:
        changed["design_tokens"] = with_tokens(values["design_tokens"], {"scheme": None})
    return changed


def offered(themes: Themes, standing: Standing) -> Iterable[Theme]:
    """Themes that the program has and the database names."""
    return [one for one in themes if one.id in standing.templates]


def look_of(theme: Theme, standing: Standing, values: Mapping[str, Any]) -> Look:
    row = standing.templates.get(values["template_id"])
    return settle(
        theme.manifest,
        css_variables=row.css_variables if row else None,
        schemes=row.available_color_schemes if row else None,
        design_tokens=values["design_tokens"],
        repairs=Repairs(),
    )


def named(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or next(iter(names.values()), "")


def _chips(theme: Theme, scheme: str) -> tuple[str, ...]:
    tokens = json.dumps({"scheme": scheme})
    look = settle(theme.manifest, css_variables=None, schemes=None, design_tokens=tokens, repairs=Repairs())
    shades = look.dark if look.mode == "dark" else look.light
    return tuple(shades[name] for name in CHIPS)
