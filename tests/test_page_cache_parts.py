"""What a worker's cache is made of, without a database."""

import math
import time
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from renderer.edge import tier
from renderer.edge.answers import Shared, SharedAside, SharedByHost
from renderer.edge.cache import NOTHING_SECONDS, Cache, Wanted
from renderer.edge.changes import Change, Recent
from renderer.edge.ground import Ground
from renderer.edge.hosts import Host, Hosts
from renderer.edge.kept import Kept
from renderer.edge.pages import Pages
from renderer.edge.snapshot import Snapshot
from renderer.edge.today import next_midnight

SITES = [UUID(int=number) for number in range(1, 61)]


def ground(site: UUID | None = SITES[0], snapshot: str = "10:10:", *subjects: str, expires: float = math.inf) -> Ground:
    named = subjects or ("subdomain:kopi",)
    return Ground(
        Snapshot.read(snapshot), time.monotonic(), expires, site, (site, *named) if site is not None else named
    )


def answer(body: bytes = b"x", on: Ground | None = None, status: int = 200) -> Shared:
    return Shared(on or ground(), status=status, body=body, headers={"Content-Type": "text/html"}, zone=None)


def wanted(host: str = "kopi.test", path: str = "/") -> Wanted:
    return Wanted("http", host, path)


def followed(room: int = 2**20) -> Cache:
    cache = Cache(room)
    cache.restart(time.monotonic())
    return cache


@given(st.integers(1, 40), st.integers(0, 40), st.frozensets(st.integers(1, 80)), st.integers(1, 100))
def test_a_snapshot_sees_what_was_over_and_not_what_was_under_way(
    xmin: int, more: int, running: frozenset[int], xid: int
) -> None:
    running = frozenset(one for one in running if xmin <= one < xmin + more)
    snapshot = Snapshot(xmin, xmin + more, running)
    assert Snapshot.read(str(snapshot)) == snapshot
    assert snapshot.sees(xid) == (xid < xmin + more and xid not in running)


def test_what_is_not_settled_by_the_address_cannot_be_kept() -> None:
    for status in (200, 301, 404, 410):
        assert answer(status=status).status == status
    for status in (201, 302, 303, 400, 403, 405, 413, 422, 429, 431, 500, 503):
        with pytest.raises(ValueError, match="not determined"):
            answer(status=status)
    with pytest.raises(TypeError):
        answer().set_cookie("gate", "x")
    with pytest.raises(ValueError, match="end of a line"):
        Kept(Shared(ground(), headers={"Location": "/a\r\nSet-Cookie: b"}, zone=None, status=301))


def test_an_answer_read_before_a_commit_and_stored_after_it_is_not_kept() -> None:
    cache, early = followed(), ground(SITES[0], "10:12:10")
    # 10 was under way when the answer was read, and ended before it is stored; 11 had ended before.
    cache.apply([Change(SITES[0], "site", 11)])
    assert cache.put(wanted(), answer(on=early))[1]
    cache.apply([Change(SITES[0], "site", 10)])
    assert cache.find(wanted()) is None
    assert not cache.put(wanted(), answer(on=early))[1]
    assert cache.put(wanted(), answer(on=ground(SITES[0], "12:12:")))[1]
    for change in (Change(SITES[1], "posts", 20), Change(SITES[1], "host:kopi.test", 21)):
        cache.apply([change])
        assert cache.find(wanted()) is not None
    for change in (Change(None, "platform", 22), Change(None, "template:pilar", 23)):
        assert cache.put(wanted(), answer(on=ground(SITES[0], f"{change.xid}:{change.xid}:")))[1]
        cache.apply([change])
        assert cache.find(wanted()) is None
        assert not cache.put(wanted(), answer(on=ground(SITES[0], "20:20:")))[1]


def test_nothing_is_kept_before_the_log_is_followed_or_when_too_much_was_told() -> None:
    cache = Cache(2**20)
    assert not cache.put(wanted(), answer())[1]
    before = ground()
    cache.restart(time.monotonic())
    assert not cache.put(wanted(), answer(on=before))[1]
    assert cache.put(wanted(), answer())[1]
    recent = Recent()
    recent.start(time.monotonic())
    early, flood = ground(SITES[5], "10:10:"), [Change(uuid4(), "site", 100 + number) for number in range(60_000)]
    assert recent.allows(early)
    recent.add(flood)
    assert not recent.allows(early)
    recent.start(time.monotonic())
    later = ground(SITES[5], "10:90:" + ",".join(map(str, range(10, 40))))
    recent.add([Change(SITES[5], "site", xid) for xid in range(50, 80)])  # more than are remembered singly, all seen
    assert not recent.allows(later)
    assert recent.allows(ground(SITES[5], "80:80:"))


