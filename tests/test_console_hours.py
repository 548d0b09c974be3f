"""Days on which a branch has other hours: written by its owner, and drawn while they are near."""

import json
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from renderer.console.editing.fields import SITE, TextsWrong
from renderer.console.editing.places import Places
from renderer.console.editing.rewriting import write_fields
from renderer.console.editing.texts import read_fields
from renderer.themes import Themes, draw_page, next_change, read_site
from renderer.themes.contract.content import HoursException
from renderer.themes.repair import Repairs
from renderer.themes.text.hours import read_week
from tests.editors import draft_of, fields_of, make_editor, preview
from tests.pages import source
from tests.serving import Serve
from tests.showcase import CONTENT

HOLIDAYS = (
    ["senin", []],
    [{"weekly": [{"days": ["mo"], "time": "08:00-12:00"}]}, []],
    [{"senin": "08:00-12:00", "exceptions": {"natal": {"date": "2026-12-25", "name": "Natal", "closed": True}}}, [0]],
    [
        {
            "weekly": [{"days": ["mo"], "time": "8-12"}],
            "exceptions": [
                {"from": "Lebaran", "closed": True},
                {"from": "2026-12-25", "until": "2026-12-26", "open": "9", "close": "12", "unknown": 1},
            ],
        },
        [1],
    ],
)


@pytest.mark.parametrize(("hours", "there"), HOLIDAYS, ids=range(len(HOLIDAYS)))
def test_days_on_which_a_branch_has_other_hours_are_written_where_they_stand(hours: Any, there: list[int]) -> None:
    labels: list[Any] = [{"label": "Eid"}, {"label": "Christmas"}]
    said = {"language": "en", "site": {"locations": [{"hours": {"exceptions": labels}}]}}
    document = {"site": {"locations": [{"name": "Dago", "hours": hours}]}, "translations": [said]}
    under, part = "locations/0/hours/exceptions", "locations/0"
    before = {one.name: one.value for one in read_fields(Places(document), SITE, part) or ()}
    assert write_fields(document, SITE, before, part) == document
    count = len([name for name in before if name.startswith(f"{under}/") and name.endswith("/from_")]) - 2
    new = {f"{under}/{count}/from_": "2027-01-01", f"{under}/{count}/label": "Tahun baru"}
    if hours == "senin":
        with pytest.raises(TextsWrong, match="from_"):
            write_fields(document, SITE, new, part)
        new |= {"locations/0/hours/day-0": "08.00–16.00"}
    late = {f"{under}/{count + 1}/{name}": value for name, value in (("from_", "2026-12-31"), ("open", "9"))}
    late |= {f"{under}/{count + 1}/close": "11.30"}
    made = write_fields(document, SITE, {**new, **late}, part)
    assert Places(made).at(f"{SITE}/{under}")[count:] == [
        HoursException(from_="2027-01-01", to="2027-01-01", label="Tahun baru", closed=True),
        HoursException(from_="2026-12-31", to="2026-12-31", open="9", close="11.30"),
    ]
    week = read_week(Places(made).at(f"{SITE}/locations/0/hours"), None, "", Repairs())
    assert week
    assert len(week.exceptions) == 2 + len(there)
    again = {one.name: one.value for one in read_fields(Places(made), SITE, part) or ()}
    opened = write_fields(made, SITE, {f"{under}/{count}/open": "10", f"{under}/{count}/close": "14"}, part)
    assert not Places(opened).at(f"{SITE}/{under}")[count].closed
    for number in there:  # taken away by its dates, with what translations say by its place
        empty = {f"{under}/{number}/from_": "", f"{under}/{number}/to": ""}
        left = write_fields(made, SITE, {**again, **empty}, part)
        assert Places(left).at(f"{SITE}/{under}") == [
            one for place, one in enumerate(Places(made).at(f"{SITE}/{under}")) if place != number
        ]
        now = [one.label for one in Places(left).at(f"/translations/0/site/{under}")]
        assert now == [one for place, one in enumerate(("Eid", "Christmas")) if place != number]
    for bad, where in (
        ({"label": "Libur"}, "from_"),
        ({"from_": "2027-02-30"}, "from_"),
        ({"from_": "2027-02-02", "to": "2027-01-01"}, "to"),
        ({"from_": "2027-02-02", "open": "9"}, "open"),
        ({"to": "2027-02-02"}, "from_"),
    ):
        wanted = {f"{under}/{count + 2}/{name}": value for name, value in bad.items()}
        with pytest.raises(TextsWrong) as wrong:
            write_fields(made, SITE, wanted, part)
        assert wrong.value.fields[0][0] == f"{under}/{count + 2}/{where}"


