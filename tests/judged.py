"""An element of a page that is being judged, and what is known of its place and of its tag alone.

Pages repeat themselves: the same tags with the same attributes in the same places. What follows from a tag or a place
alone is therefore found out once for all pages (`Opening`, `Place`), and only the rest anew for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
RAW = frozenset(("script", "style", "title", "textarea"))
Attributes = dict[str, str | None]


class Place:
    """Where an element stands: the tags above it, and its own. There is one Place for all elements that stand alike.

    A hidden field is called `input hidden`: it may stand where no other field may.
    """

    __slots__ = ("_below", "faults", "foreign", "over", "parent", "tag", "within")

    def __init__(self, tag: str, parent: "Place | None") -> None:
        self.tag = tag
        self.parent = parent
        self.over: frozenset[str] = parent.within if parent else frozenset()
        self.within = self.over | {tag}
        self.foreign = tag == "svg" or (parent is not None and parent.foreign)
        self.faults: tuple[str, ...] | None = None
        self._below: dict[str, Place] = {}

    def below(self, tag: str) -> "Place":
        found = self._below.get(tag)
        if found is None:
            found = self._below[tag] = Place(tag, self)
        return found


@dataclass(frozen=True)
class Opening:
    """A start tag read back. `names` are its attributes that name ids, each with the ids."""

    tag: str
    attrs: Attributes
    foreign: bool = False
    names: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    """What is wrong with it wherever it stands."""

    def get(self, name: str) -> str:
        return self.attrs.get(name) or ""


class Element:
    """`text` is everything below it; a page's own holds no script's.

    `texts`, `owners` and `elements` are the page's, in the order of the document: an element knows where among them
    what is below it begins and ends.
    """

    __slots__ = (
        "__dict__", "after", "at", "attrs", "begin", "children", "end", "opening", "page", "parent", "place", "tag",
    )  # fmt: skip

    def __init__(self, opening: Opening, parent: "Element | None", place: Place, page: "Read") -> None:
        self.tag = opening.tag
        self.attrs = opening.attrs
        self.opening = opening
        self.parent = parent
        self.place = place
        self.page = page
        self.children: list[Element] = []
        self.at = self.after = len(page.elements)
        self.begin = self.end = len(page.texts)
        if parent is not None:
            parent.children.append(self)
            page.elements.append(self)

    @property
    def foreign(self) -> bool:
        return self.place.foreign

    def say(self, text: str) -> None:
        self.page.texts.append(text)
        self.page.owners.append(self)

    def close(self) -> None:
        self.after = len(self.page.elements)
        self.end = len(self.page.texts)

    @cached_property
    def text(self) -> str:
        if self.tag in ("", "html", "body"):
            return "".join(text for one, text in self.runs() if one.tag not in ("script", "style"))
        return "".join(self.page.texts[self.begin : self.end])

    @property
    def own_text(self) -> str:
        """What stands in it directly, outside its children."""
        return "".join(text for one, text in self.runs() if one is self)

    def runs(self) -> Iterator[tuple["Element", str]]:
        """Every piece of text below, with the element it stands in."""
        return zip(self.page.owners[self.begin : self.end], self.page.texts[self.begin : self.end], strict=True)

    def up(self) -> Iterator["Element"]:
        here = self.parent
        while here is not None:
            yield here
            here = here.parent

    def down(self) -> list["Element"]:
        return self.page.elements[self.at + 1 : self.after]

    def holds(self, other: "Element") -> bool:
        return self.at < other.at < self.after

    def get(self, name: str) -> str:
        return self.attrs.get(name) or ""

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attrs}>"


class Read:
    """What was read of a page so far, in the order of the document."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.owners: list[Element] = []
        self.root = Element(Opening("", {}), None, _top(), self)
        self.root.at = -1


@cache
def _top() -> Place:
    return Place("", None)
