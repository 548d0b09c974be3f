"""A request → what is kept of it."""

import hmac
import struct
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from renderer.edge.answers import Visit
from renderer.edge.client_address import network_of
from renderer.views.event import Uncounted, read_event, reduce_referrer
from renderer.views.identity import OVERLAP, Days, Identity, Root, day_of
from renderer.views.places import SHIPPED, Places, PlacesError, open_places
from renderer.views.rows import Seen, View
from renderer.views.storable import storable
from tests.views import told

SITE, OTHER = str(UUID(int=1)), str(UUID(int=2))
NOW = datetime(2026, 11, 28, 5, tzinfo=UTC)
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.122 Mobile "
    "Safari/537.36"
)
ADDRESS = "114.120.1.1"


class Nowhere:
    def find(self, address: str) -> tuple[str | None, str | None]:
        return None, None


def identity(*days: date, seed: bytes = b"a") -> Identity:
    made = Identity()
    end = datetime.combine(max(days) + timedelta(days=2), datetime.min.time(), UTC) if days else NOW
    made.replace({day: Root(seed * 32 + day.isoformat().encode(), end) for day in days})
    return made


ROOTS = identity(*(NOW.date() + timedelta(days=number) for number in (-1, 0, 1)))


def read(
    headers: dict[str, str] | None = None, *, now: datetime = NOW, whose: Identity = ROOTS, **visit: Any
) -> View | Uncounted:
    given: dict[str, Any] = {
        "website_id": SITE, "zone": "Asia/Jakarta", "host": "kopi.sites.test", "path": "/", "query": "",
        "client": ADDRESS,
        "headers": CIMultiDict({"User-Agent": PHONE, **(headers or {})}), **visit,
    }  # fmt: skip
    found = read_event(Visit(**given), now.timestamp(), Days(), whose, Nowhere())
    return told(found) if isinstance(found, Seen) else found


def view(headers: dict[str, str] | None = None, **visit: Any) -> View:
    found = read(headers, **visit)
    assert isinstance(found, View), found
    return found


def test_a_view_says_what_was_seen_and_from_where() -> None:
    found = view(
        {"Referer": "https://www.google.com/search?q=rahasia#x"},
        path="/menu",
        query="utm_source=ig&utm_medium=social&utm_campaign=ramadan&email=a%40b.example",
    )
    assert found[:4] == (SITE, NOW.timestamp(), "/menu", "https://www.google.com/search")
    assert (found.device_type, found.browser, found.os) == ("mobile", "Chrome Mobile", "Android")
    assert found[-3:] == ("ig", "social", "ramadan")
    assert len(found.visitor_hash or "") == 32
    assert found.earlier_hash is None


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Sec-Purpose": "prefetch;prerender"}, "prefetch"),
        ({"Purpose": "prefetch"}, "prefetch"),
        ({"X-Moz": "prefetch"}, "prefetch"),
        ({"X-Purpose": "preview"}, "prefetch"),
        ({"Sec-Fetch-Dest": "empty"}, "embedded"),
        ({"Cookie": "a=b; __Host-nocount=1"}, "own"),
        ({"User-Agent": "Googlebot/2.1"}, "search-engine"),
        ({"User-Agent": ""}, "unnamed"),
    ],
)
def test_what_is_no_view_is_counted_by_reason_on_the_sites_day(headers: dict[str, str], reason: str) -> None:
    late = datetime(2026, 11, 28, 18, tzinfo=UTC)
    assert read(headers, now=late) == Uncounted(SITE, "2026-11-29", reason)


@pytest.mark.parametrize("name", ["x__Host-nocount", "\u2000__Host-nocount", "a=__Host-nocount", "__Host-nocounts"])
def test_no_neighbour_of_a_site_takes_its_visits_away_by_a_cookie_that_resembles_the_owners(name: str) -> None:
    assert view({"Cookie": f"a=b; {name}=1"})


@pytest.mark.parametrize("headers", [{"Sec-GPC": "1"}, {"DNT": "1"}])
def test_who_objects_is_counted_without_a_label(headers: dict[str, str]) -> None:
    found = view(headers, now=datetime(2026, 11, 27, 17, 5, tzinfo=UTC))
    assert (found.visitor_hash, found.earlier_hash) == (None, None)