async def test_an_owner_closes_a_branch_for_a_holiday_and_takes_it_back(serve: Serve, conn: asyncpg.Connection) -> None:
    branch = {"id": "dago", "name": "Dago", "hours": {"senin": "08:00-12:00"}}
    shown = {"id": "cabang", "type": "locations", "title": "Cabang"}
    tini = await make_editor(
        serve,
        conn,
        {**CONTENT, "site": {"name": "Tini", "locations": [branch]}, "pages": [{"path": "/", "sections": [shown]}]},
    )
    root = f"/sites/{tini.site_id}/texts"
    form = f"{root}/section?at=/site&part=locations/0"
    sent = fields_of((await tini.get(form)).text, f"{root}/section")
    first = "locations/0/hours/exceptions/0"
    wrong = await tini.post(f"{root}/section", {**sent, f"{first}/label": "Idulfitri"})
    assert wrong.status == 422
    assert 'value="Idulfitri"' in wrong.text
    today = date.today().isoformat()  # the site's own today is this day or the next
    said = {f"{first}/from_": today, f"{first}/to": "2999-01-01", f"{first}/label": "Idulfitri"}
    assert (await tini.post(f"{root}/section", {**sent, **said})).status == 303
    assert (await draft_of(conn, tini))["site"]["locations"][0]["hours"]["exceptions"] == [
        {"from": today, "to": "2999-01-01", "label": "Idulfitri", "closed": True}
    ]
    assert "Idulfitri" in (await preview(tini))[2].text
    assert "Idulfitri" not in (await tini.visitor.get("warung.sites.test")).text
    again = await tini.post(f"{root}/section", {**sent, **said})
    assert again.status == 303, "it is there already"
    late = await tini.post(f"{root}/section", {**sent, **said, f"{first}/label": "Nyepi"})
    assert late.status == 409
    undo = fields_of((await tini.get(form)).text, f"/sites/{tini.site_id}/draft")
    assert (await tini.post(f"/sites/{tini.site_id}/draft", {**undo, "do": "undo"})).status == 303
    assert "Idulfitri" not in (await preview(tini))[2].text


def test_a_branch_tells_of_other_hours_from_six_weeks_before_until_they_are_over(themes: Themes) -> None:
    days = [{"from": "2027-03-10", "to": "2027-03-12", "label": "Idulfitri", "closed": True}]
    branch = {"name": "Dago", "hours": {"senin": "08:00-12:00", "exceptions": days}}
    content = {"site": {"locations": [branch]}, "pages": [{"sections": [{"type": "locations", "title": "Cabang"}]}]}
    site = read_site(themes, source(generated_content=json.dumps(content)))

    def at(month: int, day: int, hour: int = 16) -> tuple[bool, datetime | None]:
        now = datetime(2027, month, day, hour, 59, tzinfo=UTC)  # 23.59 in Jakarta
        return "Idulfitri" in draw_page(site, "/", [], now).html, next_change(site, "/", now)

    opens, ends = datetime(2027, 1, 23, 17, tzinfo=UTC), datetime(2027, 3, 12, 17, tzinfo=UTC)
    assert at(1, 23) == (False, opens)
    assert at(1, 23, 17) == (True, ends)
    assert at(3, 12) == (True, ends)
    assert at(3, 12, 17) == (False, None)
