"""Valid documents, changed at random: always a page, always a good one.

400 rows, always the same; 2,000 in CI, and `make torture` draws 100,000 others. TAPSITE_TEST_EXAMPLES says how many,
TAPSITE_TEST_SEED the first one's number.
"""

import json
import os

import pytest

from renderer.themes import Themes, read_site
from tests.pages import source
from tests.torture import smaller, trial
from tests.trial import problems_of

EXAMPLES = int(os.environ.get("TAPSITE_TEST_EXAMPLES", "400"))
SEED = int(os.environ.get("TAPSITE_TEST_SEED", "0"))
PARTS = min(8, EXAMPLES)
"""For as many processes as there are to take one."""


@pytest.mark.parametrize("part", range(PARTS))
def test_a_row_that_went_wrong_at_random_is_a_good_page(themes: Themes, part: int) -> None:
    seen: set[int] = set()
    for number in range(SEED + part, SEED + EXAMPLES, PARTS):
        row = trial(number)
        found = problems_of(themes, row.columns, row.posts, seen)
        if found:
            kind = found[0].partition(": ")[2][:14]
            least = smaller(
                row.columns,
                lambda columns, row=row, kind=kind: any(kind in one for one in problems_of(themes, columns, row.posts)),
            )
            pytest.fail(f"row {number}: {found[:3]}\n{json.dumps(least, ensure_ascii=False)[:3000]}\n{row.posts}")


def test_a_row_is_told_by_its_number() -> None:
    assert trial(7) == trial(7)
    assert trial(7) != trial(8)


def test_addresses_and_ids_collide_in_many_rows(themes: Themes) -> None:
    said = [
        repair.message for number in range(120) for repair in read_site(themes, source(**trial(number).columns)).repairs
    ]
    for message in (
        "not a path of a page, reserved, or twice",
        "a page stands at this path; left out",
        "redirected twice; the first counts",
        "no free path; left out",
        "a second section with this id; left out",
    ):
        assert message in said


def test_a_failing_row_is_made_smaller() -> None:
    columns = {"title": "a", "config": json.dumps({"a": [1, {"b": "x"}, 3], "c": 4})}
    least = smaller(columns, lambda row: '"b"' in row.get("config", ""))
    assert least == {"config": '{"a": [{"b": "x"}]}'}
