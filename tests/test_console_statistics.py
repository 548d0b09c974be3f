"""The statistics' screen: sentences for few, a chart with its table for many, and ranges that nobody can break."""

import csv
import io
from datetime import date, timedelta

import asyncpg
import pytest

from renderer.console.charts import HEIGHT, WIDTH, draw_days
from renderer.statistics import DayFigures
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
    assert many.count('class="bar"') == 30
    assert "Grafik sebagai tabel" in many
    assert "Mesin pencari" in many
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
    assert "Belum ada yang berkunjung" in none


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
    assert answer.text.count('class="bar"') == 30


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
    assert all(0 <= bar.y <= HEIGHT and bar.width > 0 and bar.x + bar.width <= WIDTH + 1 for bar in chart.bars)
    assert len(chart.bars) <= 140
