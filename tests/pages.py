"""Reading drawn pages back: what a browser would find in them."""

import json
from dataclasses import MISSING, dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from renderer.themes import PostSource, Site, SiteSource, draw_page

NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
ROOT = Path(__file__).parent.parent / "themes"

_VOID = frozenset("area base br col embed hr img input link meta source track wbr path rect circle ellipse".split())  # noqa: SIM905
_BLOCKS = frozenset("p div ul ol dl table blockquote pre h1 h2 h3 h4 h5 h6 section figure details hr form".split())  # noqa: SIM905


def source(**columns: object) -> SiteSource:
    """A row with nothing in it but what a test names."""
    columns_of = SiteSource.__dataclass_fields__.values()
    needed = [column.name for column in columns_of if column.default is column.default_factory is MISSING]
    row: dict[str, object] = dict.fromkeys(needed)
    row.update(id=UUID(int=7), subdomain="kopi-senja", template_id="pilar", base_url="https://kopi.example")
    return SiteSource(**{**row, **columns})  # type: ignore[arg-type]


@dataclass
class Element:
    tag: str
    attrs: dict[str, str | None]
    text: str = ""
    said: str = ""
    """What pictures and controls inside it are called."""


@dataclass
class Page(HTMLParser):
    """Elements in order with their text; `problems` names what makes it invalid or unsafe."""

    html: str
    elements: list[Element] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()
        if self._open:
            self.problems.append(f"never closed: {[element.tag for element in self._open]}")
        self._judge()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"attribute twice on <{tag}>")
        element = Element(tag, dict(attrs))
        if tag in _BLOCKS and any(parent.tag in ("p", "h1", "h2", "h3", "h4") for parent in self._open):
            self.problems.append(f"<{tag}> inside a paragraph or heading")
        if tag == "a" and any(parent.tag == "a" for parent in self._open):
            self.problems.append("a link inside a link")
        self.elements.append(element)
        for parent in self._open:
            parent.said += element.attrs.get("alt" if tag == "img" else "aria-label") or ""
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.problems.append(f"</{tag}> closes {self._open[-1].tag if self._open else 'nothing'}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        hidden = self._open and self._open[-1].tag in ("script", "style")
        for element in self._open[-1:] if hidden else self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    @property
    def text(self) -> str:
        body = self.all("body")
        return body[0].text if body else ""

    def with_class(self, name: str) -> list[Element]:
        return [element for element in self.elements if name in (element.attrs.get("class") or "").split()]

    def _judge(self) -> None:
        for element in self.elements:
            self._judge_element(element)
        ids = [element.attrs["id"] for element in self.elements if "id" in element.attrs]
        if len(ids) != len(set(ids)):
            self.problems.append(f"an id twice: {sorted(ids)}")
        if len(self.all("h1")) != 1:
            self.problems.append(f"{len(self.all('h1'))} first headings")
        if len(self.all("style")) != 1 or len(self.all("title")) != 1 + 0:
            self.problems.append("style or title not exactly once")
        levels = [int(element.tag[1]) for element in self.all("h1", "h2", "h3", "h4", "h5", "h6")]
        if any(lower - upper > 1 for upper, lower in pairwise(levels)):
            self.problems.append(f"heading level skipped: {levels}")
        anchors = {f"#{name}" for name in ids}
        for link in self.all("a"):
            href = link.attrs.get("href") or ""
            if href.startswith("#") and href not in anchors:
                self.problems.append(f"leads nowhere: {href}")

    def _judge_element(self, element: Element) -> None:
        if element.tag == "script" and element.attrs == {"type": "application/ld+json"}:
            self._judge_data(element.text)
        elif element.tag == "script" and (element.attrs or "closest" not in element.text):
            self.problems.append("a script that is not the theme's")
        if element.tag in ("iframe", "object", "embed", "base", "frame", "applet", "template"):
            self.problems.append(f"<{element.tag}>")
        if (
            element.tag in ("a", "button", "summary", "h1", "h2", "h3", "h4", "label", "dt", "th")
            and not (element.text + element.said).strip()
        ):
            self.problems.append(f"empty <{element.tag}>")
        for name, value in element.attrs.items():
            value = (value or "").strip().lower()
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "background", "ping"):
                self.problems.append(f"{name} on <{element.tag}>")
            if (
                name == "href"
                and element.tag == "a"
                and not value.startswith(("/", "#", "https://", "http://", "mailto:", "tel:", "whatsapp:"))
            ):
                self.problems.append(f"href {value[:40]}")
            if name == "src" and (not value.startswith("/") or value.startswith("//")):
                self.problems.append(f"src {value[:40]}")
            if (
                "//" in value
                and name in ("href",)
                and element.tag == "link"
                and not value.startswith(("https://kopi.example/", "data:image/svg+xml,"))
            ):
                self.problems.append(f"foreign <link> {value[:40]}")

    def _judge_data(self, text: str) -> None:
        """A data block: never executed, and it must be JSON that cannot end its element."""
        if any(mark in text for mark in "<>&\u2028\u2029"):
            self.problems.append("a data block that could break out")
        try:
            graph = json.loads(text)
        except ValueError:
            self.problems.append("a data block that is no JSON")
        else:
            if graph.get("@context") != "https://schema.org" or not isinstance(graph.get("@graph"), list):
                self.problems.append("a data block that is no graph")

    @property
    def scripts(self) -> list[str]:
        """What would be executed."""
        return [element.text for element in self.all("script") if not element.attrs]

    @property
    def graph(self) -> list[dict[str, Any]]:
        """The nodes of the page's JSON-LD."""
        blocks = [element.text for element in self.all("script") if element.attrs.get("type")]
        return json.loads(blocks[0])["@graph"] if blocks else []  # type: ignore[no-any-return]


def draw(site: Site, path: str = "/", posts: list[PostSource] | None = None, now: datetime = NOW) -> Page:
    drawn = draw_page(site, path, posts or [], now)
    assert drawn is not None
    page = Page(drawn.html)
    assert page.problems == []
    return page