def test_a_site_may_not_heed_dnt_but_heeds_gpc() -> None:
    assert view({"DNT": "1"}, heeds_dnt=False).visitor_hash == view().visitor_hash
    assert view({"DNT": "1", "Sec-GPC": "1"}, heeds_dnt=False).visitor_hash is None


def test_a_label_is_of_one_site_day_address_and_agent() -> None:
    label = view().visitor_hash
    assert view(now=NOW + timedelta(hours=3)).visitor_hash == label
    others = [
        view(website_id=OTHER),
        view(now=NOW + timedelta(days=1)),
        view(client="114.120.1.2"),
        view({"User-Agent": PHONE + " "}),
        view(whose=identity(NOW.date(), seed=b"b")),
    ]
    assert len({label, *(other.visitor_hash for other in others)}) == 6


@given(address=st.ip_addresses(v=4).map(str), agent=st.text(st.characters(codec=None)), site=st.uuids().map(str))
def test_a_label_is_the_hmac_of_address_and_agent_under_the_sites_key(address: str, agent: str, site: str) -> None:
    today = NOW.date().isoformat()
    key = hmac.digest(b"a" * 32 + today.encode(), f"36:{site}{today}".encode(), "sha256")
    whom = f"{len(address)}:{address}{agent}".encode("utf-8", "surrogatepass")
    label, _ = ROOTS.label(site, day_of(NOW, "Asia/Jakarta"), address, agent, NOW.timestamp())
    assert label == hmac.digest(key, whom, "sha256").hex()[:32]


def test_the_first_half_hour_of_a_day_carries_yesterdays_label() -> None:
    midnight = datetime(2026, 11, 27, 17, tzinfo=UTC)
    before = view(now=midnight - timedelta(seconds=1))
    for after in (timedelta(0), OVERLAP - timedelta(seconds=1)):
        found = view(now=midnight + after)
        assert found.earlier_hash == before.visitor_hash
        assert found.visitor_hash == view(now=midnight + timedelta(hours=9)).visitor_hash
    assert view(now=midnight + OVERLAP).earlier_hash is None


def test_parts_of_a_label_cannot_be_shifted_into_each_other() -> None:
    assert view({"User-Agent": "1Mozilla/5.0 (Linux)"}, client="10.0.0.1").visitor_hash != (
        view({"User-Agent": "Mozilla/5.0 (Linux)"}, client="10.0.0.11").visitor_hash
    )


def test_who_was_there_stays_the_same_visitor_but_no_address_stays_in_memory() -> None:
    whose = identity(NOW.date())
    day, addresses = day_of(NOW, "Asia/Jakarta"), [f"114.{number >> 8}.{number & 255}.77" for number in range(9_000)]
    first, *others = (whose.label(SITE, day, one, PHONE, NOW.timestamp())[0] for one in addresses)
    assert first not in others
    assert whose.label(SITE, day, addresses[0], PHONE, NOW.timestamp())[0] == first
    whose.forget_addresses()
    kept = repr(vars(whose))
    assert first is not None
    assert first in kept
    assert ".77" not in kept
    assert network_of.cache_info().currsize == 0


def test_an_ipv6_visitor_is_told_by_the_network() -> None:
    one, same, other = (
        view(client=one).visitor_hash for one in ("2404:8000::1", "2404:8000::abcd", "2404:8000:0:1::1")
    )
    assert one == same != other


def test_without_a_root_or_an_address_a_view_counts_without_a_label() -> None:
    assert view(whose=Identity()).visitor_hash is None
    assert view(client="").visitor_hash is None


