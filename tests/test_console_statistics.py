"""The statistics' screen: sentences for few, a chart with its table for many, and ranges that nobody can break."""

import csv
import io
import json
import re
import string
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from renderer.console.charts import HEIGHT, WIDTH, draw_days, draw_hours
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.console.world import draw_world
from renderer.statistics import Count, DayFigures
from renderer.views import bots
from renderer.views.event import SPAM
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve
from tests.showcase import EMPTY, furnish_shop


@pytest.fixture
async def shop(serve: Serve, conn: asyncpg.Connection) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Ani Rahayu")
    await furnish_shop(conn, owner)
    await owner.sign_in()
    return owner


async def test_many_are_drawn_and_few_are_told(conn: asyncpg.Connection, shop: Owner) -> None:
    root = f"/sites/{shop.site_id}/statistics"
    many = (await shop.get(root)).text
    assert many.count('class="bar"') == 30 + 24
    assert "Grafik sebagai tabel" in many
    assert "Mesin pencari" in many
    assert re.search(r'<a href="https?://[^/"]+/_seen/own" target="_blank" rel="noopener">', many)
    few = (await shop.get(f"{root}?first=2025-01-01&last=2025-01-31")).text
    assert "Situs Anda dilihat 7 kali." in few
    assert "<svg" not in few
    # The home page and those who typed the address are called by no sign of ours.
    await conn.execute(
        "WITH day AS (SELECT $1::uuid AS site, '2025-01-09'::date AS date), "
        "page AS (INSERT INTO website_pages_daily SELECT site, date, '/', 7, 7, 7 FROM day) "
        "INSERT INTO website_referrers_daily SELECT site, date, 'direct', '', '', 7, 7, 7 FROM day",
        shop.site_id,
    )
    few = (await shop.get(f"{root}?first=2025-01-01&last=2025-01-31")).text
    assert "Yang paling banyak dilihat: Beranda. Kebanyakan langsung membuka alamat situs Anda." in few
    none = (await shop.get(f"/sites/{EMPTY}/statistics")).text
    assert "Situs ini belum tayang" in none
    await conn.execute("UPDATE websites SET status = 'published' WHERE id = $1", EMPTY)
    assert "Belum ada yang berkunjung" in (await shop.get(f"/sites/{EMPTY}/statistics")).text


async def test_what_an_owner_asks_is_planned_for_what_is_asked(shop: Owner) -> None:
    """A plan that knows no range of days reads them at three times the cost (`make bench ARGS=console`)."""
    app = shop.visitor.client.app
    assert app is not None
    async with app[WORKSHOP].pool.acquire() as conn:
        assert await conn.fetchval("SHOW plan_cache_mode") == "force_custom_plan"


async def test_countries_are_a_map_with_the_same_as_a_table(conn: asyncpg.Connection, shop: Owner) -> None:
    root = f"/sites/{shop.site_id}/statistics?first=2025-03-01&last=2025-03-02"
    day = date(2025, 3, 1)
    await conn.execute(
        "INSERT INTO website_analytics_daily (website_id, date, page_views) VALUES ($1, $2, 1300)", shop.site_id, day
    )
    views = {"ID": 1200, "SG": 90, "id": 3, "": 5, "ZZ": 1, '"<': 1}
    await conn.executemany(
        "INSERT INTO website_places_daily VALUES ($1, $2, $3, '', $4, 1, 1)",
        [(shop.site_id, day, name, number) for name, number in views.items()],
    )
    page = (await shop.get(root)).text
    assert "<title>Indonesia: 1.203</title>" in page
    assert "<title>Singapura: 90</title>" in page
    assert page.count('<g class="land') == 2
    assert page.count("<circle") == 1  # Singapore cannot be seen at this size
    table = page[page.index("Peta sebagai tabel") :].partition("</table>")[0]
    assert table.count("<tr>") == 1 + len(views)
    assert "&#34;&lt;" in table
    assert '"<' not in table
    # Of many charts none is without its table.
    assert page.count("<figure") == len(re.findall("(Grafik|Peta) sebagai tabel", page)) == 2
    # Nobody's country is known: no empty map.
    await conn.execute("DELETE FROM website_places_daily WHERE country <> ''")
    assert 'class="land' not in (await shop.get(root)).text


