"""JSON of any depth, read without recursion: several times slower than `json.loads`, which ends near 1,000 levels."""

import re
from collections.abc import Callable
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed lacks it
from typing import Any

_NEXT = re.compile(r"[ \t\n\r]*(?:([\[{])|([\]}])|([,:])|(\")|([^\s\[\]{},:\"]+)|$)")
_VALUE, _FIRST_VALUE, _KEY, _FIRST_KEY, _COLON, _AFTER = range(6)
"""What may come next; an empty list or object may also end where its first entry is due."""
_ENDS: dict[type[Any], str] = {list: "]", dict: "}"}


def read_deep(text: str, most: int, scalar: Callable[[str], Any]) -> tuple[Any, bool]:
    """The value, and whether it was read to its end: it ends after `most` values, and what was open is closed there.

    `scalar` reads numbers and words. Raises ValueError where the text is no JSON.
    """
    top: list[Any] = []
    stack: list[tuple[Any, str | None]] = [(top, None)]  # containers, each with the key that waits for its value
    due, place = _VALUE, 0
    while True:
        found = _NEXT.match(text, place)
        if found is None:
            raise ValueError("no JSON")
        place, kind = found.end(), found.lastindex
        here, key = stack[-1]
        if kind is None:
            if len(stack) > 1 or due != _AFTER:
                raise ValueError("ends too early")
            return top[0], True
        if kind == 2:
            if len(stack) == 1 or found[2] != _ENDS[type(here)] or due not in (_AFTER, _FIRST_VALUE, _FIRST_KEY):
                raise ValueError("closed out of place")
            stack.pop()
            due = _AFTER
        elif kind == 3:
            if due == _COLON and found[3] == ":":
                due = _VALUE
            elif due == _AFTER and found[3] == "," and len(stack) > 1:
                due = _KEY if type(here) is dict else _VALUE
            else:
                raise ValueError("separated out of place")
        elif due in (_KEY, _FIRST_KEY):
            if kind != 4:
                raise ValueError("a key is no string")
            name, place = scanstring(text, place)
            stack[-1] = here, name
            due = _COLON
        elif due in (_VALUE, _FIRST_VALUE):
            most -= 1
            if most < 0:
                return top[0], False
            value: Any
            if kind == 1:
                value = {} if found[1] == "{" else []
                due = _FIRST_KEY if found[1] == "{" else _FIRST_VALUE
            elif kind == 4:
                value, place = scanstring(text, place)
                due = _AFTER
            else:
                value = scalar(found[5])
                due = _AFTER
            if type(here) is dict:
                here[key] = value
            else:
                here.append(value)
            if kind == 1:
                stack.append((value, None))
        else:
            raise ValueError("two values without a comma")
