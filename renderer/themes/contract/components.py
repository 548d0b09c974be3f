"""`websites.components_config`: what stands where, in which order; and `websites.config`: how the site behaves."""

from typing import Any

from pydantic import AliasChoices, Field

from renderer.themes.contract.lenient import Lenient, Listed, ShortText


class Component(Lenient):
    id: ShortText = None
    type: ShortText = Field(default=None, validation_alias=AliasChoices("type", "component"))
    variant: ShortText = None
    page: ShortText = None
    visible: bool = Field(default=True, validation_alias=AliasChoices("visible", "enabled"))
    background: ShortText = None
    from_: ShortText = Field(default=None, validation_alias=AliasChoices("from", "from_"))
    until: ShortText = None


class Components(Lenient):
    """The column is a bare list; it is wrapped so that one reader serves all columns."""

    components: Listed[Component] = Field(default_factory=list)


class Config(Lenient):
    timezone: ShortText = None
    robots: ShortText = None
    redirects: dict[str, Any] | None = None
    privacy: dict[str, Any] | None = None
    analytics: dict[str, Any] | None = None