def test_a_root_is_not_used_after_its_end_and_then_forgotten() -> None:
    day = day_of(NOW, "Asia/Jakarta")
    whose = Identity()
    whose.replace({NOW.date(): Root(b"x" * 32, NOW + timedelta(hours=1))})
    now = NOW.timestamp()
    label = whose.label(SITE, day, ADDRESS, PHONE, now)[0]
    assert label
    assert label == whose.label(SITE, day, ADDRESS, PHONE, now)[0]
    assert whose.label(SITE, day, ADDRESS, PHONE, now + 3_600) == (None, None)
    whose.forget(NOW + timedelta(hours=1))
    assert whose.days == frozenset()
    whose.replace({NOW.date(): Root(b"y" * 32, NOW + timedelta(hours=1))})
    assert whose.label(SITE, day, ADDRESS, PHONE, now)[0] not in (None, label)
    assert "x" not in repr(Root(b"x" * 32, NOW)).replace("x=", "")


@pytest.mark.parametrize(
    ("referrer", "kept"),
    [
        ("https://www.Google.com/search?q=x", "https://www.google.com/search"),
        ("http://news.example:8080/a#b", "http://news.example:8080/a"),
        ("https://user:secret@mail.example/in", "https://mail.example/in"),
        ("https://example.com", "https://example.com/"),
        ("https://kopi.sites.test/menu", None),
        ("https://www.kopi.sites.test/menu", None),
        ("android-app://com.google.android.gm/", None),
        ("javascript:alert(1)", None),
        ("https://[::1", None),
        ("https://a.example:99999/", None),
        ("//a.example/", None),
        ("https:///x", None),
        ("x" * 5000, None),
    ],
)
def test_a_referrer_keeps_origin_and_path(referrer: str, kept: str | None) -> None:
    assert reduce_referrer(referrer, "kopi.sites.test:8080") == kept


ODD = st.text(st.characters(codec=None), max_size=700)


@given(path=ODD, query=ODD, agent=ODD, referrer=ODD, client=ODD, host=ODD)
def test_any_request_gives_texts_that_can_be_stored(
    path: str, query: str, agent: str, referrer: str, client: str, host: str
) -> None:
    headers = {"User-Agent": f"Mozilla/5.0 {agent}", "Referer": f"https://{referrer}"}
    found = read(headers, path=path, query=f"utm_source={query}", client=client, host=host)
    for value in found if isinstance(found, tuple) else ():
        if isinstance(value, str):
            assert "\x00" not in value
            assert len(value) <= 500
            value.encode()


def test_text_is_made_storable() -> None:
    assert storable("a\x00b\udcff\x1b", 10) == "a\ufffdb\ufffd\ufffd"
    assert storable("", 10) is storable(None, 10) is None
    assert storable("😀" * 20, 10) == "😀" * 10


@pytest.mark.parametrize(
    ("zone", "moment", "day", "hours"),
    [
        ("Asia/Jakarta", datetime(2026, 11, 28, 17, tzinfo=UTC), date(2026, 11, 29), 24),
        ("Pacific/Kiritimati", datetime(2026, 11, 28, 10, tzinfo=UTC), date(2026, 11, 29), 24),
        ("Europe/Berlin", datetime(2026, 3, 29, 12, tzinfo=UTC), date(2026, 3, 29), 23),
        # Clocks go from 23:59:59 to 01:00.
        ("Africa/Cairo", datetime(2026, 4, 24, 12, tzinfo=UTC), date(2026, 4, 24), 23),
    ],
)
def test_a_day_is_the_zones(zone: str, moment: datetime, day: date, hours: int) -> None:
    found = Days().at(moment.timestamp(), zone)
    assert found.date == day
    assert found.end - found.start == timedelta(hours=hours)


def test_the_file_that_came_with_the_program_knows_countries() -> None:
    places = Places(SHIPPED)
    assert places.find(ADDRESS) == (None, None)
    places.refresh()
    known = {"114.120.1.1": "ID", "2404:8000:1000::1": "ID", "8.8.8.8": "US", "193.0.6.139": "NL", "165.21.1.1": "SG"}
    assert {address: places.find(address)[0] for address in known} == known
    assert places.find("127.0.0.1") == places.find("no address") == places.find("") == (None, None)


