"""TipTap / ProseMirror JSON → HTML from an allow-list.

As a DOM it equals TipTap's own output for well-formed documents (tests/tiptap), with these differences: alignment is a
class; a highlight's colour and a column's width are left to the theme; headings are shifted below the page's; a heading
or a heading cell that says nothing is none; links have our `rel` and no `target`; pictures load lazily; check boxes are
disabled, since nothing they said would be kept; a YouTube player is a card; code may be marked by what it is; rows and
columns of a table in which no cell begins, as a merge of whole ones leaves them, are left out.

What is out of place is put right and what is unknown gives its text. There is no recursion: beyond a depth elements no
longer nest, but their text stays; beyond a number of nodes and characters the document ends.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from markupsafe import Markup, escape

from renderer.themes.text.code import CodePurse, highlight
from renderer.themes.text.losses import Losses, named
from renderer.themes.text.picture import Framer
from renderer.themes.text.tiptap_inline import MAX_NODES, MAX_TEXT, UNKNOWN, InlineWriter, as_link, shows
from renderer.themes.text.tiptap_nodes import BLOCKS, INLINE, attrs_of, children, is_node, kind_of, whole
from renderer.themes.text.tiptap_table import Cell, plan_table
from renderer.themes.text.video import read_video, video_card
from renderer.themes.text.words import Words

MAX_DEPTH = 40

_ALIGN = {"center": "center", "right": "end", "end": "end", "justify": "justify"}
_LANGUAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#._-]{0,30}")
_LETTERS = frozenset({"a", "A", "i", "I"})
_ITEMS = frozenset({"listItem", "list_item", "taskItem", "task_item"})
_TASKS = frozenset({"taskItem", "task_item"})

_FLOW, _LIST, _TABLE, _ROW = range(4)
_Frame = tuple[Iterator[Any], str, int, int]
"""Nodes still to write, the closing tag, what may stand there, and where a heading cell began (else -1)."""


def render(
    document: dict[str, Any],
    first_heading: int | None,
    framer: Framer,
    words: Words,
    losses: Losses,
    *,
    coloured: bool = False,
) -> Markup | None:
    """HTML of a document, or None when it shows nothing.

    `first_heading` is the level that its own first level becomes; None leaves every level as it is. `coloured`: code
    has spans with classes (code.py).
    """
    writer = _Writer(first_heading, framer, words, losses, CodePurse() if coloured else None)
    writer.write(children(document))
    if writer.left < 0 or writer.room <= 0:
        losses.add(None, f"more than {MAX_NODES:,} nodes or {MAX_TEXT:,} characters; the rest was left out")
    return Markup("".join(writer.out)) if writer.seen else None  # noqa: S704 - every part was escaped or is a constant


class _Writer(InlineWriter):
    def __init__(
        self, first_heading: int | None, framer: Framer, words: Words, losses: Losses, purse: CodePurse | None
    ) -> None:
        super().__init__(framer, losses)
        self._purse = purse
        self._first = first_heading
        self._last = (first_heading or 0) - 1
        self._words = words
        self._stack: list[_Frame] = []
        self._deep = 0

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
                    if began >= 0 and not shows(self.out, began + 1):
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
            if kind in INLINE:
                run.append(node)
                continue
            if run:
                self._run(run)
                run = []
            self.left -= 1
            if self.left < 0:
                return False
            write = _WRITERS.get(kind)
            if write is None:
                if kind not in BLOCKS:
                    self.losses.add(node, UNKNOWN)
                write = _Writer._dissolve
            if write(self, node):
                return True
        if run:
            self._run(run)
        return False

    def _run(self, run: Sequence[Any]) -> None:
        self.out.append("<p>")
        self.inline(run)
        self.out.append("</p>")

    def _paragraph(self, node: dict[str, Any]) -> bool:
        self.out.append(f"<p{_aligned(node)}>" if "attrs" in node else "<p>")
        content = node.get("content")
        self.inline(content if type(content) is list else children(node))
        self.out.append("</p>")
        return False

    def _heading(self, node: dict[str, Any]) -> bool:
        level = whole(attrs_of(node).get("level"), 1, 6) or 2
        if self._first is not None:
            # A post's own top level is 2 in most editors; 1 and 2 both become the first level below the page's.
            level = min(6, max(level, 2) - 2 + self._first, self._last + 1)  # never two levels deeper at once
        at = len(self.out)
        self.out.append(f"<h{level}{_aligned(node)}>")
        self.inline(children(node))
        if shows(self.out, at + 1):
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
        if self.left < 1 or not any(is_node(item) for item in nodes):
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
            if not is_node(node):
                continue
            self.left -= 1
            if self.left < 0:
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
        nodes = [child for child in children(node) if is_node(child)]
        if self._deep >= MAX_DEPTH or not nodes or kind_of(nodes[0]) != "detailsSummary":
            return self._dissolve(node)  # without a summary there would be nothing to open
        at = len(self.out)
        self.out.append("<details open>" if attrs_of(node).get("open") is True else "<details>")
        self.out.append("<summary>")
        self.inline(children(nodes[0]))
        if not shows(self.out, at + 2):
            del self.out[at:]
            return self._dissolve(node)
        return self._enter("</summary><div>", "</div></details>", nodes[1:])

    def _code(self, node: dict[str, Any]) -> bool:
        language = attrs_of(node).get("language")
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            language = None
        self.out.append(f'<pre><code class="language-{language}">' if language else "<pre><code>")
        at, texts = len(self.out), list(islice(_text_of(node), MAX_NODES))
        self.inline(texts)
        if self._purse and language and self.left > 0 and self.room > 0:
            parts = highlight("".join(texts), language, self._purse)
            if parts is not None:
                self.out[at:] = parts
        self.out.append("</code></pre>")
        return False

    def _rule(self, node: dict[str, Any]) -> bool:
        self.out.append("<hr>")
        return False

    def _image(self, node: dict[str, Any]) -> bool:
        tag = self.framer.alone(attrs_of(node), node)
        if tag:
            self.out.append(tag)
            self.seen = True
        return False

    def _youtube(self, node: dict[str, Any]) -> bool:
        attrs = attrs_of(node)
        video = read_video(attrs.get("src"), attrs.get("start"))
        if video is None:
            link = as_link(attrs)
            if self.marks.read(link["marks"]):
                self.losses.add(node, f"no video of YouTube’s; shown as a link: {named(attrs.get('src'))}")
                self._run([link])
        else:
            self.out.append(video_card(video, self._words))
            self.seen = True
        return False

    def _table(self, node: dict[str, Any]) -> bool:
        if self._deep >= MAX_DEPTH:
            return self._dissolve(node)
        columns, rows = plan_table((child for child in children(node) if is_node(child)), self.left)
        if not rows:
            return False
        # Counted as a whole: a table that ended in its midst would have spans that reach out of it.
        self.left -= sum(1 + len(row) for row in rows)
        group = f"<colgroup>{'<col>' * columns}</colgroup>" if columns else ""
        return self._enter(f'<div class="table"><table>{group}<tbody>', "</tbody></table></div>", rows, _TABLE)

    def _table_row(self, source: Iterator[Sequence[Cell]]) -> bool:
        for row in source:
            return self._enter("<tr>", "</tr>", row, _ROW)
        return False

    def _table_cell(self, source: Iterator[Cell]) -> bool:
        for cell in source:
            began = len(self.out) if cell.tag == "th" else -1
            return self._enter(cell.opening, f"</{cell.tag}>", cell.content, _FLOW, began)
        return False


_WRITERS: dict[str, Callable[[_Writer, dict[str, Any]], bool]] = {
    "paragraph": _Writer._paragraph, "heading": _Writer._heading, "blockquote": _Writer._quote,
    "bulletList": _Writer._list, "bullet_list": _Writer._list, "taskList": _Writer._list, "task_list": _Writer._list,
    "orderedList": _Writer._list, "ordered_list": _Writer._list, "codeBlock": _Writer._code,
    "code_block": _Writer._code, "horizontalRule": _Writer._rule, "horizontal_rule": _Writer._rule,
    "image": _Writer._image, "table": _Writer._table, "youtube": _Writer._youtube, "details": _Writer._details,
}  # fmt: skip
"""Writers of what stands for itself; each says whether a node was entered. Of all others the children are written."""

_LISTS = {"taskList": '<ul class="tasks">', "task_list": '<ul class="tasks">'}


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
                if begun and kind in BLOCKS:
                    yield "\n"
                stack.append(iter(children(child)))
                break
            begun = True
        else:
            stack.pop()


def _aligned(node: dict[str, Any]) -> str:
    align = attrs_of(node).get("textAlign")
    place = _ALIGN.get(align) if isinstance(align, str) else None
    return f' class="align-{place}"' if place else ""