def test_an_unknown_host_is_remembered_until_somebody_has_it() -> None:
    cache = followed()
    for tag in ("subdomain:baru", "host:baru.example"):
        nobody = SharedByHost(ground(None, "10:10:", tag), status=404, headers={}, zone=None)
        assert cache.put(wanted("baru.test", "/a"), nobody)[1]
        assert cache.find(wanted("baru.test", "/b")) is not None
        cache.apply([Change(SITES[3], tag, 12)])
        assert cache.find(wanted("baru.test", "/b")) is None


def test_what_is_over_before_it_is_stored_is_not_kept() -> None:
    cache = followed(2**28)
    over, tomorrow = (ground(expires=time.time() + seconds) for seconds in (-1, 86_400))
    assert not cache.put(wanted(), answer(on=over))[1]
    assert cache.find(wanted()) is None
    kept, stored = cache.put(wanted(), answer(on=tomorrow))
    assert (stored, kept.expires) == (True, tomorrow.expires)
    nothing, stored = cache.put(wanted(path="/nothing"), answer(on=tomorrow, status=404))
    assert stored
    assert time.time() < nothing.expires <= time.time() + NOTHING_SECONDS


def test_what_was_let_go_is_found_for_the_rest_of_its_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    cache, now = followed(), time.monotonic() + 10
    monkeypatch.setattr(time, "monotonic", lambda: now)
    cache.put(wanted(), answer())
    assert cache.find(wanted()) is not None
    cache.pages.clear()
    now += 1
    assert cache.find(wanted()) is None


def test_a_host_that_leads_aside_and_the_sites_own_one_answer_apart() -> None:
    cache, at = followed(), ground()
    cache.put(wanted(), answer(b"page"))
    aside = SharedAside(at, status=301, headers={"Location": "http://kopi.test/"}, zone=None)
    assert cache.put(wanted("www.kopi.test"), aside)[1]
    for host, status in (("kopi.test", 200), ("www.kopi.test", 301)):
        kept = cache.find(wanted(host))
        assert kept is not None
        assert kept.status == status
    # What leads aside leads to the same path: each path has an answer of its own.
    assert cache.find(wanted("www.kopi.test", "/menu")) is None


def test_one_answer_takes_the_place_of_another_whatever_it_says() -> None:
    cache = followed(2**28)
    for status in (200, 404, 200, 410):
        assert cache.put(wanted(), answer(status=status))[1]
        kept = cache.find(wanted())
        assert kept is not None
        assert kept.status == status
        assert (cache.pages.get(SITES[0], wanted().place) is None) == (status != 200)
        assert (cache.nothings.get(SITES[0], wanted().place) is None) == (status == 200)


def test_another_workers_answer_is_taken_where_this_one_had_the_same_or_an_older_one() -> None:
    cache = followed()
    newer = answer(b"new", ground(SITES[0], "20:20:"))
    assert cache.take(wanted(), newer) is None  # nobody asked for it here
    cache.put(wanted(), answer(b"old", ground(SITES[0], "10:10:")))
    kept = cache.take(wanted(), newer)
    assert kept is not None
    assert cache.find(wanted()) is kept
    for snapshot in ("20:20:", "15:15:"):
        assert cache.take(wanted(), answer(b"late", ground(SITES[0], snapshot))) is None
    assert cache.find(wanted()) is kept
    cache.apply([Change(SITES[0], "site", 25)])
    assert cache.is_lost(wanted())
    assert cache.take(wanted(), answer(b"late", ground(SITES[0], "24:24:"))) is None  # it did not see that commit
    assert cache.take(wanted(), answer(b"newest", ground(SITES[0], "26:26:"))) is not None
    assert not cache.is_lost(wanted())
    assert cache.take(wanted(), SharedByHost(ground(None), status=404, headers={}, zone=None)) is None


def test_a_page_that_a_commit_took_away_does_not_come_back_with_its_host() -> None:
    cache = followed()
    cache.put(wanted(path="/a"), answer(b"old"))
    cache.apply([Change(SITES[0], "site", 12)])
    assert cache.put(wanted(path="/b"), answer(b"new", ground(SITES[0], "13:13:")))[1]
    assert cache.find(wanted(path="/b")) is not None
    assert cache.find(wanted(path="/a")) is None
    # What was told late of a commit that the page shows already takes nothing away.
    cache.apply([Change(SITES[0], "site", 12)])
    assert cache.find(wanted(path="/b")) is not None
    assert not cache.is_lost(wanted(path="/b"))


