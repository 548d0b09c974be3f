"""The program's own words: plurals, and the language they are marked with where it is not the page's."""

import json
import re
from uuid import UUID

import pytest
from babel import Locale

from renderer.themes import (
    PostSource,
    Themes,
    draw_error,
    draw_feed,
    draw_page,
    draw_password,
    draw_post,
    draw_twin,
    read_site,
)
from renderer.themes.blog.feeds import FeedPost
from renderer.themes.blog.places import Place
from renderer.themes.found.sharing import web_manifest
from renderer.themes.found.sitemap import llms_txt
from renderer.themes.source import Around, PostRow
from renderer.themes.text import words as catalogue
from renderer.themes.text.words import LANGUAGES, Size, words_for
from tests.pages import NOW, Element, Page, draw, source
from tests.whole import as_columns, whole_row


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


def test_a_number_that_counts_nothing_has_one_form() -> None:
    assert [words_for("en").say("blog_page", n=number) for number in (1, 2)] == ["Page 1", "Page 2"]


def test_a_sentence_with_another_word_in_it_is_marked_once() -> None:
    said = words_for("ar").say("updated", date=words_for("ar").date(NOW.date()))
    assert said == f"{catalogue.OPEN}Page updated 23 November 2026{catalogue.CLOSE}"


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


# --- a page in a language that the program does not speak ---

_OURS = {text for both in catalogue._BOTH.values() for text in both} | {
    name for names in (*catalogue._DAYS.values(), *catalogue._SHORT_DAYS.values()) for name in names
}
_SAME = {"WhatsApp", "Menu", "per", "Isi", "Sel", ""}
"""Words that are the same in any language, so that a row may hold them too."""


def tongue(element: Element) -> str:
    """The language an element's text is in, for a browser and for who reads the page aloud."""
    return next(one.get("lang") for one in (element, *element.up()) if one.get("lang"))


def foreign_pages(themes: Themes, language: str) -> dict[str, Page]:
    """Everything that is drawn of a row that holds every field, in one language."""
    row = whole_row()
    row["generated_content"]["language"] = language
    hours = {"weekly": [{"days": ["mo", "tu"], "open": "07:00", "close": "12:00"}]}
    row["generated_content"]["site"]["hours"] = hours | {"exceptions": [{"from": "2026-11-24", "closed": True}]}
    row["generated_content"]["provenance"] = {"": "owner"}
    row["config"]["privacy"] = {"controller": "Pemilik", "retention_days": 3, "purposes": ["Tujuan"]}
    del row["generated_content"]["translations"]
    row["template_variant"] = None
    site = read_site(themes, source(**as_columns(row)))
    posts = [PostSource("a", "Judul tulisan", "Isi tulisan", None, NOW, 900)] * 2
    drawn = {path: draw_page(site, path, posts, NOW) for path in site.paths}
    documents = {path: one.html for path, one in drawn.items() if one}
    documents |= {
        "error": draw_error(site, 404).html,
        "gate": draw_password(site, action="/_gate", error="wrong", next_path="/").html,
    }
    return {name: Page(html) for name, html in documents.items()}


@pytest.mark.parametrize(("language", "ours"), [("jv", "id"), ("zh", "en"), ("zh-Hant-TW", "en"), ("ar", "en")])
def test_words_in_another_language_than_the_page_say_which(themes: Themes, language: str, ours: str) -> None:
    found = set()
    for name, page in foreign_pages(themes, language).items():
        assert page.problems == [], name
        html = page.all("html")[0]
        assert (html.get("lang"), html.get("dir")) == (language, "rtl" if language == "ar" else "")
        for element in page.all("body")[0].down():
            if element.foreign or element.tag in ("script", "style"):
                continue
            for run in [text for one, text in element.runs() if one is element]:
                if run.strip() in _OURS - _SAME:
                    assert tongue(element) == ours, (name, run)
                    found.add(run.strip())
                    if language == "ar":
                        assert element.get("dir") == "ltr" or element.get("data-clock")
                if run.strip() in ("Sebuah teks", "Satu kata", "Judul tulisan", "Tujuan", "Pemilik"):
                    assert tongue(element) == language, (name, run)
                    found.add(run.strip())
            if element.get("aria-label") in _OURS - _SAME:
                assert tongue(element) == ours, (name, element.get("aria-label"))
                found.add(element.get("aria-label"))
    words = words_for(ours)
    expected = {"skip", "navigation", "hours", "closed", "privacy", "error_404", "password_open", "sold_out"}
    assert {words[key] for key in expected} | {"Sebuah teks", "Judul tulisan", "Tujuan"} <= found


