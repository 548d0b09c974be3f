"""What a page's templates may take: steps of loops and characters of output, counted while they run.

A loop costs its length once, before its first step, and not a thing for each of its steps.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import jinja2

MOST_STEPS = 50_000
"""Steps of all loops of a page together, included files among them."""
MOST_OUTPUT = 4 * 2**20
"""Characters put together for one page, beside what its row says; what passes through a macro counts each time."""
_ROW = 16
"""Characters that one of the row's may become: escaped five, in elements of its own some more, once for each macro."""
_CALL = 80
"""Characters that the call of a macro counts for."""
_PIECES = 64
"""Put together before their length is asked: even so many of the longest are no danger."""


class TooMuch(Exception):
    """A template that loops or says more than a page may; the message says which."""


class Meter(threading.local):
    """Pages are drawn in several threads at once, each in one of them from its beginning to its end."""

    steps = 0
    said = 0
    most = MOST_OUTPUT

    def begin(self, length: int = 0) -> None:
        """A page of a row of so many characters: however long it is, it is the templates that are judged."""
        self.steps = self.said = 0
        self.most = MOST_OUTPUT + _ROW * length

    def step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > MOST_STEPS:
            raise TooMuch(f"a page's templates take more than {MOST_STEPS} steps")

    def say(self, length: int) -> None:
        self.said += length
        if self.said > self.most:
            raise TooMuch(f"a page's templates put together more than {self.most} characters")

    @jinja2.pass_context  # which keeps Jinja from working it out while a template is compiled
    def counted(self, _: Any, items: Any) -> Any:
        """What a loop runs over."""
        try:
            count = len(items)
        except TypeError:
            return self._each(items)
        self.step(count)
        return items

    def joined(self, pieces: Iterable[str]) -> str:
        """What a page, a macro or a block says; to say it costs something, too, so that calls have an end."""
        text = "".join(pieces) if isinstance(pieces, list) and len(pieces) <= _PIECES else self._joined(iter(pieces))
        said = self.said = self.said + len(text) + _CALL
        if said > self.most:
            self.say(0)
        return text

    def _joined(self, pieces: Iterator[str]) -> str:
        texts = []
        length = 0
        while some := list(islice(pieces, _PIECES)):
            texts.append("".join(some))
            length += len(texts[-1])
            if length > self.most:
                self.say(length)
        return "".join(texts)

    @jinja2.pass_context
    def measured(self, _: Any, text: Any) -> Any:
        """What is put together by `~`."""
        if isinstance(text, str):
            self.say(len(text))
        return text

    def measuring(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """A filter whose result is counted, taking what the filter takes."""

        def measured(*args: Any, **options: Any) -> Any:
            return self.measured(None, work(*args, **options))

        measured.__dict__.update(work.__dict__)  # Jinja's marks say what a filter is passed first
        return measured

    def _each(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.step()
            yield item


def count_nodes(source: jinja2.nodes.Template, name: str | None) -> None:
    """Put the counting into a template before it is compiled. Raises TemplateSyntaxError."""
    for loop in list(source.find_all(jinja2.nodes.For)):
        if loop.recursive:
            raise jinja2.TemplateSyntaxError("recursive loops are not for themes", loop.lineno, name)
        loop.iter = _filtered(loop.iter, "counted", loop.lineno)
    for said in list(source.find_all(jinja2.nodes.Concat)):
        said.nodes = [_filtered(jinja2.nodes.Concat(list(said.nodes)), "measured", said.lineno)]


def _filtered(node: jinja2.nodes.Node, name: str, line: int) -> jinja2.nodes.Filter:
    return jinja2.nodes.Filter(node, name, [], [], None, None).set_lineno(line)  # type: ignore[return-value]
