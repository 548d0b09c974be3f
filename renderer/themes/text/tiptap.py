"""TipTap / ProseMirror JSON → HTML from an allow-list.

As a DOM it equals TipTap's own output for well-formed documents (tests/tiptap), with these differences: alignment is a
class; a highlight's colour and a column's width are left to the theme; headings are shifted below the page's; a heading
or a heading cell that says nothing is none; links have our `rel` and no `target`; pictures load lazily; check boxes are
disabled, since nothing they said would be kept; a YouTube player is a card.

What is out of place is put right and what is unknown gives its text. There is no recursion: beyond a depth elements no
longer nest, but their text stays; beyond a number of nodes and characters the document ends.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from markupsafe import Markup, escape

from renderer.themes.text.picture import PictureOf, picture_tag
from renderer.themes.text.tiptap_marks import LINK, Mark, Marks
from renderer.themes.text.tiptap_nodes import attrs_of, children, kind_of, whole
from renderer.themes.text.tiptap_table import Cell, plan_table
from renderer.themes.text.video import read_video, video_card
from renderer.themes.text.words import Words

MAX_DEPTH = 40
MAX_NODES = 20_000
MAX_TEXT = 600_000
"""Characters."""

_ALIGN = {"center": "center", "right": "end", "end": "end", "justify": "justify"}
_LANGUAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#._-]{0,30}")
_LETTERS = frozenset({"a", "A", "i", "I"})
_ITEMS = frozenset({"listItem", "list_item", "taskItem", "task_item"})
_TASKS = frozenset({"taskItem", "task_item"})

_FLOW, _LIST, _TABLE, _ROW = range(4)
_Frame = tuple[Iterator[Any], str, int, int]
"""Nodes still to write, the closing tag, what may stand there, and where a heading cell began (else -1)."""


def render(document: dict[str, Any], first_heading: int | None, picture: PictureOf, words: Words) -> Markup | None:
    """HTML of a document, or None when it shows nothing.

    `first_heading` is the level that its own first level becomes; None leaves every level as it is.
    """
    writer = _Writer(first_heading, picture, words)
    writer.write(children(document))
    return Markup("".join(writer.out)) if writer.seen else None  # noqa: S704 - every part was escaped or is a constant


class _Writer:
    def __init__(self, first_heading: int | None, picture: PictureOf, words: Words) -> None:
        self.out: list[str] = []
        self.seen = False
        self._first = first_heading
        self._last = (first_heading or 0) - 1
        self._picture = picture
        self._words = words
        self._marks = Marks()
        self._left = MAX_NODES
        self._room = MAX_TEXT
        self._stack: list[_Frame] = []
        self._deep = 0
        self._link_at = 0

    def write(self, nodes: Sequence[Any]) -> None:
        stack = self._stack
        stack.append((iter(nodes), "", _FLOW, -1))
        while stack:
            source, close, place, began = stack[-1]
            if place == _FLOW:
                pushed = self._flow(source)
            elif place == _LIST:
                pushed = self._item(source)
            elif place == _TABLE:
                pushed = self._table_row(source)
            else:
                pushed = self._table_cell(source)
            if not pushed:
                stack.pop()
                if close:
                    self._deep -= 1
                    if began >= 0 and not _shows(self.out, began + 1):
                        self.out[began] = self.out[began].replace("<th", '<td class="th"', 1)
                        close = "</td>"
                    self.out.append(close)

    def _enter(self, opening: str, close: str, nodes: Sequence[Any], place: int = _FLOW, began: int = -1) -> bool:
        self.out.append(opening)
        self._deep += 1
        self._stack.append((iter(nodes), close, place, began))
        return True

    def _dissolve(self, node: dict[str, Any]) -> bool:
        """Its children stand where it would."""
        self._stack.append((iter(children(node)), "", _FLOW, -1))
        return True

    def _flow(self, source: Iterator[Any]) -> bool:
        """Write blocks until one of them has to be entered; neighbouring inline nodes get a paragraph of their own."""
        run: list[Any] = []
        for node in source:
            if type(node) is not dict:
                if type(node) is str:
                    run.append(node)
                continue
            kind = node.get("type")
            if type(kind) is not str:
                kind = ""
            if kind in _INLINE:
                run.append(node)
                continue
            if run:
                self._run(run)
                run = []
            self._left -= 1
            if self._left < 0:
                return False
            write = _BLOCKS.get(kind, _Writer._dissolve)
            if write(self, node):
                return True
        if run:
            self._run(run)
        return False

    def _run(self, run: Sequence[Any]) -> None:
        self.out.append("<p>")
        self._inline(run)
        self.out.append("</p>")

    def _paragraph(self, node: dict[str, Any]) -> bool:
        self.out.append(f"<p{_aligned(node)}>" if "attrs" in node else "<p>")
        content = node.get("content")
        self._inline(content if type(content) is list else children(node))
        self.out.append("</p>")
        return False

    def _heading(self, node: dict[str, Any]) -> bool:
        level = whole(attrs_of(node).get("level"), 1, 6) or 2
        if self._first is not None:
            # A post's own top level is 2 in most editors; 1 and 2 both become the first level below the page's.
            level = min(6, max(level, 2) - 2 + self._first, self._last + 1)  # never two levels deeper at once
        at = len(self.out)
        self.out.append(f"<h{level}{_aligned(node)}>")
        self._inline(children(node))
        if _shows(self.out, at + 1):
            self.out.append(f"</h{level}>")
            self._last = level
        elif any(part.startswith("<img") for part in self.out[at + 1 :]):
            self.out[at] = "<p>"  # a picture that says nothing
            self.out.append("</p>")
        else:
            del self.out[at:]  # an empty heading is noise to a screen reader
        return False

    def _list(self, node: dict[str, Any]) -> bool:
        if self._deep >= MAX_DEPTH:
            return self._dissolve(node)
        nodes = children(node)
        if not any(isinstance(item, dict | str) for item in nodes):
            return False
        if kind_of(node) not in ("orderedList", "ordered_list"):
            return self._enter(_LISTS.get(kind_of(node), "<ul>"), "</ul>", nodes, _LIST)
        attrs = attrs_of(node)
        start = whole(attrs.get("start", attrs.get("order")), -9_999, 999_999)
        opening = "<ol" if start in (None, 1) else f'<ol start="{start}"'
        letters = attrs.get("type")
        if isinstance(letters, str) and letters in _LETTERS:
            opening += f' type="{letters}"'
        return self._enter(opening + ">", "</ol>", nodes, _LIST)

    def _item(self, source: Iterator[Any]) -> bool:
        for node in source:
            if type(node) is not dict and type(node) is not str:
                continue
            self._left -= 1
            if self._left < 0:
                return False
            kind = kind_of(node)
            if kind not in _ITEMS:
                return self._enter("<li>", "</li>", (node,))
            if kind not in _TASKS:
                return self._enter("<li>", "</li>", children(node))
            done = attrs_of(node).get("checked") is True
            said = escape(self._words["task_done" if done else "task_open"])
            return self._enter(
                f'<li class="{"done" if done else "open"}"><label><input type="checkbox" disabled'
                f'{" checked" if done else ""} aria-label="{said}"><span></span></label><div>',
                "</div></li>",
                children(node),
            )
        return False

    def _quote(self, node: dict[str, Any]) -> bool:
        if self._deep >= MAX_DEPTH:
            return self._dissolve(node)
        return self._enter("<blockquote>", "</blockquote>", children(node))

    def _details(self, node: dict[str, Any]) -> bool:
        nodes = [child for child in children(node) if isinstance(child, dict | str)]
        if self._deep >= MAX_DEPTH or not nodes or kind_of(nodes[0]) != "detailsSummary":
            return self._dissolve(node)  # without a summary there would be nothing to open
        at = len(self.out)
        self.out.append("<details open>" if attrs_of(node).get("open") is True else "<details>")
        self.out.append("<summary>")
        self._inline(children(nodes[0]))
        if not _shows(self.out, at + 2):
            del self.out[at:]
            return self._dissolve(node)
        return self._enter("</summary><div>", "</div></details>", nodes[1:])

    def _code(self, node: dict[str, Any]) -> bool:
        language = attrs_of(node).get("language")
        known = isinstance(language, str) and _LANGUAGE.fullmatch(language)
        self.out.append(f'<pre><code class="language-{language}">' if known else "<pre><code>")
        self._inline(list(islice(_text_of(node), MAX_NODES)))
        self.out.append("</code></pre>")
        return False

    def _rule(self, node: dict[str, Any]) -> bool:
        self.out.append("<hr>")
        return False

    def _image(self, node: dict[str, Any]) -> bool:
        tag = picture_tag(attrs_of(node), self._picture)
        if tag:
            self.out.append(tag)
            self.seen = True
        return False

    def _youtube(self, node: dict[str, Any]) -> bool:
        attrs = attrs_of(node)
        video = read_video(attrs.get("src"), attrs.get("start"))
        if video is None:
            link = _as_link(attrs)
            if self._marks.read(link["marks"]):
                self._run([link])
        else:
            self.out.append(video_card(video, self._words))
            self.seen = True
        return False

    def _table(self, node: dict[str, Any]) -> bool:
        if self._deep >= MAX_DEPTH:
            return self._dissolve(node)
        columns, rows = plan_table(child for child in children(node) if isinstance(child, dict | str))
        if not rows:
            return False
        group = f"<colgroup>{'<col>' * columns}</colgroup>" if columns else ""
        return self._enter(f'<div class="table"><table>{group}<tbody>', "</tbody></table></div>", rows, _TABLE)

    def _table_row(self, source: Iterator[Sequence[Cell]]) -> bool:
        for row in source:
            self._left -= 1
            return self._left >= 0 and self._enter("<tr>", "</tr>", row, _ROW)
        return False

    def _table_cell(self, source: Iterator[Cell]) -> bool:
        for cell in source:
            self._left -= 1
            began = len(self.out) if cell.tag == "th" else -1
            return self._left >= 0 and self._enter(cell.opening, f"</{cell.tag}>", cell.content, _FLOW, began)
        return False

    def _inline(self, nodes: Sequence[Any]) -> None:
        """Write inline nodes; of blocks among them the inline nodes, set apart by a space."""
        out, read, left, room = self.out, self._marks.read, self._left, self._room
        active: list[Mark] = []
        outer: list[tuple[Iterator[Any], bool]] = []
        source = iter(nodes)
        gap = False
        while True:
            for node in source:
                if type(node) is not dict:
                    if type(node) is not str:
                        continue
                    node = {"type": "text", "text": node}
                left -= 1
                if left < 0:
                    outer.clear()
                    break
                kind, text = node.get("type"), node.get("text")
                if kind == "text" and type(text) is str:
                    room -= len(text)
                    if room < 0:
                        text, room, left = text[:room], 0, 0
                    part = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                    if not self.seen:
                        self.seen = part != "" and not part.isspace()
                elif kind == "hardBreak" or kind == "hard_break":
                    part = "<br>"
                elif kind == "image" or kind == "mention":
                    attrs = attrs_of(node)
                    part = _mention(attrs) if kind == "mention" else picture_tag(attrs, self._picture)
                    self.seen = self.seen or part != ""
                else:
                    apart = type(kind) is str and kind in _BLOCKS
                    gap = gap or apart
                    outer.append((source, apart))
                    source = iter((_as_link(attrs_of(node)),) if kind == "youtube" else children(node))
                    break
                if not part:
                    continue
                if gap:
                    gap = False
                    if not out[-1].endswith((" ", "\n")) and (out[-1][:1] != "<" or out[-1][1] == "/"):
                        out.append(" ")
                marks = node.get("marks")
                if marks or active:
                    wanted = read(marks) if marks else ()
                    if wanted != active:
                        self._switch(active, wanted)
                out.append(part)
            else:
                if not outer:
                    break
                source, apart = outer.pop()
                gap = gap or apart
                continue
            if not outer:
                break
        if active:
            self._switch(active, ())
        self._left, self._room = left, room

    def _switch(self, active: list[Mark], wanted: Sequence[Mark]) -> None:
        """Close and open marks as ProseMirror's serializer does: what both neighbours have outermost stays open."""
        out = self.out
        kept = 0
        if active and wanted:
            most = min(len(active), len(wanted))
            while kept < most and active[kept] == wanted[kept]:
                kept += 1
        while len(active) > kept:
            mark = active.pop()
            if mark[0] == LINK and not _shows(out, self._link_at + 1):
                out[self._link_at] = ""  # a link that nobody could see or hear
            else:
                out.append(mark[2])
        for mark in wanted[kept:]:
            if mark[0] == LINK:
                self._link_at = len(out)
            out.append(mark[1])
            active.append(mark)


