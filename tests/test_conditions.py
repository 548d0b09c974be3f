"""What a client has already: tags and dates of conditional requests (RFC 9110 §13)."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from renderer.edge.conditions import ANY, fails, known_tag, named_tag

TAG = '"abc"'
CHANGED = "Sat, 28 Nov 2026 10:00:00 GMT"


def headers(**lines: str | list[str]) -> "CIMultiDictProxy[str]":
    found = CIMultiDict[str]()
    for name, values in lines.items():
        for value in [values] if isinstance(values, str) else values:
            found.add(name.replace("_", "-"), value)
    return CIMultiDictProxy(found)


@pytest.mark.parametrize(
    ("since", "is_known"),
    [
        (CHANGED, True),
        ("Sat, 28 Nov 2026 10:00:01 GMT", True),
        ("Sat, 28 Nov 2026 09:59:59 GMT", False),
        ("Sat, 28 Nov 1987 00:00:00 GMT", False),
        ("Sat, 28 Nov 2026 10:30:00 +0100", False),
        ("Sat, 28 Nov 2026 10:00:00 -0000", True),  # without a zone, as some clients write it
        ("Sat, 28 Nov 2026 09:59:59 -0000", False),
        ("soon", False),
        ("", False),
    ],
)
def test_who_has_an_older_state_is_sent_the_new_one(since: str, is_known: bool) -> None:
    assert known_tag(headers(If_Modified_Since=since), TAG, CHANGED) == (ANY if is_known else None)


def test_a_date_says_nothing_where_there_is_none_or_a_tag_beside_it() -> None:
    assert known_tag(headers(If_Modified_Since=CHANGED), TAG, None) is None
    assert known_tag(headers(If_Modified_Since=CHANGED), TAG, "no date") is None
    assert known_tag(headers(), TAG, CHANGED) is None
    assert known_tag(headers(If_Modified_Since=CHANGED, If_None_Match='"other"'), TAG, CHANGED) is None
    assert known_tag(headers(If_Modified_Since=CHANGED, If_None_Match=""), TAG, CHANGED) is None


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        ([TAG], TAG),
        ([f"W/{TAG}"], TAG),
        ([f'"old", {TAG}'], TAG),
        (['"old"', TAG], TAG),
        (["*"], ANY),
        (['"abc-br4"'], '"abc-br4"'),  # what it holds in another coding is as fresh
        (['"abcd"'], None),
        (['"abcd-br4"'], None),
        (["abc"], None),
        (['"abc'], None),
        ([""], None),
    ],
)
def test_any_tag_of_a_list_is_known_in_any_coding(lines: list[str], known: str | None) -> None:
    assert known_tag(headers(If_None_Match=lines), TAG, CHANGED) == known
    assert named_tag(lines, TAG) == known


@pytest.mark.parametrize(
    ("lines", "is_refused"),
    [(None, False), ([TAG], False), (["*"], False), ([f'"x", {TAG}'], False), ([f"W/{TAG}"], True), (['"x"'], True)],
)
def test_if_match_knows_no_weak_tags(lines: list[str] | None, is_refused: bool) -> None:
    given = headers() if lines is None else headers(If_Match=lines)
    assert fails(given, TAG, None) is is_refused


@pytest.mark.parametrize(
    ("since", "modified", "is_refused"),
    [
        (CHANGED, CHANGED, False),
        ("Sat, 28 Nov 2026 10:00:01 GMT", CHANGED, False),
        ("Sat, 28 Nov 2026 09:59:59 GMT", CHANGED, True),
        ("Sat, 28 Nov 2026 09:59:59 GMT", None, False),
        ("soon", CHANGED, False),
    ],
)
def test_if_unmodified_since_refuses_what_is_newer(since: str, modified: str | None, is_refused: bool) -> None:
    assert fails(headers(If_Unmodified_Since=since), TAG, modified) is is_refused
    assert not fails(headers(If_Unmodified_Since=since, If_Match="*"), TAG, modified)
