"""The program's own words: plurals, and the language they are marked with where it is not the page's."""

import json
import re

import pytest
from babel import Locale

from renderer.themes import PostSource, Themes, read_site
from renderer.themes.text import words as catalogue
from renderer.themes.text.words import LANGUAGES, words_for
from tests.pages import NOW, draw, source


@pytest.mark.parametrize(
    ("language", "key", "said"),
    [
        ("id", "minutes", ["0 menit baca", "1 menit baca", "2 menit baca", "5 menit baca"]),
        ("en", "minutes", ["0 minutes to read", "1 minute to read", "2 minutes to read", "5 minutes to read"]),
    ],
)
def test_what_counts_takes_the_form_of_its_number(language: str, key: str, said: list[str]) -> None:
    assert [words_for(language).say(key, n=number) for number in (0, 1, 2, 5)] == said


def test_a_large_number_is_written_as_the_language_does() -> None:
    assert words_for("en").say("minutes", n=1200).startswith("1,200 minutes")
    assert words_for("id").say("minutes", n=1200).startswith("1.200 menit")


def test_every_counted_sentence_has_every_form_its_language_asks_for() -> None:
    assert not [text for both in catalogue._BOTH.values() for text in both if "{n}" in text]
    for key, both in catalogue._COUNTED.items():
        for language, forms in zip(LANGUAGES, both, strict=True):
            assert set(forms) == {*Locale(language).plural_form.tags, "other"}, key
            assert all("{n}" in form for form in forms.values()), key


@pytest.mark.parametrize(("days", "said"), [(1, "kept for 1 day at most"), (1000, "kept for 1,000 days at most")])
def test_the_privacy_page_counts_its_days(themes: Themes, days: int, said: str) -> None:
    content = json.dumps({"language": "en", "site": {"name": "Kopi"}})
    config = json.dumps({"privacy": {"controller": "Kopi", "retention_days": days}})
    assert said in draw(read_site(themes, source(generated_content=content, config=config)), "/privacy").text


def test_a_post_says_how_long_it_takes(themes: Themes) -> None:
    content = json.dumps({"language": "en", "pages": [{"path": "/", "sections": [{"type": "latest-posts"}]}]})
    posts = [PostSource(f"p{words}", "Post", None, None, NOW, words) for words in (100, 1000)]
    page = draw(read_site(themes, source(generated_content=content)), posts=posts)
    assert re.findall(r"\d+ minutes? to read", page.text) == ["1 minute to read", "5 minutes to read"]
