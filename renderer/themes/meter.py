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
CALL = 80
"""Characters that the call of a macro counts for."""
PIECES = 128
"""Put together before their length is asked: even so many of the longest are no danger."""


class TooMuch(Exception):
    """A template that loops or says more than a page may; the message says which."""


class Count:
    """Of one page."""

    __slots__ = ("most", "most_steps", "said", "steps")

    def __init__(self, most: int) -> None:
        self.steps = self.said = 0
        self.most = most
        self.most_steps = MOST_STEPS


class Meter(threading.local):
    """Pages are drawn in several threads at once, each in one of them from its beginning to its end.

    What a thread holds of its own is one `Count`: a look-up for each loop and macro, not one for each of its numbers.
    """

    def __init__(self) -> None:
        self.now = Count(MOST_OUTPUT)

    def begin(self, length: int = 0) -> None:
        """A page of a row of so many characters: however long it is, it is the templates that are judged."""
        self.now = Count(MOST_OUTPUT + _ROW * length)

    def step(self, count: int = 1) -> None:
        now = self.now
        now.steps += count
        if now.steps > MOST_STEPS:
            raise TooMuch(f"a page's templates take more than {MOST_STEPS} steps")

    def say(self, length: int) -> None:
        now = self.now
        now.said += length
        if now.said > now.most:
            raise TooMuch(f"a page's templates put together more than {now.most} characters")

    def spend(self, steps: int, said: int) -> None:
        """For what was drawn before."""
        self.step(steps)
        self.say(said)

    def counted(self, items: Any) -> Any:
        """What a loop runs over; tuples are counted where they are looped over (`compiled.py`)."""
        try:
            count = len(items)
        except TypeError:
            return self._each(items)
        self.step(count)
        return items

    def joined(self, pieces: Iterable[str]) -> str:
        """What a page or a block says; to say it costs something, too, so that calls end. Macros: `compiled.py`."""
        text = self.pieced(pieces)
        self.say(len(text) + CALL)
        return text

    def pieced(self, pieces: Iterable[str]) -> str:
        """They may be many and long: put together little by little, and no further than a page may be."""
        texts = []
        length = 0
        left = iter(pieces)
        while some := list(islice(left, PIECES)):
            texts.append("".join(some))
            length += len(texts[-1])
            if length > self.now.most:
                self.say(length)
        return "".join(texts)

    @jinja2.pass_context  # which keeps Jinja from working it out while a template is compiled
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
    waiting: list[jinja2.nodes.Node] = [source]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.iter_child_nodes())
        if isinstance(node, jinja2.nodes.For) and node.recursive:
            raise jinja2.TemplateSyntaxError("recursive loops are not for themes", node.lineno, name)
        if isinstance(node, jinja2.nodes.Concat):
            node.nodes = [_filtered(jinja2.nodes.Concat(list(node.nodes)), "measured", node.lineno)]


def _filtered(node: jinja2.nodes.Node, name: str, line: int) -> jinja2.nodes.Filter:
    return jinja2.nodes.Filter(node, name, [], [], None, None).set_lineno(line)  # type: ignore[return-value]  # itself, as a Node
