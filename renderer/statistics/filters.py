"""What visits have in common: of those alone an owner asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

_MOST = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """Each is one value, or None for any: the page that sessions began with, channel, source, device (mobile, tablet,
    desktop), country (ISO 3166-1 alpha-2). "" is what is unknown."""

    page: str | None = None
    channel: str | None = None
    source: str | None = None
    device: str | None = None
    country: str | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """Of a query's fields as a stranger may send them; what no row can hold is no filter."""
        return cls(**{name: query[name] for name in cls.__slots__ if name in query and _is_storable(query[name])})

    def __bool__(self) -> bool:
        return any(value is not None for value in self.values.values())

    @property
    def values(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def query(self) -> str:
        """As `read` reads them."""
        return urlencode({name: value for name, value in self.values.items() if value is not None})

    def but(self, **values: str | None) -> "Filters":
        return replace(self, **values)


def _is_storable(text: str) -> bool:
    return len(text) <= _MOST and "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
