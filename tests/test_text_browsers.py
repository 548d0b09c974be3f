"""Pages read without their style sheets: by text browsers, reader views, whatever indexes or copies their text."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from renderer.settings import ROOT
from renderer.themes import Themes, draw_post, load_themes
from renderer.themes.source import Around
from tests.blog_pages import blog_documents, posts_of, row
from tests.craft_pages import variants
from tests.full_page import documents, full_site
from tests.judged import VOID
from tests.pages import NOW

PAINTED = variants(load_themes(ROOT / "themes"))

# What a browser sets apart with no style sheet of ours (HTML, 15.3), and form controls.
_APART = frozenset(
    (
        "address", "article", "aside", "blockquote", "br", "button", "caption", "center", "dd", "details",
        "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "hr", "input", "legend", "li", "main", "nav", "ol", "option", "p", "pre",
        "section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "title",
        "tr", "ul",
    )
)  # fmt: skip
_UNREAD = frozenset(("script", "style"))
# A currency's sign and its amount are one word.
_SIGN = "rp"


class _Words(HTMLParser):
    """`joined`: pairs of texts of two elements between which there is nothing, so that they are read as one word."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.joined: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._said = ""
        self._owner = self._crossed = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _APART:
            self._said = ""
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("class") or ""))
        self._crossed = ">"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _APART:
            self._said = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _APART:
            self._said = ""
        while self._open and self._open.pop()[0] != tag:
            pass
        self._crossed = ">"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] in _UNREAD:
            return
        owner = ".".join(self._open[-1]) if self._open else ""
        if self._crossed and self._said[-1:].isalnum() and data[:1].isalnum() and not self._owner.endswith(_SIGN):
            self.joined.append(f"{self._owner}|{owner}: {self._said[-12:]}|{data[:12]}")
        self._said, self._owner, self._crossed = data, owner, ""


@pytest.mark.parametrize(("theme", "variant"), PAINTED)
def test_words_stay_apart_without_style_sheets(themes: Themes, theme: str, variant: str) -> None:
    shown = documents(full_site(themes, {}, variant, theme)) | blog_documents(themes, theme, variant)
    found = {pair.partition(":")[0]: f"{name}: {pair}" for name, html in shown.items() for pair in _Words(html).joined}
    assert not found, "\n" + "\n".join(found.values())


@pytest.mark.parametrize("theme", ["pilar", "spanduk", "bingkai", "etalase", "lembar"])
def test_a_post_says_its_day_as_the_site_has_it_and_no_other_author(themes: Themes, theme: str) -> None:
    """Readers cut a moment to its first ten characters, and take what these classes hold for the author's name."""
    site, _ = posts_of(themes, theme, "default")
    late, last = datetime(2026, 8, 23, 23, 30, 1, 5, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    html = draw_post(site, row(visible_from=late, updated_at=last), Around(), NOW).html
    assert re.search(r'class="[^"]*(?:byline|author|dateline|writtenby)', html) is None
    assert '"article:published_time" content="2026-08-24T06:30:01+07:00"' in html
    graph = json.loads(re.search(r'ld\+json">(.+?)</script>', html)[1])["@graph"]  # type: ignore[index]
    [post] = [node for node in graph if node["@type"] == "BlogPosting"]
    assert (post["datePublished"], post["dateModified"][:10]) == ("2026-08-24T06:30:01+07:00", "9999-12-31")