def test_whoever_takes_a_host_that_nobody_had_is_found_at_once() -> None:
    cache = followed()
    cache.put(wanted(), SharedByHost(ground(None), status=404, headers={}, zone=None))
    assert cache.find(wanted()) is not None
    kept, _ = cache.put(wanted(), answer())
    assert cache.find(wanted()) is kept


def test_a_page_of_a_zone_ends_with_its_day() -> None:
    cache, zone = followed(), "Asia/Jakarta"
    shown = Shared(ground(), body=b"x", headers={}, zone=zone)
    midnight = next_midnight(zone, time.time())
    assert cache.put(wanted(), shown)[0].expires in (midnight, next_midnight(zone, time.time()))


def test_a_host_stands_on_what_was_read_of_it_last() -> None:
    hosts = Hosts()
    for tag in ("subdomain:old", "subdomain:new"):
        hosts.put(("kopi.test", "http"), Host(ground(SITES[0], "10:10:", tag), SITES[0]))
    assert list(hosts.standing_on("subdomain:old")) == []
    assert [asked for asked, _ in hosts.standing_on("subdomain:new")] == [("kopi.test", "http")]


def test_hosts_are_bounded_and_scanners_push_out_no_site() -> None:
    hosts = Hosts(sites=50, others=20)
    for number, site in enumerate(SITES[:50]):
        hosts.put((f"s{number}", "http"), Host(ground(site, "1:1:", f"subdomain:s{number}"), site))
    for number in range(1_000):
        nobody = Kept(SharedByHost(ground(None, "1:1:", f"subdomain:x{number}"), status=404, headers={}, zone=None))
        hosts.put((f"x{number}", "http"), Host(ground(None, "1:1:", f"subdomain:x{number}"), answer=nobody))
    assert len(hosts) == 70
    assert all(hosts.get((f"s{number}", "http")) for number in range(50))
    assert hosts.standing_on("subdomain:x3") == []
    assert [asked for asked, _ in hosts.standing_on("subdomain:x999")] == [("x999", "http")]
    assert len(hosts._by_subject) == 50 + 50 + 20


def test_who_spells_one_host_in_a_thousand_ways_pushes_out_no_site() -> None:
    hosts = Hosts((8080,), sites=50, others=20)
    for number, site in enumerate(SITES[:50]):
        hosts.put((f"s{number}.test:8080", "http"), Host(ground(site), site))
    for number in range(1_000):
        for spelling in (f"kopi.test:{number}", "kopi.test.:8080", "Kopi.test", "kopi.test:", "köpi.test"):
            hosts.put((spelling, "http"), Host(ground(SITES[59]), SITES[59]))
    assert all(hosts.get((f"s{number}.test:8080", "http")) for number in range(50))
    assert len(list(hosts.standing_on(SITES[59]))) == 20
    hosts.put(("kopi.test", "https"), Host(ground(SITES[59]), SITES[59]))
    assert len(hosts) == 50 + 20


def kept(size: int) -> Kept:
    return Kept(answer(b"x" * size))


