"""TipTap / ProseMirror JSON → HTML from an allow-list.

As a DOM it equals TipTap's own output for well-formed documents, except that alignment is a class and headings are
shifted below the page's. What is out of place is put right, what is unknown gives its text.
Depth and size are capped; below the cap only text remains, gathered without recursion.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from renderer.themes.text.links import is_foreign, safe_link

_MAX_DEPTH = 40
_MAX_NODES = 20_000

_BLOCKS = {
    "paragraph", "heading", "bulletList", "orderedList", "listItem", "taskList", "taskItem", "blockquote", "codeBlock",
    "horizontalRule", "image", "table", "tableRow", "tableCell", "tableHeader", "youtube", "doc", "details",
}  # fmt: skip
_MARKS = {
    "bold": "strong", "strong": "strong", "italic": "em", "em": "em", "strike": "s", "underline": "u", "code": "code",
    "highlight": "mark", "subscript": "sub", "superscript": "sup",
}  # fmt: skip
_MARK_ORDER = (
    "link",
    "bold",
    "strong",
    "code",
    "italic",
    "em",
    "highlight",
    "strike",
    "subscript",
    "superscript",
    "underline",
)
_ALIGN = {"left": "start", "start": "start", "center": "center", "right": "end", "end": "end", "justify": "justify"}


def render(document: dict[str, Any], first_heading: int, picture: Callable[[str], str | None]) -> Markup | None:
    """HTML of a document, or None when it shows nothing."""
    writer = _Writer(first_heading, picture)
    writer.blocks(document.get("content"), 0)
    html = "".join(writer.out)
    return Markup(html) if writer.seen else None  # noqa: S704 - every part was escaped or is a constant


class _Writer:
    def __init__(self, first_heading: int, picture: Callable[[str], str | None]) -> None:
        self.out: list[str] = []
        self.seen = False
        self._first = first_heading
        self._last = first_heading - 1
        self._picture = picture
        self._left = _MAX_NODES

    def blocks(self, content: Any, depth: int) -> None:
        """Children of a place for blocks; runs of inline nodes get a paragraph of their own."""
        run: list[Any] = []
        for node in _nodes(content):
            if _kind(node) in _BLOCKS:
                self._paragraph(run, depth)
                run = []
                self._block(node, depth)
            elif _kind(node) in ("text", "hardBreak", "mention"):
                run.append(node)
            else:
                self._paragraph(run, depth)
                run = []
                if depth < _MAX_DEPTH:
                    self.blocks(node.get("content"), depth + 1)
        self._paragraph(run, depth)

    def _paragraph(self, run: list[Any], depth: int) -> None:
        if run:
            self._wrap("p", run, depth)

    def _block(self, node: dict[str, Any], depth: int) -> None:
        self._left -= 1
        if self._left < 0:
            return
        if depth >= _MAX_DEPTH:
            self._text_of(node)
            return
        kind, content, attrs = _kind(node), node.get("content"), _attrs(node)
        if kind == "paragraph":
            self._wrap("p", content, depth, _aligned(attrs))
        elif kind == "heading":
            level = attrs.get("level")
            level = level if isinstance(level, int) and not isinstance(level, bool) and 1 <= level <= 6 else 2
            # A post's own top level is 2 in most editors; 1 and 2 both become the first level below the page's.
            wanted = min(6, max(level, 2) - 2 + self._first, self._last + 1)  # never two levels deeper at once
            if self._wrap(f"h{wanted}", content, depth, _aligned(attrs)):
                self._last = wanted
        elif kind in ("bulletList", "taskList"):
            self._list("ul", ' class="tasks"' if kind == "taskList" else "", content, depth)
        elif kind == "orderedList":
            start = attrs.get("start")
            ok = isinstance(start, int) and not isinstance(start, bool) and 1 < start < 100_000
            self._list("ol", f' start="{start}"' if ok else "", content, depth)
        elif kind == "blockquote":
            self._container("blockquote", content, depth)
        elif kind == "codeBlock":
            self.out.append("<pre><code>")
            self._text_of(node)
            self.out.append("</code></pre>")
        elif kind == "horizontalRule":
            self.out.append("<hr>")
        elif kind == "image":
            self._image(attrs)
        elif kind == "youtube":
            self._link_card(attrs)
        elif kind == "table":
            self._table(content, depth)
        else:  # a list item or a cell outside its place, or a wrapper
            self.blocks(content, depth + 1)

    def _wrap(self, tag: str, content: Any, depth: int, attributes: str = "") -> bool:
        """Whether anything was written."""
        mark = len(self.out)
        self.out.append(f"<{tag}{attributes}>")
        self._inline(content, depth, 0)
        if tag != "p" and len(self.out) == mark + 1:
            del self.out[mark:]  # an empty heading is noise to a screen reader
            return False
        self.out.append(f"</{tag}>")
        return True

    def _container(self, tag: str, content: Any, depth: int, attributes: str = "") -> None:
        self.out.append(f"<{tag}{attributes}>")
        self.blocks(content, depth + 1)
        self.out.append(f"</{tag}>")

    def _list(self, tag: str, attributes: str, content: Any, depth: int) -> None:
        items = list(_nodes(content))
        if not items:
            return
        self.out.append(f"<{tag}{attributes}>")
        for item in items:
            kind = _kind(item)
            state = ""
            if kind == "taskItem":
                state = ' class="done"' if _attrs(item).get("checked") is True else ' class="open"'
            inner = item.get("content") if kind in ("listItem", "taskItem") else [item]
            self._container("li", inner, depth + 1, state)
        self.out.append(f"</{tag}>")

    def _table(self, content: Any, depth: int) -> None:
        rows = [
            [cell for cell in _nodes(row.get("content")) if _kind(cell) in ("tableCell", "tableHeader")]
            for row in _nodes(content)
        ]
        rows = [row for row in rows if row]
        if not rows:
            return
        plain = all(not _spans(cell) for row in rows for cell in row)
        self.out.append('<div class="table"><table><tbody>')
        for row in rows:
            self.out.append("<tr>")
            for cell in row:
                tag = "th" if _kind(cell) == "tableHeader" else "td"
                self._container(tag, cell.get("content"), depth + 1, "" if plain else _spans(cell))
            self.out.append("</tr>")
        self.out.append("</tbody></table></div>")

    def _image(self, attrs: dict[str, Any]) -> None:
        source = self._picture(attrs["src"]) if isinstance(attrs.get("src"), str) else None
        if not source:
            return
        alt = attrs.get("alt") if isinstance(attrs.get("alt"), str) else ""
        self.out.append(f'<img src="{escape(source)}" alt="{escape(alt)}" loading="lazy" decoding="async">')
        self.seen = True

    def _link_card(self, attrs: dict[str, Any]) -> None:
        link = safe_link(attrs["src"]) if isinstance(attrs.get("src"), str) else None
        if link and is_foreign(link):
            self.out.append(f'<p><a href="{escape(link)}" rel="noopener ugc">{escape(link)}</a></p>')
            self.seen = True

    def _inline(self, content: Any, depth: int, linked: int) -> None:
        for node in _nodes(content):
            self._left -= 1
            if self._left < 0:
                return
            kind = _kind(node)
            if kind == "text" and isinstance(node.get("text"), str):
                self._text(node["text"], node.get("marks"))
            elif kind == "hardBreak":
                self.out.append("<br>")
            elif kind == "image":
                self._image(_attrs(node))
            elif depth >= _MAX_DEPTH:
                self._text_of(node)
            else:
                if kind in _BLOCKS and self.out and not self.out[-1].endswith(">"):
                    self.out.append(" ")
                self._inline(node.get("content"), depth + 1, linked)

    def _text(self, text: str, marks: Any) -> None:
        if not text:
            return
        self.seen = self.seen or not text.isspace()
        given = {_kind(mark): mark for mark in _nodes(marks)}
        opened: list[str] = []
        for name in _MARK_ORDER:
            if name not in given:
                continue
            if name == "link":
                href = _attrs(given[name]).get("href")
                link = safe_link(href) if isinstance(href, str) else None
                if link:
                    rel = ' rel="noopener ugc"' if is_foreign(link) else ""
                    self.out.append(f'<a href="{escape(link)}"{rel}>')
                    opened.append("a")
            elif _MARKS[name] not in opened:
                self.out.append(f"<{_MARKS[name]}>")
                opened.append(_MARKS[name])
        self.out.append(str(escape(text)))
        self.out.extend(f"</{tag}>" for tag in reversed(opened))

    def _text_of(self, node: Any) -> None:
        stack = [node]
        while stack and self._left > 0:
            self._left -= 1
            one = stack.pop()
            if isinstance(one, list):
                stack.extend(reversed(one))
            elif isinstance(one, dict):
                text = one.get("text")
                if isinstance(text, str) and text:
                    self.seen = self.seen or not text.isspace()
                    self.out.append(str(escape(text)))
                stack.append(one.get("content"))


def _nodes(content: Any) -> list[dict[str, Any]]:
    return [node for node in content if isinstance(node, dict)] if isinstance(content, list) else []


def _kind(node: dict[str, Any]) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def _attrs(node: dict[str, Any]) -> dict[str, Any]:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def _aligned(attrs: dict[str, Any]) -> str:
    align = attrs.get("textAlign")
    place = _ALIGN.get(align) if isinstance(align, str) else None
    return f' class="align-{place}"' if place and place != "start" else ""


def _spans(cell: dict[str, Any]) -> str:
    parts = []
    for name in ("colspan", "rowspan"):
        span = _attrs(cell).get(name)
        if isinstance(span, int) and not isinstance(span, bool) and 1 < span <= 50:
            parts.append(f' {name}="{span}"')
    return "".join(parts)
