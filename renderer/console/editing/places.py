"""Places in a site's content: found as the models count, read and written as the document spells them. Pure."""

from typing import Any

from renderer.themes.contract.content import Content, PageContent, SectionContent
from renderer.themes.contract.lenient import Lenient, read_model
from renderer.themes.contract.spelling import kind_of, names_of
from renderer.themes.repair import Repairs, unescape_step

_ROOT = "/content"


class Places:
    """A document that is read once. Pointers are `/pages/0/sections/1/title`, as the models count."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._repairs = Repairs()
        self.content = read_model(Content, document, _ROOT, self._repairs)

    def section(self, pointer: str) -> SectionContent | None:
        steps = pointer.split("/")
        if len(steps) != 5 or steps[:2] != ["", "pages"] or steps[3] != "sections":
            return None
        page, number = _number(steps[2]), _number(steps[4])
        if page >= len(self.content.pages) or number >= len(self.content.pages[page].sections):
            return None
        return self.content.pages[page].sections[number]

    def page(self, pointer: str) -> PageContent | None:
        steps = pointer.split("/")
        if len(steps) != 3 or steps[:2] != ["", "pages"]:
            return None
        number = _number(steps[2])
        return self.content.pages[number] if number < len(self.content.pages) else None

    def at(self, pointer: str) -> Any:
        """What the models have there. Raises LookupError."""
        found: Any = self.content
        for step in pointer.split("/")[1:]:
            if isinstance(found, list):
                number = _number(step)
                if number >= len(found):
                    raise LookupError(pointer)
                found = found[number]
            elif isinstance(found, Lenient) and step in type(found).model_fields:
                found = getattr(found, step)
            else:
                raise LookupError(pointer)
        return found

    def raw(self, pointer: str) -> Any:
        """What the document has there; None where it has nothing of its own there."""
        spelled = self._spelled(pointer)
        if spelled != self._spelled(pointer.rpartition("/")[0]):
            return self._walk(spelled)
        # A text may stand for the object whose one field it is.
        node = self._walk(spelled)
        return node if _is_plain(node) and self._means(pointer) else None

    def write(self, pointer: str, value: Any) -> None:
        """Raises LookupError where nothing can be written without losing something."""
        parent, _, name = pointer.rpartition("/")
        if (own := self._model(parent)) is not None:
            name = names_of(own, name)[0]
        holder = parent.rpartition("/")[2]
        if holder and not holder.isdigit() and self.own_place(parent) is None and self.raw(parent) is None:
            self.write(parent, {name: value})
            return
        spelled, above = self._spelled(pointer), self._spelled(parent)
        if spelled != above:
            self._put(spelled, value)
            return
        node = self._walk(above)
        if isinstance(node, dict):
            node[name] = value
        elif _is_plain(node) and self._means(pointer):
            self._put(above, value)
        elif _is_plain(node) and own is not None and own.text_means:
            self._put(above, {own.text_means: node, name: value})
        else:
            raise LookupError(pointer)

    def own_place(self, pointer: str) -> str | None:
        """Where the document has it; None where it has nothing there. Two fields may be read of one place."""
        spelled = self._spelled(pointer)
        return spelled if spelled != self._spelled(pointer.rpartition("/")[0]) else None

    def _spelled(self, pointer: str) -> str:
        return self._repairs.spelled(_ROOT + pointer)

    def _walk(self, spelled: str) -> Any:
        node: Any = self.document
        for step in spelled.split("/")[2:]:
            key = unescape_step(step)
            if isinstance(node, dict):
                node = node.get(key)
            elif isinstance(node, list) and _number(key) < len(node):
                node = node[_number(key)]
            else:
                return None
        return node

    def _put(self, spelled: str, value: Any) -> None:
        above, _, last = spelled.rpartition("/")
        node, key = self._walk(above), unescape_step(last)
        if isinstance(node, dict):
            node[key] = value
        elif isinstance(node, list) and _number(key) < len(node):
            node[_number(key)] = value
        else:
            raise LookupError(spelled)

    def _means(self, pointer: str) -> bool:
        parent, _, name = pointer.rpartition("/")
        own = self._model(parent)
        return own is not None and own.text_means == name

    @staticmethod
    def _model(pointer: str) -> type[Lenient] | None:
        kind: Any = Content
        for step in pointer.split("/")[1:]:
            kind = kind[0] if isinstance(kind, list) else kind_of(kind, step) if kind is not None else None
        return kind if isinstance(kind, type) and issubclass(kind, Lenient) else None


def _is_plain(node: Any) -> bool:
    return isinstance(node, str | int | float) and not isinstance(node, bool)


def _number(step: str) -> int:
    """What is no index lies beyond any list."""
    return int(step) if step.isascii() and step.isdigit() and len(step) < 7 else 10**9
