"""The templates' side: what a theme offers, as the columns of its `templates` row say it to whoever writes sites."""

from pydantic import Field

from renderer.themes.contract.lenient import Lenient, Listed, ListedText, ShortText, Word
from renderer.themes.contract.tokens import ColourTokens, DesignTokens


class Named(Lenient):
    """A name in both languages."""

    id: ShortText = None
    en: ShortText = None


class OfferedVariant(Lenient):
    name: Named | None = None
    use: ShortText = None


class OfferedSectionVariant(Lenient):
    items: Listed[int] = Field(default_factory=list)
    text: Listed[int] = Field(default_factory=list)
    use: ShortText = None


class OfferedSection(Lenient):
    variants: dict[str, OfferedSectionVariant] = Field(default_factory=dict)
    items: Listed[int] = Field(default_factory=list)
    use: ShortText = None


class ComponentStructure(Lenient):
    """`templates.component_structure`."""

    api: int | None = None
    variants: dict[str, OfferedVariant] = Field(default_factory=dict)
    sections: dict[str, OfferedSection] = Field(default_factory=dict)
    pairings: dict[str, str] = Field(default_factory=dict)
    motifs: ListedText = Field(default_factory=list)


class ColourScheme(Lenient):
    """An entry of `templates.available_color_schemes`."""

    id: ShortText = None
    name: Named | None = None
    color: ColourTokens | None = None
    mode: Word = None


class TemplateColumns(Lenient):
    component_structure: ComponentStructure | None = None
    css_variables: DesignTokens | None = None
    default_sections: ListedText = Field(default_factory=list)
    available_color_schemes: Listed[ColourScheme] = Field(default_factory=list)
