"""demo/sites/<subdomain>.json → typed values. These files are ours: a mistake in one is an error that names it."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from renderer.settings import ROOT

SITES = ROOT / "demo" / "sites"
# The order they are listed in; others follow by name.
FIRST = ("kopi-senja", "gigi-arunika", "sekar-pesisir", "temu-manten", "compang-trails", "catatan-lintang")

_IDS = UUID("5d0b1e5e-6a0c-5b57-9a35-2f3a4de5c0de")
_DAY = re.compile(r"@today(?P<days>[+-]\d{1,4})?")

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class DemoFileError(Exception):
    """A file of demo/sites is wrong; str() names the file and the field."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Owner(_Strict):
    email: str
    full_name: str
    phone: str
    bio: str
    subscription_tier: Literal["free", "pro", "business"]


class Website(_Strict):
    """Columns of `websites`; JSON columns as values. `days_ago`: days since it was first published."""

    subdomain: Slug
    title: str = Field(max_length=200)
    description: str
    template_id: str
    template_variant: str = Field(max_length=20)
    days_ago: int = Field(ge=0)
    seo_title: str = Field(max_length=70)
    seo_description: str = Field(max_length=160)
    seo_keywords: list[str]
    config: dict[str, Any]
    design_tokens: dict[str, Any]
    generated_content: dict[str, Any]
    components_config: list[dict[str, Any]]


class Post(_Strict):
    """A post. `days_ago`: days before the day of loading, negative in the future; `at`: local time of day."""

    slug: Slug
    title: str = Field(max_length=200)
    excerpt: str
    status: Literal["draft", "published"]
    days_ago: int | None = None
    at: time | None = None
    categories: list[Slug]
    tags: list[Slug]
    content: dict[str, Any]


class Category(_Strict):
    slug: Slug
    name: str = Field(max_length=100)
    description: str


class Tag(_Strict):
    slug: Slug
    name: str = Field(max_length=50)


class DemoFile(_Strict):
    """One demo site as its file states it."""

    owner: Owner
    website: Website
    posts: list[Post]
    categories: list[Category]
    tags: list[Tag]

    @property
    def id(self) -> UUID:
        return self.id_of("site", "")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.website.config.get("timezone", "Asia/Jakarta"))

    def id_of(self, kind: str, name: str) -> UUID:
        """The same id on every machine (RFC 9562 §5.5, version 5)."""
        return uuid5(_IDS, f"{kind}:{self.website.subdomain}/{name}")

    def moment(self, days_ago: int, at: time | None, now: datetime) -> datetime:
        """`days_ago` days before the site's local day of `now`, at the given time of day. The day alone counts, so that
        loading twice on one day gives the same moment."""
        day = now.astimezone(self.zone).date() - timedelta(days=days_ago)
        return datetime.combine(day, at or time(9), self.zone)

    def dated(self, value: Any, now: datetime) -> Any:
        """`value` with every text `@today`, `@today+14`, `@today-3` replaced by that date of the site's, ISO 8601."""
        if isinstance(value, dict):
            return {key: self.dated(item, now) for key, item in value.items()}
        if isinstance(value, list):
            return [self.dated(item, now) for item in value]
        if isinstance(value, str) and (match := _DAY.fullmatch(value)):
            day = now.astimezone(self.zone).date() + timedelta(days=int(match["days"] or 0))
            return day.isoformat()
        return value


@cache
def read_files(folder: Path = SITES) -> Sequence[DemoFile]:
    """Every site of the folder. Raises DemoFileError."""
    files = [_read(path) for path in sorted(folder.glob("*.json"))]
    order = {name: place for place, name in enumerate(FIRST)}
    return tuple(
        sorted(files, key=lambda file: (order.get(file.website.subdomain, len(order)), file.website.subdomain))
    )


def _read(path: Path) -> DemoFile:
    try:
        file = DemoFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in fault["loc"])
        raise DemoFileError(f"{path}: {where or 'file'}: {fault['msg']}") from None
    if path.stem != file.website.subdomain:
        raise DemoFileError(f"{path}: website.subdomain: expected {path.stem!r}, the file's name")
    return file
