"""“Open now” as a browser says it, whatever the hour of the page's making and the visitor's own time zone."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from renderer.themes import Themes, draw_page, read_site
from tests.browsers import needs_browser
from tests.pages import NOW, Page, draw, source

WEEKLY = [
    {"days": ["mo", "tu", "we", "th"], "time": "08:00-12:00, 13:00-17:00"},
    {"days": ["fr", "sa"], "open": "17:00", "close": "01:00"},
]
EXCEPTIONS = [
    {"from": "2026-11-25", "label": "Libur", "closed": True},
    {"from": "2026-11-26", "open": "10:00", "close": "11:00"},
]


def page_with(themes: Themes, hours: Any, language: str = "id", zone: str = "Asia/Jakarta") -> str:
    content = {"language": language, "site": {"name": "Kopi", "hours": hours}}
    site = read_site(themes, source(generated_content=json.dumps(content), config=json.dumps({"timezone": zone})))
    drawn = draw_page(site, "/", [], NOW)
    assert drawn is not None
    return drawn.html


async def said(browser: Browser, html: str, moment: datetime) -> tuple[str, str]:
    """The line and whether it is marked as open, at `moment`, to a visitor in New York."""
    context = await browser.new_context(timezone_id="America/New_York")
    page = await context.new_page()
    await page.clock.set_fixed_time(moment)
    await page.set_content(html)
    found = await page.evaluate(
        "(box => [box.hidden ? '' : box.textContent, box.className])(document.querySelector('.now'))"
    )
    today = await page.evaluate("[...document.querySelectorAll('.week .today th')].map(cell => cell.textContent)")
    assert len(today) == 1
    await context.close()
    return found[0], found[1] + " " + today[0]


def at(day: int, hour: int, minute: int = 0, zone: str = "Asia/Jakarta") -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


class TestInABrowser:
    pytestmark = needs_browser

    @pytest.mark.parametrize(
        ("moment", "words", "state"),
        [
            (at(23, 9), "Buka sekarang, sampai 12.00", "now on Senin"),
            (at(23, 12), "Sekarang tutup, buka 13.00", "now Senin"),
            (at(23, 16, 59), "Buka sekarang, sampai 17.00", "now on Senin"),
            # Wednesday is a holiday.
            (at(24, 17), "Sekarang tutup, buka Kamis 10.00", "now Selasa"),
            (at(25, 10), "Sekarang tutup, buka besok 10.00", "now Rabu"),
            (at(26, 10, 30), "Buka sekarang, sampai 11.00", "now on Kamis"),
            (at(26, 11, 30), "Sekarang tutup, buka besok 17.00", "now Kamis"),
            (at(28, 0, 30), "Buka sekarang, sampai 01.00", "now on Sabtu"),
            (at(28, 1, 0), "Sekarang tutup, buka 17.00", "now Sabtu"),
            (at(29, 1, 30), "Sekarang tutup, buka besok 08.00", "now Minggu"),
            (at(30, 7), "Sekarang tutup, buka 08.00", "now Senin"),
        ],
    )
    async def test_a_browser_says_whether_it_is_open(
        self, browser: Browser, themes: Themes, moment: datetime, words: str, state: str
    ) -> None:
        html = page_with(themes, {"weekly": WEEKLY, "exceptions": EXCEPTIONS})
        assert await said(browser, html, moment) == (words, state)

    async def test_a_place_that_never_closes_and_one_that_never_opens(self, browser: Browser, themes: Themes) -> None:
        always = page_with(themes, {"setiap hari": "24 jam"}, "en", "Asia/Jayapura")
        assert (await said(browser, always, at(24, 23, 59)))[0] == "Open now"
        shut = page_with(
            themes, {"weekly": WEEKLY, "exceptions": [{"from": "2026-11-01", "to": "2027-11-01", "closed": True}]}
        )
        assert (await said(browser, shut, at(24, 9)))[0] == "Sekarang tutup"


def test_without_script_the_week_stands_and_nothing_is_claimed(themes: Themes) -> None:
    page = Page(page_with(themes, {"weekly": WEEKLY}))
    assert all("hidden" in box.attrs for box in page.with_class("now"))
    assert "17.00–01.00" in page.text


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"senin": "08:00-17:00", "minggu": "tutup"}, ["08.00–17.00"]),
        ({"monday": {"open": "8", "close": "17"}}, ["08.00–17.00"]),
        ({"weekly": {"mo": "08.00 – 17.00"}}, ["08.00–17.00"]),
        ({"weekly": [{"days": ["mo"], "hours": "08:00 s/d 12:00 & 13:00-17:00"}]}, ["08.00–12.00, 13.00–17.00"]),
        ({"weekly": [{"days": "mo", "open": "24 jam"}]}, ["00.00–24.00"]),
        ({"weekly": [{"days": ["Senin"], "open": "8am", "close": "5pm"}]}, ["08.00–17.00"]),
    ],
)
def test_hours_are_read_as_people_write_them(themes: Themes, hours: Any, expected: list[str]) -> None:
    page = draw(read_site(themes, source(generated_content=json.dumps({"site": {"hours": hours}}))))
    assert [box.text for box in page.with_class("times")][:1] == expected


def test_what_cannot_be_read_as_hours_is_reported(themes: Themes) -> None:
    hours = {"weekly": [{"days": ["mo"], "time": "pagi"}, {"days": ["tu"], "open": "08:00", "close": "17:00"}]}
    site = read_site(themes, source(generated_content=json.dumps({"site": {"hours": hours}})))
    assert "/generated_content/site/hours/weekly/0" in [repair.pointer for repair in site.repairs]