def test_the_map_has_every_country_in_its_picture() -> None:
    names = [f"{first}{second}" for first in string.ascii_uppercase for second in string.ascii_uppercase]
    world = draw_world([Count(name, number) for number, name in enumerate(names)])
    assert world is not None
    assert {"ID", "MY", "SG", "TL", "AU", "NL", "US"} <= {shape.code for shape in world.shapes}
    assert len(world.shapes) > 230
    assert {shape.level for shape in world.shapes} <= {1, 2, 3, 4}
    for shape in world.shapes:
        assert re.fullmatch(r"(M-?\d+ ?-?\d+l(-?\d+( (?=\d)|(?=-)))+-?\d+z)+", shape.path), shape.code
        starts = [tuple(map(int, found)) for found in re.findall(r"M(-?\d+) (-?\d+)", shape.path)]
        assert all(0 <= x <= world.width and 0 <= y <= world.height for x, y in starts), shape.code
    assert draw_world([Count("", 7), Count("ZZ", 7), Count("ID", 0)]) is None


async def test_a_click_on_a_line_filters_the_rest(shop: Owner) -> None:
    root = f"/sites/{shop.site_id}/statistics"
    await shop.get(root)
    whole = (await shop.get(f"{root}?days=7")).text
    # Who came from Google got in touch nine times.
    assert "Menghubungi" in whole
    link = re.search(r'href="([^"]*source=Google[^"]*)"', whole)
    assert link is not None
    page = (await shop.get(unescape(link[1]))).text
    assert "Sumber: Google" in page
    assert "Lewat: Mesin pencari" in page
    assert page.count("<figure") == len(re.findall("(Grafik|Peta) sebagai tabel", page)) == 3
    assert f'{root}?days=7&amp;channel=search"' in page  # without Google
    assert f'{root}?days=30&amp;channel=search&amp;source=Google"' in page  # of another range
    further = re.search(r'href="([^"]*device=mobile[^"]*)"', page)
    assert further is not None
    told = json.loads((await shop.get(unescape(further[1]).replace("statistics?", "statistics.json?"))).body)
    assert told["filters"] == {
        "page": None, "channel": "search", "source": "Google", "device": "mobile", "country": None,
    }  # fmt: skip
    assert (told["totals"]["views"], told["devices"][0]["contacts"], told["live"]["views"]) == (13, 9, 0)
    # What is asked for beyond what is kept of visits is said; what was long before is not filtered.
    assert "Saringan hanya menjangkau sampai" in (await shop.get(f"{root}?days=365&country=ID")).text
    old = (await shop.get(f"{root}?first=2025-01-01&last=2025-01-31&country=ID")).text
    assert "Saringan hanya menjangkau sampai" in old
    assert "Situs Anda dilihat 7 kali." in old
    yesterday = datetime.now(ZoneInfo("Asia/Jakarta")).date() - timedelta(days=1)
    hours = (await shop.get(f"{root}?first={yesterday}&last={yesterday}")).text
    assert hours.count('class="bar"') == 24
    assert "pukul 23" in hours


async def test_no_filter_breaks_the_page_or_what_it_is_told_in(shop: Owner) -> None:
    for value in ("%00", "%ed%a0%80", "x" * 600, "%3Cscript%3E", "%27%3B--", "", "%F0%9F%8D%9C"):
        wrong = "&".join(
            f"{field}={value}&{field}=again" for field in ("page", "channel", "source", "device", "country")
        )
        answer = await shop.get(f"/sites/{shop.site_id}/statistics?days=7&{wrong}")
        assert answer.status == 200, value
        assert "<script>" not in answer.text
        told = await shop.get(f"/sites/{shop.site_id}/statistics.json?days=7&{wrong}")
        assert json.loads(told.body)["period"]


WRONG = [
    "days=0",
    "days=9999999",
    "days=0007999999999",
    "days=x",
    "first=2026-02-30&last=2026-03-01",
    "first=2026-02-01&last=2025-01-01",
    "first=&last=",
]


@pytest.mark.parametrize("query", WRONG)
async def test_what_is_no_range_is_the_usual_one(shop: Owner, query: str) -> None:
    answer = await shop.get(f"/sites/{shop.site_id}/statistics?{query}")
    assert answer.status == 200
    assert answer.text.count('class="bar"') == 30 + 24


async def test_a_table_comes_day_by_day(shop: Owner) -> None:
    root = f"/sites/{shop.site_id}/statistics"
    answer = await shop.get(f"{root}/days.csv?first=2025-01-01&last=2025-12-31")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][:4] == ["2025-01-09", "7", "5", "6"]
    assert (await shop.get(f"{root}/users.csv")).status == 404


