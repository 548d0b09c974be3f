"""Country and city of an address, from a file of MaxMind's format (MaxMind DB 2.0).

Three shapes of record are understood: MaxMind's own (GeoLite2, GeoIP2, DB-IP: `country.iso_code`, `city.names`), the
flat one of public-domain files (`country_code`), and `country` as a bare code.
"""

import logging
import re
import shutil
import tempfile
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import maxminddb

from renderer.settings import ROOT, Settings
from renderer.views.storable import storable

log = logging.getLogger(__name__)

SHIPPED = ROOT / "data" / "countries" / "iptoasn-country.mmdb"
# Cities come in several languages; ours first.
LANGUAGES = ("id", "en")

_CODE = re.compile(r"[A-Z]{2}")
# Looked up when a file is opened, so that one that is damaged is refused then and not while it serves.
_SAMPLES = [f"{first}.{second}.1.1" for first in range(1, 224, 3) for second in (0, 77, 154, 231)]
_SAMPLES_6 = [f"2{high:03x}:{low:x}::1" for high in range(0, 0xC00, 0x40) for low in (0, 0x4000, 0xC000)]
# Of a file that knows few addresses, such as an organisation's own, the first networks.
_MOST_NETWORKS = 1000

Place = tuple[str | None, str | None]
NOWHERE: Place = (None, None)


class PlacesError(Exception):
    """A file that tells no countries; str() names it and says why."""


def open_places(path: Path) -> maxminddb.Reader:
    """The file, looked through. Raises PlacesError where it is missing, damaged or about something else."""
    try:
        # A copy of our own: a file overwritten in place while it is mapped would end the process (SIGBUS).
        with tempfile.NamedTemporaryFile(suffix=".mmdb") as copy, path.open("rb") as source:
            shutil.copyfileobj(source, copy)
            copy.flush()
            reader = maxminddb.open_database(copy.name, maxminddb.MODE_AUTO)
    except OSError as error:
        raise PlacesError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (maxminddb.InvalidDatabaseError, ValueError, UnicodeDecodeError) as error:
        said = str(error).replace(copy.name, str(path))
        raise PlacesError(f"{path}: not a file of MaxMind's format, or damaged: {said}") from None
    try:
        samples = [*_SAMPLES, *(_SAMPLES_6 if reader.metadata().ip_version == 6 else ())]
        records = chain(map(reader.get, samples), (record for _, record in islice(reader, _MOST_NETWORKS)))
        # Each of them, also where the first tells one: what is damaged lies anywhere.
        if not {country for country, _ in map(_place_of, records)} - {None}:
            raise PlacesError(f"{path}: tells no country ({reader.metadata().database_type})")
    except (maxminddb.InvalidDatabaseError, ValueError, UnicodeDecodeError, RecursionError) as error:
        raise PlacesError(f"{path}: damaged: {error}") from None
    return reader


def check_places(settings: Settings) -> None:
    """Raises PlacesError where the configured file, or the one that came with the program, is of no use."""
    open_places(settings.places_file or SHIPPED)


class Places:
    """Where addresses are, by a file that may be replaced at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: maxminddb.Reader | None = None
        self._state: tuple[int, int, int] | None = (0, 0, 0)  # nothing was read yet
        self._known = lru_cache(4096)(self._look_up)

    def refresh(self) -> None:
        """Read the file if it is another one than last time. Blocks for about 20 ms. What cannot be used is said once,
        and the file before it stays in use."""
        state = self._look()
        if state == self._state:
            return
        self._state = state
        try:
            self._reader = open_places(self._path)
            self._known = lru_cache(4096)(self._look_up)
        except PlacesError as error:
            log.error("countries of visitors: %s; %s", error, "the one before it is used" if self._reader else "none")

    def find(self, address: str) -> Place:
        """Country (ISO 3166-1 alpha-2) and city; what is not known is None. Never raises."""
        return self._known(address)

    def forget_addresses(self) -> None:
        """End what is remembered of them."""
        self._known.cache_clear()

    def _look_up(self, address: str) -> Place:
        if self._reader is None or not address:
            return NOWHERE
        try:
            return _place_of(self._reader.get(address))
        except (ValueError, maxminddb.InvalidDatabaseError):
            return NOWHERE

    def _look(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def _place_of(record: Any) -> Place:
    if not isinstance(record, dict):
        return NOWHERE
    country = record.get("country_code") or record.get("country")
    if isinstance(country, dict):
        country = country.get("iso_code")
    if not isinstance(country, str) or not _CODE.fullmatch(country):
        return NOWHERE
    city = record.get("city")
    if isinstance(city, dict):
        names = city.get("names")
        city = next((names[one] for one in LANGUAGES if one in names), None) if isinstance(names, dict) else None
    return country, storable(city, 100) if isinstance(city, str) else None