@pytest.mark.parametrize("language", ["id", "en", "en-GB"])
def test_words_in_the_pages_own_language_are_not_marked(themes: Themes, language: str) -> None:
    for page in foreign_pages(themes, language).values():
        assert page.problems == []
        assert [one for one in page.all("body")[0].down() if one.get("lang") not in ("", language)] == []


def test_no_mark_is_left_anywhere_a_word_goes(themes: Themes) -> None:
    content = {"language": "ar", "site": {"name": "قهوة", "contact": {"whatsapp": "0813-5550-0101"}}}
    config = json.dumps({"privacy": {"controller": "X"}})
    site = read_site(themes, source(generated_content=json.dumps(content), config=config))
    said = [draw(site, path).html for path in site.paths]
    said += [str(share) for share in site.shares.values()]
    said += [web_manifest(site)]
    for text in said:
        assert catalogue.OPEN not in text
        assert catalogue.CLOSE not in text
    assert "/privacy" in site.paths
    assert "text=Hello" in said[0]


def test_a_row_cannot_speak_with_the_programs_marks(themes: Themes) -> None:
    fake = f"{catalogue.OPEN}x{catalogue.CLOSE}"
    content = {"language": "ar", "site": {"name": fake}, "pages": [{"path": "/", "title": fake}]}
    page = draw(read_site(themes, source(generated_content=json.dumps(content))))
    assert not [one for one in page.all("span") if one.text == "x" and one.get("lang")]


def test_feeds_twins_and_the_index_for_machines_have_no_marks(themes: Themes) -> None:
    site = read_site(themes, source(generated_content=json.dumps({"language": "ar", "site": {"name": "قهوة"}})))
    todo = {"type": "bulletList", "content": [{"type": "taskItem", "attrs": {"checked": True}}]}
    film = {"type": "youtube", "attrs": {"src": "https://youtu.be/dQw4w9WgXcQ"}}
    content = json.dumps({"type": "doc", "content": [todo, film]})
    seen_from = {"visible_from": NOW, "updated_at": None, "words": 3}
    entry = FeedPost(UUID(int=1), "a", "Judul", None, None, content, None, **seen_from)
    row = PostRow(UUID(int=1), "a", "Judul", None, None, content, None, (), None, None, **seen_from)
    said = [draw_feed(site, Place("index", feed=kind), [entry], None, NOW).decode() for kind in ("rss", "atom", "json")]
    said += [draw_twin(site, row), llms_txt(site, [row])]
    assert all("Judul" in text for text in said)
    for text in said:
        assert catalogue.OPEN not in text
        assert r"\ufdd0" not in text
    page = Page(draw_post(site, row, Around(), NOW).html)
    assert page.problems == []
    assert [tongue(one) for one in page.all("b") if one.own_text == "Play the YouTube video"] == []
    assert [tongue(up) for up in page.all("span") if up.text == "Play the YouTube video"] == ["en"]


@pytest.mark.parametrize(
    ("size", "indonesian", "english"),
    [
        (1_572_864, "1,5 MB", "1.5 MB"),
        (5_242_880, "5 MB", "5 MB"),
        (1_677_721, "1,5 MB", "1.5 MB"),
        (599_999, "585 KB", "585 KB"),
        (1_048_575, "1.023 KB", "1,023 KB"),
    ],
)
def test_a_size_is_said_as_its_language_writes_numbers(size: int, indonesian: str, english: str) -> None:
    for language, said in (("id", indonesian), ("en", english)):
        assert said in words_for(language).say("form_file_too_large", most=Size(size))
