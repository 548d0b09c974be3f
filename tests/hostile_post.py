"""Posts as nobody should write them, and somebody does."""

import json
from typing import Any

from renderer.themes.source import PostRow
from tests.blog_pages import row

WORD = "panjang" * 1430
"""Ten thousand characters without a blank."""


def hostile_posts() -> dict[str, PostRow]:
    """By the format that they are written in."""
    return {
        name: row(
            slug=f"janggal-{name}",
            title=f"{'😀' * 30} مرحبا {WORD[:90]}",
            excerpt=f"{WORD[:2000]} <b>&amp;",
            content=json.dumps(content),
            featured_image="/foto/1.jpg",
            gallery_images=["/foto/2.jpg", "/foto/2.jpg", "//", "javascript:alert(1)"],
            words=2_000,
            categories=[("a", WORD[:60]), ("b", "😀"), ("c", "مرحبا")],
            tags=[(f"t{number}", WORD[:50]) for number in range(30)],
        )
        for name, content in (("tiptap", _tiptap()), ("markdown", {"type": "markdown", "text": _markdown()}))
    }


def _text(text: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": list(marks)}


def _node(kind: str, *content: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def _said(text: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return _node("paragraph", _text(text, *marks))


def _tiptap() -> dict[str, Any]:
    nested = _said("paling dalam")
    for depth in range(30):
        nested = _node(("bulletList", "orderedList")[depth % 2], _node("listItem", _said(f"lapis {depth}"), nested))
    quoted = _said(WORD)
    for _ in range(12):
        quoted = _node("blockquote", quoted)
    cell = _node("tableCell", _said("sel " + WORD[:200]))
    link = {"type": "link", "attrs": {"href": "https://contoh.example/" + WORD}}
    return _node(
        "doc",
        *(_node("heading", _text(f"Judul {level} 😀"), level=level) for level in (6, 1, 4, 2, 2, 5, 3, 1)),
        _node("heading", _text("   "), level=2),
        _node("heading", level=3),
        _node("heading", _text("Tautan", {"type": "link", "attrs": {"href": "#"}}), level=2),
        _said(WORD),
        _said(WORD, {"type": "bold"}, link),
        _said("", link),
        _said(" ", link),
        _said("kosong", {"type": "link", "attrs": {"href": ""}}),
        _said("מרחבא שלום, مرحبا بالعالم (123) abc!"),
        _said("😀" * 400),
        _said(WORD, {"type": "code"}),
        nested,
        quoted,
        _node("image", src="/foto/3.jpg"),
        _node("image", src="/foto/4.jpg", alt="", title=WORD),
        _node("image", src="https://lain.example/a.png"),
        _node("image"),
        _node("iframe", src="https://lain.example/"),
        _node("youtube", src="https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        _node("youtube", src="https://lain.example/"),
        _node("codeBlock", _text(WORD + "\n<script>alert(1)</script>\n\tx")),
        _node("codeBlock", _text("x = 1"), language="tidak ada <b>"),
        _node("codeBlock"),
        _node("table", _node("tableRow", cell, cell, cell), _node("tableRow", cell)),
        _node("table", _node("tableRow", *[_node("tableCell", _said(f"{number}")) for number in range(40)])),
        _node("table", _node("tableRow", _node("tableHeader"), _node("tableHeader", _said("B"), colspan=99))),
        _node("table"),
        _node("taskList", _node("taskItem", _said(WORD[:300]), checked=True), _node("taskItem")),
        _node("horizontalRule"),
        _node("horizontalRule"),
        _node("tidakDikenal", _text("teks yang tetap ada")),
        _text("di luar paragraf"),
    )


def _markdown() -> str:
    nested = "\n".join(f"{'  ' * depth}- lapis {depth}" for depth in range(30))
    return f"""###### Enam

# Satu

#### Empat

##

[](https://contoh.example/) [ ](#) ![](/foto/5.jpg) ![ ](https://lain.example/a.png) [kosong]()

{WORD} <https://contoh.example/{WORD}> **{WORD[:500]}** `{WORD[:500]}`

{nested}

{"> " * 20}dalam

| | |
|-|-|
| {WORD[:300]} | |

| satu |
|------|

```
{WORD}
tanpa bahasa
```

```tidak-ada<b>
x = 1
```

    berinden

<iframe src="https://lain.example/"></iframe> <b onclick="x()">html</b> <!-- komentar

مرحبا بالعالم 😀😀😀 שלום

1. satu
1. satu
   - [ ] tugas
   - [x] tugas

---
***
"""
