"""An element of a page that is being judged."""

from collections.abc import Iterator
from functools import cached_property

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
RAW = frozenset(("script", "style", "title", "textarea"))


class Element:
    """`text` is everything below it; a page's own holds no script's.

    `texts` belongs to the page: an element knows where in it its own begins and ends.
    """

    __slots__ = ("__dict__", "_texts", "attrs", "begin", "children", "end", "foreign", "parent", "runs_here", "tag")

    def __init__(self, tag: str, attrs: dict[str, str | None], parent: "Element | None", texts: list[str]) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.children: list[Element] = []
        self.runs_here: list[int] = []
        self._texts = texts
        self.begin = self.end = len(texts)
        self.foreign = tag == "svg" or (parent is not None and parent.foreign)
        if parent is not None:
            parent.children.append(self)

    def say(self, text: str) -> None:
        self.runs_here.append(len(self._texts))
        self._texts.append(text)

    @cached_property
    def text(self) -> str:
        if self.tag in ("", "html", "body"):
            return "".join(self._texts[place] for one, place in self.runs() if one.tag not in ("script", "style"))
        return "".join(self._texts[self.begin : self.end])

    @property
    def own_text(self) -> str:
        """What stands in it directly, outside its children."""
        return "".join(self.own_runs)

    @property
    def own_runs(self) -> list[str]:
        return [self._texts[place] for place in self.runs_here]

    def run(self, place: int) -> str:
        return self._texts[place]

    def runs(self) -> Iterator[tuple["Element", int]]:
        """Every piece of text below, with the element it stands in."""
        yield from ((self, place) for place in self.runs_here)
        for child in self.children:
            yield from child.runs()

    def up(self) -> Iterator["Element"]:
        here = self.parent
        while here is not None:
            yield here
            here = here.parent

    def down(self) -> Iterator["Element"]:
        for child in self.children:
            yield child
            yield from child.down()

    def get(self, name: str) -> str:
        return self.attrs.get(name) or ""

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attrs}>"
