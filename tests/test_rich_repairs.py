"""What rich text loses is told one by one, each at its place in the document."""

import json
from typing import Any

import pytest

from renderer.themes import Themes, read_site
from renderer.themes.repair import unescape_step
from renderer.themes.text.losses import MOST
from tests.pages import draw, source

SECTION = "/generated_content/pages/0/sections/0"


def row(text: Any) -> dict[str, Any]:
    return {"pages": [{"path": "/", "sections": [{"id": "t", "type": "text", "title": "Judul", "text": text}]}]}


def told(themes: Themes, content: dict[str, Any]) -> dict[str, str]:
    """Pointer below the section → message."""
    site = read_site(themes, source(generated_content=json.dumps(content)))
    draw(site)
    assert all(repair.pointer.startswith(SECTION) for repair in site.repairs)
    return {repair.pointer.removeprefix(SECTION): repair.message for repair in site.repairs}


def at(document: Any, pointer: str) -> Any:
    for step in pointer[1:].split("/"):
        document = document[int(step) if isinstance(document, list) else unescape_step(step)]
    return document


def word(text: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": list(marks)}


def link(href: Any) -> dict[str, Any]:
    return {"type": "link", "attrs": {"href": href}}


def test_every_part_that_a_document_loses_is_named(themes: Themes) -> None:
    lost: list[dict[str, Any]] = [
        {"type": "callout", "content": [word("Tetap terbaca")]},
        {"type": "image", "attrs": {"src": "https://evil.example/x.png"}},
        link("javascript:alert(1)"),
        {"type": "emoji", "attrs": {"name": "senyum"}},
        {"type": "mention", "attrs": {}},
        {"type": "youtube", "attrs": {"src": "https://vimeo.example/1"}},
    ]
    inline = {"type": "paragraph", "content": [word("Kata", {"type": "bold"}, lost[2]), *lost[3:5]]}
    cell = {"type": "tableCell", "content": [{"type": "bulletList", "content": [inline]}]}
    table = {"type": "table", "content": [{"type": "tableRow", "content": [cell]}]}
    content = row({"type": "doc", "content": [inline_free(), *lost[:2], table, lost[5]]})
    found = told(themes, content)
    section = content["pages"][0]["sections"][0]
    assert [json.dumps(at(section, pointer)) for pointer in found] == [
        json.dumps(part) for part in (lost[0], lost[1], lost[2], lost[3], lost[4], lost[5])
    ]
    says = list(found.values())
    assert "type that is not known" in says[0]
    assert "“https://evil.example/x.png”" in says[1]
    assert "“javascript:alert(1)”" in says[2]
    assert "shown as a link" in says[5]


def inline_free() -> dict[str, Any]:
    return {"type": "paragraph", "content": [word("Utuh", link("https://example.com/"), {"type": "italic"})]}


def test_a_document_that_loses_nothing_has_nothing_to_tell(themes: Themes) -> None:
    assert told(themes, row({"type": "doc", "content": [inline_free(), {"type": "horizontalRule"}]})) == {}
    assert told(themes, row({"type": "markdown", "text": "[a](https://example.com/) ![b](/b.jpg)"})) == {}


def test_what_markdown_loses_is_named_by_its_address(themes: Themes) -> None:
    text = "[a](ftp://a.example/) dan [b](https://x@y.example/) ![c](https://evil.example/c.png) [d](/baik)"
    content = row({"type": "markdown", "text": text})
    site = read_site(themes, source(generated_content=json.dumps(content)))
    assert {repair.pointer for repair in site.repairs} == {f"{SECTION}/text"}
    said = " ".join(repair.message for repair in site.repairs)
    for address in ("ftp://a.example/", "https://x@y.example/", "https://evil.example/c.png"):
        assert f"“{address}”" in said
    assert "/baik" not in said


@pytest.mark.parametrize("field", ["intro", "items"])
def test_a_loss_is_found_wherever_rich_text_stands(themes: Themes, field: str) -> None:
    document = {"type": "doc", "content": [{"type": "image", "attrs": {"src": "//evil.example/x"}}, word("Isi")]}
    given: dict[str, Any] = {"id": "f", "type": "faq", "title": "Judul", "items": [{"name": "Apa?", "text": "Isi"}]}
    if field == "items":
        given["questions"] = [{"question": "Apa?", "answer": document}]
        del given["items"]
        pointer = "/questions/0/answer/content/0"
    else:
        given["body"] = document
        pointer = "/body/content/0"
    assert list(told(themes, {"pages": [{"path": "/", "sections": [given]}]})) == [pointer]


def test_a_text_with_many_losses_says_how_many_more_there_are(themes: Themes) -> None:
    images = [{"type": "image", "attrs": {"src": f"https://evil.example/{number}"}} for number in range(MOST + 7)]
    found = told(themes, row({"type": "doc", "content": [word("Isi"), *images]}))
    assert len(found) == MOST + 1
    assert found["/text"] == "and 7 more things left out"


def test_the_deepest_part_is_found_too(themes: Themes) -> None:
    node: dict[str, Any] = {"type": "callout", "content": [word("Isi")]}
    for _ in range(30):
        node = {"type": "blockquote", "content": [node]}
    assert list(told(themes, row({"type": "doc", "content": [node]}))) == ["/text/content/0" + "/content/0" * 30]