_BLOCKS: dict[str, Callable[[_Writer, dict[str, Any]], bool]] = {
    "paragraph": _Writer._paragraph, "heading": _Writer._heading, "blockquote": _Writer._quote,
    "bulletList": _Writer._list, "bullet_list": _Writer._list, "taskList": _Writer._list, "task_list": _Writer._list,
    "orderedList": _Writer._list, "ordered_list": _Writer._list, "codeBlock": _Writer._code,
    "code_block": _Writer._code, "horizontalRule": _Writer._rule, "horizontal_rule": _Writer._rule,
    "image": _Writer._image, "table": _Writer._table, "youtube": _Writer._youtube, "details": _Writer._details,
    **dict.fromkeys(
        ("listItem", "list_item", "taskItem", "task_item", "tableRow", "table_row", "tableCell", "table_cell",
         "tableHeader", "table_header", "detailsSummary", "detailsContent", "doc"), _Writer._dissolve,
    ),
}  # fmt: skip
"""Writers of what stands for itself; each says whether a node was entered. Snake case is ProseMirror's own schema."""

_INLINE = frozenset({"text", "hardBreak", "hard_break", "mention"})
_LISTS = {"taskList": '<ul class="tasks">', "task_list": '<ul class="tasks">'}


def _shows(out: list[str], start: int) -> bool:
    """Whether a heading, a summary or a link that began there has a name: words, or a picture that says something."""
    return any(
        not part.isspace()
        if part[:1] != "<"
        else part.startswith("<span") or ("<img" in part and ' alt=""' not in part)
        for part in out[start:]
        if part
    )


