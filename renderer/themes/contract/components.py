"""`websites.components_config`: what stands where, in which order; and `websites.config`: how the site behaves."""

from typing import Any

from pydantic import AliasChoices, Field

from renderer.themes.contract.lenient import Flag, Lenient, Listed, ListedText, ShortText, Whole


class Component(Lenient):
    id: ShortText = None
    type: ShortText = Field(default=None, validation_alias=AliasChoices("type", "component"))
    variant: ShortText = None
    page: ShortText = None
    visible: Flag = Field(default=True, validation_alias=AliasChoices("visible", "enabled"))
    background: ShortText = None
    from_: ShortText = Field(default=None, validation_alias=AliasChoices("from", "from_"))
    until: ShortText = None


class Components(Lenient):
    """The column is a bare list; it is wrapped so that one reader serves all columns."""

    components: Listed[Component] = Field(default_factory=list)


class Redirect(Lenient):
    """An old path and where it leads; the map form is `{"/old": "/new"}`."""

    from_: ShortText = Field(default=None, validation_alias=AliasChoices("from", "from_", "id", "source"))
    to: ShortText = Field(default=None, validation_alias=AliasChoices("to", "target", "destination"))


class Privacy(Lenient):
    """Who answers for personal data, and for how long it is kept: makes the site's privacy page (UU 27/2022)."""

    controller: ShortText = Field(default=None, validation_alias=AliasChoices("controller", "company", "name"))
    contact: ShortText = Field(default=None, validation_alias=AliasChoices("contact", "email", "phone"))
    address: ShortText = None
    retention_days: Whole | None = Field(default=None, ge=1, le=36_500)
    purposes: ListedText = Field(default_factory=list, validation_alias=AliasChoices("purposes", "purpose"))


class Config(Lenient):
    timezone: ShortText = None
    robots: Any = None
    indexnow: Flag = True
    feeds: ShortText = None
    redirects: Any = None
    privacy: Privacy | None = None
    analytics: dict[str, Any] | None = None