def fill(pages: Pages, site: UUID, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        pages.put(site, ("http", f"/{number}"), kept(1_000))


def test_a_site_may_have_all_the_room_until_others_want_some() -> None:
    one = kept(1_000).size
    pages = Pages(100 * one)
    fill(pages, SITES[0], 500)
    assert pages.held(SITES[0]) == pages.size == 100 * one
    fill(pages, SITES[1], 10)
    assert pages.held(SITES[1]) == 10 * one
    # Both want more than there is.
    for number in range(200):
        fill(pages, SITES[0], 1, 1_000 + number)
        fill(pages, SITES[1], 1, 1_000 + number)
    assert abs(pages.held(SITES[0]) - pages.held(SITES[1])) <= one
    assert pages.size <= pages.room


def test_what_is_small_stays_while_one_site_asks_for_ever_more(monkeypatch: pytest.MonkeyPatch) -> None:
    one = kept(1_000).size
    pages = Pages(100 * one)
    for site in SITES[1:31]:
        fill(pages, site, 2)
    fill(pages, SITES[0], 1_000)
    assert all(pages.held(site) == 2 * one for site in SITES[1:31])
    # Unless nobody came for them for a while.
    monkeypatch.setattr(tier, "IDLE_SECONDS", -1.0)
    fill(pages, SITES[0], 1_000)
    assert pages.held(SITES[0]) == 100 * one


def test_the_least_recently_used_answer_of_a_site_goes_first_and_what_is_too_large_is_not_kept() -> None:
    one = kept(1_000).size
    pages = Pages(40 * one)
    fill(pages, SITES[0], 40)
    assert pages.get(SITES[0], ("http", "/0")) is not None
    fill(pages, SITES[0], 1, 40)
    assert pages.get(SITES[0], ("http", "/0")) is not None
    assert pages.get(SITES[0], ("http", "/1")) is None
    assert not pages.put(SITES[0], ("http", "/0"), kept(4 * one))
    assert pages.get(SITES[0], ("http", "/0")) is None


def page(number: int, content_type: str = "text/html") -> Kept:
    """What packs to a tenth, as pages do, or is no text."""
    body = b"".join(b"<p>%d and %d</p>" % (number, line % 50) for line in range(2_000))
    return Kept(Shared(ground(), status=200, body=body, headers={"Content-Type": content_type}, zone=None))


def test_what_gives_way_is_packed_first_so_three_times_as_many_pages_are_kept() -> None:
    room = 20 * page(100).size
    pages = Pages(room)
    for number in range(100, 160):
        pages.put(SITES[number - 100], ("http", "/"), page(number))
        assert pages.size <= room
    found = [pages.get(SITES[number], ("http", "/")) for number in range(60)]
    assert None not in found
    assert pages.evictions == 0
    # Those that were asked for last are whole.
    assert [one.is_packed for one in found if one is not None].index(False) >= 60 - 20
    assert [one.body for one in found if one is not None] == [page(number).body for number in range(100, 160)]


def test_a_packed_page_that_is_asked_for_whole_takes_the_place_of_what_was_not() -> None:
    pages = Pages(20 * page(100).size)
    for number in range(100, 140):
        pages.put(SITES[number - 100], ("http", "/"), page(number))
    cold = pages.get(SITES[0], ("http", "/"))
    assert cold is not None
    assert cold.is_packed
    asked = CIMultiDict[str]()
    once = cold.pick_once(asked)
    assert once is not None
    assert once.wire.body == cold.body == page(100).body
    assert cold.is_packed, "who asks once takes no room"
    assert cold.pick_once(asked) is None
    cold.unpack()
    pages.resize(SITES[0], ("http", "/"), cold)
    assert pages.get(SITES[0], ("http", "/")) is cold
    assert not cold.is_packed
    assert pages.size == sum(one.size for held in pages for _, one in pages.of_site(held)) <= pages.room


def test_what_takes_long_is_not_packed_and_much_room_is_not_made_by_packing_alone() -> None:
    large = Kept(answer(b"<p>kopi</p>" * 20_000))
    assert not large.pack()
    assert large.coded("identity") is not None
    pages = Pages(400 * page(100).size)
    for number in range(400):
        pages.put(SITES[0], ("http", f"/{number}"), page(100 + number))
    assert pages.put(SITES[0], ("http", "/"), Kept(answer(b"x" * (pages.room // 17))))
    packed = sum(one.is_packed for site in pages for _, one in pages.of_site(site))
    assert 0 < packed <= 8
    assert pages.evictions > 0


def test_what_is_no_text_is_let_go_and_not_packed() -> None:
    pages = Pages(20 * page(100, "image/png").size)
    for number in range(100, 140):
        pages.put(SITES[number - 100], ("http", "/"), page(number, "image/png"))
    assert (pages.count, pages.evictions) == (20, 20)
    assert pages.get(SITES[0], ("http", "/")) is None


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), st.integers(0, 4_000), st.booleans()), max_size=60))
def test_the_size_is_that_of_what_is_held(steps: list[tuple[int, int, int, bool]]) -> None:
    pages = Pages(60_000)
    for site, place, size, remove in steps:
        if remove:
            pages.remove(SITES[site], ("http", str(place)))
        else:
            made = kept(size)
            pages.put(SITES[site], ("http", str(place)), made)
            made.add("gzip", b"y" * (size // 3), "quick")
            pages.get(SITES[(site + 1) % 5], ("http", str(place)))
            pages.resize(SITES[site], ("http", str(place)), made)
        everything = [one.size for held in pages for _, one in pages.of_site(held)]
        assert pages.size == sum(everything) == sum(pages.held(site) for site in pages)
        assert pages.size <= pages.room


@pytest.mark.parametrize(
    "zone", ["Asia/Jakarta", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Europe/Lisbon"]
)
def test_a_day_ends_at_midnight_of_the_site(zone: str) -> None:
    for now in range(1_790_000_000, 1_790_000_000 + 400 * 86_400, 40_000):
        end = datetime.fromtimestamp(next_midnight(zone, now + 0.5), ZoneInfo(zone))
        before = datetime.fromtimestamp(now, ZoneInfo(zone))
        assert (end.date() - before.date()).days == 1
        assert (end.hour, end.minute) in ((0, 0), (1, 0))  # a change of clocks may skip the hour