def _text_of(node: dict[str, Any]) -> Iterator[str]:
    """The text below a node, with a line feed for each break and between blocks."""
    stack = [iter(children(node))]
    begun = False
    while stack:
        for child in stack[-1]:
            kind = kind_of(child)
            if isinstance(child, str):
                yield child
            elif kind == "text" and isinstance(child.get("text"), str):
                yield child["text"]
            elif kind in ("hardBreak", "hard_break"):
                yield "\n"
            elif isinstance(child, dict):
                if begun and kind in _BLOCKS:
                    yield "\n"
                stack.append(iter(children(child)))
                break
            begun = True
        else:
            stack.pop()


def _mention(attrs: dict[str, Any]) -> str:
    name = attrs.get("label") or attrs.get("id")
    if not isinstance(name, str) or not name.strip():
        return ""
    return f'<span class="mention">@{escape(name[:100])}</span>'


def _as_link(attrs: dict[str, Any]) -> dict[str, Any]:
    """What is not a video of YouTube's: its address, in words and as a link."""
    address = attrs.get("src")
    address = address.strip() if isinstance(address, str) else ""
    return {"type": "text", "text": address, "marks": [{"type": "link", "attrs": {"href": address}}]}


def _aligned(node: dict[str, Any]) -> str:
    align = attrs_of(node).get("textAlign")
    place = _ALIGN.get(align) if isinstance(align, str) else None
    return f' class="align-{place}"' if place else ""
