"""What a theme.toml may say. An author's mistake is an error here, unlike anything that comes from a row."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

TIERS = ("free", "pro", "business")
"""From the least to the most."""
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pairing(_Strict):
    """Two families that go together; `preload` names the files a page needs at once."""

    name: str
    heading: str
    body: str
    heading_generic: Annotated[str, Field(pattern=r"^(serif|sans-serif)$")] = "sans-serif"
    body_generic: Annotated[str, Field(pattern=r"^(serif|sans-serif)$")] = "sans-serif"
    heading_weight: Annotated[int, Field(ge=300, le=900)] = 700
    heading_tracking: str = "-0.015em"
    heading_leading: str = "1.12"
    heading_scale: Annotated[float, Field(ge=0.8, le=1.3)] = 1.0
    strong_weight: Annotated[int, Field(ge=300, le=900)] = 600
    preload: tuple[str, ...] = ()
    heading_file: str | None = None
    body_file: str | None = None
    """Those of `preload` that pictures are lettered with, where they are not its first and its last."""

    @property
    def faces(self) -> tuple[str | None, str | None]:
        """Files of the heading's and the body's face."""
        first, last = (self.preload[0], self.preload[-1]) if self.preload else (None, None)
        return self.heading_file or first, self.body_file or last


class Scheme(_Strict):
    """Named colours to start from; whatever is left out is derived from `primary`."""

    name: dict[str, str]
    color: dict[str, str]
    mode: str = "auto"
    character: str = "tint"


Composition = Literal["rail", "board", "banner", "frame", "shelf", "folio"]
"""How the picture of a link preview is laid out (`pictures/compositions.py`)."""


class Variant(_Strict):
    name: dict[str, str]
    use: str
    card: Composition | None = None
    """Another than the theme's."""


class SectionVariant(_Strict):
    """One way to draw a section type. Neighbours on a page never share a `layout` where another variant has another.

    `columns` is how many items stand in a row at most on wide screens; `items` and `text` say for how many items, and
    for how many characters in the longest of them, it is made; `groups` whether it can draw groups (None: either way).
    """

    layout: str = "rows"
    columns: Annotated[int, Field(ge=1, le=6)] = 3
    items: tuple[int, int] | None = None
    text: tuple[int, int] | None = None
    groups: bool | None = None
    centred: bool = False
    """Whether its heading stands in the middle where the section is the page's band."""
    use: str = ""

    def fits(self, count: int, longest: int) -> bool:
        return _within(count, self.items) and _within(longest, self.text)


def _within(number: int, bounds: tuple[int, int] | None) -> bool:
    return bounds is None or bounds[0] <= number <= bounds[1]


class Section(_Strict):
    """One component type: its variants, the first of which is the usual one, and how many items suit it."""

    variants: Annotated[dict[Id, SectionVariant], Field(min_length=1)] = Field(
        default_factory=lambda: {"default": SectionVariant()}
    )
    items: tuple[int, int] | None = None
    use: str = ""

    def offer(self) -> dict[str, Any]:
        """What a writer of sites needs to know of it."""
        variants = {
            name: {"items": list(one.items or ()), "text": list(one.text or ()), "use": one.use}
            for name, one in self.variants.items()
        }
        return {"variants": variants, "items": list(self.items or ()), "use": self.use}


class Manifest(_Strict):
    api: int
    id: Id
    name: str
    description: str
    category: str
    industry_tags: tuple[str, ...] = ()
    tone_tags: tuple[str, ...] = ()
    min_subscription_tier: Literal["free", "pro", "business"] = "free"
    base: Id | None = None
    """The free theme that stands in where a site may not have this one."""
    owners: tuple[UUID, ...] = ()
    """Whose sites alone may have it; empty: anybody's."""
    default_sections: tuple[str, ...]
    tokens: dict[str, Any]
    scheme: str
    schemes: dict[Id, Scheme]
    variants: dict[Id, Variant]
    pairings: dict[Id, Pairing]
    motifs: tuple[str, ...]
    sections: dict[Id, Section]
    card: Composition = "rail"
    dated: bool = False
    """Its pages say what day it is, so that none is the same after midnight."""

    def __hash__(self) -> int:
        """By identity: a manifest is loaded once, and what was worked out from it is remembered by it."""
        return id(self)

    @property
    def is_open(self) -> bool:
        """Whether every site may have it."""
        return self.min_subscription_tier == "free" and not self.owners

    def composition(self, variant: str) -> str:
        own = self.variants.get(variant)
        return (own.card if own else None) or self.card

    def lacks(self, tier: str | None, owner: UUID | None) -> str | None:
        """Why a site of that tier and owner may not have it, or None. A tier that is not known counts as free."""
        if self.owners and owner is not None and owner not in self.owners:
            return "belongs to another owner"
        held = TIERS.index(tier) if tier in TIERS else 0
        return (
            f"needs the tier {self.min_subscription_tier}" if held < TIERS.index(self.min_subscription_tier) else None
        )

    def row(self) -> dict[str, Any]:
        """The columns of the `templates` row; what is counted or rated there is not ours to write."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "category": self.category,
            "industry_tags": list(self.industry_tags),
            "tone_tags": list(self.tone_tags),
            "component_structure": {
                "api": self.api,
                "variants": {key: value.model_dump() for key, value in self.variants.items()},
                "sections": {key: value.offer() for key, value in self.sections.items()},
                "pairings": {key: value.name for key, value in self.pairings.items()},
                "motifs": list(self.motifs),
            },
            "css_variables": self.tokens,
            "default_sections": list(self.default_sections),
            "available_color_schemes": [
                {"id": key, "name": value.name, "color": value.color, "mode": value.mode}
                for key, value in self.schemes.items()
            ],
            "min_subscription_tier": self.min_subscription_tier,
            "is_premium": self.min_subscription_tier != "free",
        }
