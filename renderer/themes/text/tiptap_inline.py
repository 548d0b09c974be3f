"""Inline nodes of TipTap documents: text with marks, breaks, pictures and mentions."""

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import escape

from renderer.themes.decode import is_seen
from renderer.themes.text.losses import Losses
from renderer.themes.text.picture import Framer
from renderer.themes.text.tiptap_marks import LINK, Mark, Marks
from renderer.themes.text.tiptap_nodes import BLOCKS, attrs_of, children

MAX_NODES = 20_000
MAX_TEXT = 600_000
"""Characters."""
UNKNOWN = "a node of a type that is not known; only its text is shown"


class InlineWriter:
    """`out` is the HTML so far, in parts: a part is a tag or a text, never both. `seen`: whether it shows anything.

    `left` and `room` are the nodes and characters that the document may still have.
    """

    def __init__(self, framer: Framer, losses: Losses) -> None:
        self.out: list[str] = []
        self.seen = False
        self.framer = framer
        self.losses = losses
        self.marks = Marks(losses)
        self.left = MAX_NODES
        self.room = MAX_TEXT
        self._link_at = 0

    def inline(self, nodes: Sequence[Any]) -> None:
        """Write inline nodes; of blocks among them the inline nodes, set apart by a space."""
        out, read, left, room = self.out, self.marks.read, self.left, self.room
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
                        self.seen = is_seen(text)
                elif kind == "hardBreak" or kind == "hard_break":
                    part = "<br>"
                elif kind == "image" or kind == "mention":
                    attrs = attrs_of(node)
                    part = _mention(attrs) if kind == "mention" else self.framer.tag(attrs, node)
                    if not part and kind == "mention":
                        self.losses.add(node, "a mention of nobody; left out")
                    self.seen = self.seen or part != ""
                else:
                    apart = type(kind) is str and kind in BLOCKS
                    if not apart:
                        self.losses.add(node, UNKNOWN)
                    gap = gap or apart
                    outer.append((source, apart))
                    source = iter((as_link(attrs_of(node)),) if kind == "youtube" else children(node))
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
        self.left, self.room = left, room

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
            if mark[0] == LINK and not shows(out, self._link_at + 1):
                out[self._link_at] = ""  # a link that nobody could see or hear
            else:
                out.append(mark[2])
        for mark in wanted[kept:]:
            if mark[0] == LINK:
                self._link_at = len(out)
            out.append(mark[1])
            active.append(mark)


def shows(out: list[str], start: int) -> bool:
    """Whether a heading, a summary or a link that began there has a name: words, or a picture that says something."""
    return any(
        is_seen(part) if part[:1] != "<" else part.startswith("<span") or ("<img" in part and ' alt=""' not in part)
        for part in out[start:]
        if part
    )


def _mention(attrs: dict[str, Any]) -> str:
    name = attrs.get("label") or attrs.get("id")
    if not isinstance(name, str) or not name.strip():
        return ""
    return f'<span class="mention">@{escape(name[:100])}</span>'


def as_link(attrs: dict[str, Any]) -> dict[str, Any]:
    """What is not a video of YouTube's: its address, in words and as a link."""
    address = attrs.get("src")
    address = address.strip() if isinstance(address, str) else ""
    return {"type": "text", "text": address, "marks": [{"type": "link", "attrs": {"href": address}}]}