@pytest.mark.parametrize(
    ("record", "place"),
    [
        ({"country": {"iso_code": "ID"}, "city": {"names": {"en": "Jakarta", "id": "Djakarta"}}}, ("ID", "Djakarta")),
        ({"country_code": "SG"}, ("SG", None)),
        ({"country": "MY", "city": "Ipoh"}, ("MY", "Ipoh")),
        ({"country": {"names": {}}, "city": {"names": None}}, None),
        ({"country_code": "Indonesia"}, None),
    ],
)
def test_records_of_three_shapes_are_understood(tmp_path: Path, record: Any, place: Any) -> None:
    path = tmp_path / "x.mmdb"
    path.write_bytes(mmdb(record))
    if place is None:
        with pytest.raises(PlacesError, match=r"x\.mmdb: tells no country"):
            open_places(path)
        return
    places = Places(path)
    places.refresh()
    assert places.find("1.2.3.4") == place


@pytest.mark.parametrize("network", ["81.2.69.0", "203.0.113.0"])
def test_a_file_that_knows_few_addresses_is_of_use(tmp_path: Path, network: str) -> None:
    path = tmp_path / "x.mmdb"
    path.write_bytes(mmdb({"country_code": "ID"}, network))
    places = Places(path)
    places.refresh()
    assert [places.find(network[:-1] + last)[0] for last in ("1", "255")] == ["ID", "ID"]
    assert places.find("1.0.1.1") == (None, None)


def test_a_new_file_takes_its_place_and_a_damaged_one_does_not(tmp_path: Path, caplog: Any) -> None:
    path = tmp_path / "x.mmdb"
    places = Places(path)
    places.refresh()
    assert "cannot be read" in caplog.text
    path.write_bytes(mmdb({"country_code": "ID"}))
    places.refresh()
    assert places.find("1.2.3.4") == ("ID", None)
    # Overwritten in place, as `cp` does.
    with path.open("r+b") as file:
        file.truncate(40)
    assert places.find("1.2.3.4") == ("ID", None)
    places.refresh()
    assert "damaged" in caplog.text
    assert places.find("1.2.3.4") == ("ID", None)
    path.write_bytes(mmdb({"country_code": "SG"}))
    places.refresh()
    assert places.find("1.2.3.4") == ("SG", None)


def test_damage_anywhere_in_a_file_never_raises_anything_else(tmp_path: Path) -> None:
    whole, path = mmdb({"country": {"iso_code": "ID"}}), tmp_path / "x.mmdb"
    for place in range(0, len(whole), 3):
        path.write_bytes(whole[:place] + b"\xff\x0b\xe1"[: len(whole) - place] + whole[place + 3 :])
        with suppress(PlacesError):
            open_places(path)


def mmdb(record: Any, network: str = "") -> bytes:
    """A file that gives the same record to every IPv4 address (MaxMind DB 2.0: both branches of one node lead to it),
    or to those of a /24 alone (a node for each bit, one branch of which leads nowhere)."""
    bits = f"{int(ip_address(network)):032b}"[:24] if network else "2"
    nodes = len(bits)
    ends = [*range(1, nodes), nodes + 16]  # node count + size of the separator
    tree = [end if bit in (side, "2") else nodes for bit, end in zip(bits, ends, strict=True) for side in "01"]
    metadata = {
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1, "database_type": "x",
        "description": {}, "ip_version": 4, "languages": [], "node_count": nodes, "record_size": 24,
    }  # fmt: skip
    searched = b"".join(struct.pack(">I", one)[1:] for one in tree)
    return searched + bytes(16) + _field(record) + b"\xab\xcd\xefMaxMind.com" + _field(metadata)


def _field(value: Any, name: str = "") -> bytes:
    if isinstance(value, str):
        return bytes([2 << 5 | len(value)]) + value.encode()
    if isinstance(value, dict):
        return bytes([7 << 5 | len(value)]) + b"".join(_field(key) + _field(one, key) for key, one in value.items())
    if isinstance(value, int):
        if name == "build_epoch":
            return bytes([8, 9 - 7]) + struct.pack(">Q", value)
        return (
            bytes([6 << 5 | 4]) + struct.pack(">I", value)
            if name == "node_count"
            else b"\xa2" + struct.pack(">H", value)
        )
    return bytes([0, 11 - 7]) if isinstance(value, list) else bytes([0 << 5, 14 - 7])