@pytest.mark.parametrize("days", [1, 7, 62, 63, 365, 3660])
def test_bars_hold_every_day_and_stay_in_the_picture(days: int) -> None:
    given = [DayFigures(date(2016, 1, 1) + timedelta(days=number), views=number * 7 % 93) for number in range(days)]
    chart = draw_days(given)
    assert sum(bar.views for bar in chart.bars) == sum(day.views for day in given)
    assert (chart.bars[0].first, chart.bars[-1].last) == (given[0].date, given[-1].date)
    whole = draw_days(given, given[::-1])
    assert sum(bar.before for bar in whole.bars) == sum(bar.views for bar in whole.bars)
    shapes = [shape for drawn in (chart, whole) for bar in drawn.bars for shape in (bar.shape, bar.shade) if shape]
    assert all(0 <= one.y <= HEIGHT and 0 <= one.x < one.x + one.width <= WIDTH + 1 for one in shapes)
    assert all(bar.shade is None or bar.shade.width > bar.shape.width for bar in whole.bars)
    assert len(chart.bars) <= 140
    assert (chart.ticks[0], chart.ticks[-1]) == (chart.bars[0], chart.bars[-1])
    assert len(set(chart.ticks)) == len(chart.ticks) <= 3


def test_the_top_of_a_chart_reads_well_and_is_not_far_above_the_most() -> None:
    tops = {draw_hours([most]).top for most in range(3_000)}
    assert {2, 4, 6, 8, 10, 12, 300, 1000} <= tops
    assert all(top % 2 == 0 for top in tops)
    for most in range(2, 3_000):
        assert most <= draw_hours([most]).top <= max(most * 1.5, most + 2)


def test_whatever_is_not_counted_has_a_name() -> None:
    entries = json.loads(bots.LIST.read_text("utf-8"))
    kinds = {one["tags"][0] for one in entries} | {kind for _, kind in bots.OURS}
    for reason in (*kinds, "unnamed", "prefetch", "embedded", "own", SPAM):
        assert f"stat_uncounted_{reason}" in words_for("id"), reason
    assert words_for("en")["stat_conversions_gofood"] == "GoFood"


async def test_days_are_shown_beside_those_before(shop: Owner) -> None:
    root = f"/sites/{shop.site_id}/statistics"
    page = (await shop.get(f"{root}?days=7")).text
    assert page.count('class="shade"') == 7 + 1  # and what says so
    today = datetime.now(ZoneInfo("Asia/Jakarta")).date()
    table = page[page.index("Grafik sebagai tabel") :].partition("</table>")[0]
    cells = re.findall(r'<td class="amount">(\d+)</td>', table)
    assert cells[1::3] == [str(40 + (g * 37) % 61) for g in range(7, 14)]
    told = json.loads((await shop.get(f"{root}.json?days=7")).body)
    assert [day["date"] for day in told["days_before"]] == [str(today - timedelta(days=g)) for g in range(13, 6, -1)]
    alone = (await shop.get(f"{root}?first=2025-01-09&last=2025-01-09")).text
    assert "shade" not in alone  # nothing is known of the day before
    assert '<p class="when">9 Jan 2025</p>' in alone
    assert "<dt>Pengunjung</dt>" in alone  # of one day there is nothing to add up


async def test_what_is_filtered_is_exported_filtered(shop: Owner) -> None:
    root = f"/sites/{shop.site_id}/statistics"

    async def rows(path: str) -> list[list[str]]:
        answer = await shop.get(path)
        assert answer.status == 200, path
        return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))

    page = (await shop.get(f"{root}?days=7&channel=search")).text
    links = [unescape(one) for one in re.findall(r'href="([^"]*\.csv[^"]*)"', page)]
    assert [one.partition("?")[0] for one in links] == [f"{root}/days.csv", f"{root}/lists.csv"]
    days, lists = [await rows(link) for link in links]
    assert (days[0][:2], len(days)) == (["date", "views"], 1 + 7)
    assert sum(int(day[1]) for day in days[1:]) == 20
    assert ["channels", "search", "20"] in [line[:3] for line in lists]
    assert {line[1] for line in lists if line[0] == "channels"} == {"search"}
    everything = await rows(f"{root}/lists.csv?days=7")
    assert ["pages", "/", "811", "811", "811", "", "0"] in everything
    assert {"direct", "social"} <= {line[1] for line in everything if line[0] == "channels"}
    # Of these days there are sums alone: what is not filtered must not look as if it were.
    old = "first=2025-01-01&last=2025-01-31"
    assert (await shop.get(f"{root}/days.csv?{old}&channel=search")).status == 404
    assert (await shop.get(f"{root}/pages.csv?days=7&channel=search")).status == 404
