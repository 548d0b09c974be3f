"""W3C design tokens (Design Tokens Format Module 2025.10), or plain JSON, → a tree of groups and tokens.

Aliases `{group.token}`, `$ref: "#/group/token"` and `$extends` are followed; what they lead to is shared, never copied
out, so that a document of aliases to aliases costs no more than its own size. Cycles are refused and reported.
"""

import re
from dataclasses import dataclass
from typing import Any

from renderer.themes.repair import Repairs, pointer

MOST_TOKENS = 5_000
"""Values read of one document; a design system exported whole is smaller."""
_DEEPEST = 40
"""Groups and aliases followed inside one another."""
_ALIAS = re.compile(r"\{([^{}]{1,300})\}")
TYPES = frozenset(
    (
        *("color", "dimension", "fontFamily", "fontWeight", "duration", "cubicBezier", "number", "string"),
        *("strokeStyle", "border", "transition", "shadow", "gradient", "typography"),
    )
)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is plain JSON without aliases; `type` is one of TYPES, where the document says it."""

    value: Any
    type: str | None
    pointer: str


Group = dict[str, Any]
"""Name → Token or Group; `$root` is a name like any other (module section 6.2)."""


def read_tree(raw: Any, under: str, repairs: Repairs, first: frozenset[str] = frozenset()) -> Group:
    """The whole document as a Group. Groups named in `first` are read before the rest, in case it is cut."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        repairs.add(under, "expected an object")
        return {}
    ordered = {name: raw[name] for name in sorted(raw, key=lambda name: name.casefold() not in first)}
    tree = _Tree(ordered, under, repairs).read(())
    return tree if isinstance(tree, dict) else {}


class _Tree:
    def __init__(self, root: dict[str, Any], under: str, repairs: Repairs) -> None:
        self._root = root
        self._under = under
        self._repairs = repairs
        self._known: dict[Path, Token | Group | None] = {}
        self._open: list[Path] = []
        self._left = MOST_TOKENS

    def read(self, path: Path) -> Token | Group | None:
        if path in self._known:
            return self._known[path]
        if path in self._open:
            self._refuse(self._open[-1], "alias leads back to itself")
            return None
        if len(self._open) >= _DEEPEST:
            self._refuse(path, f"nested or aliased deeper than {_DEEPEST} levels")
            return None
        if not self._spend():
            return None
        self._open.append(path)
        node = self._node(self._raw(path), path)
        self._open.pop()
        self._known[path] = node
        return node

    def _node(self, raw: Any, path: Path) -> Token | Group | None:
        if raw is None:
            return None
        if not isinstance(raw, dict):
            steps = _steps(raw)
            return self._follow(steps, path) if steps else self._token(self._value(raw, path, 0), path)
        if "$value" in raw:
            if any(not name.startswith("$") for name in raw):
                self._refuse(path, "a token with $value holds no tokens of its own")
            steps = _steps(raw["$value"])
            if steps is None:
                return self._token(self._value(raw["$value"], (*path, "$value"), 0), path)
            node = self._follow(steps, path)
            if isinstance(node, Token):
                return Token(node.value, node.type or self._type(path), pointer(*path, under=self._under))
            return node
        if _is_value(raw):
            return self._token(self._value(raw, path, 0), path)
        return self._group(raw, path)

    def _group(self, raw: dict[str, Any], path: Path) -> Token | Group | None:
        group: dict[str, Any] = {}
        given = raw.get("$extends", raw.get("$ref"))
        if given is not None:
            steps = _steps(given) or _steps({"$ref": given})
            base = self._follow(steps, path) if steps else None
            if isinstance(base, Token) and "$ref" in raw:
                return Token(base.value, base.type or self._type(path), pointer(*path, under=self._under))
            if steps is None or isinstance(base, Token):
                self._refuse(path, "$extends does not lead to a group")
            elif base and self._spend(len(base)):
                group.update(base)
        for name, item in raw.items():
            if name.startswith("$") and name != "$root":
                continue
            own = self.read((*path, name))
            if own is not None:
                group[name] = _over(group.get(name), own, item)
        return group

    def _token(self, value: Any, path: Path) -> Token | None:
        return None if value is None else Token(value, self._type(path), pointer(*path, under=self._under))

    def _value(self, raw: Any, path: Path, depth: int) -> Any:
        """A token's value with the aliases inside it resolved: `{"fontFamily": "{font.base}"}`."""
        if depth > 6 or not self._spend():
            return None
        steps = _steps(raw)
        if steps:
            node = self._follow(steps, path)
            return node.value if isinstance(node, Token) else None
        if isinstance(raw, list):
            return [self._value(item, (*path, str(index)), depth + 1) for index, item in enumerate(raw)]
        if isinstance(raw, dict):
            if "$value" in raw:
                return self._value(raw["$value"], (*path, "$value"), depth + 1)
            return {name: self._value(item, (*path, name), depth + 1) for name, item in raw.items()}
        return raw

    def _type(self, path: Path) -> str | None:
        """The nearest `$type` from the token upward."""
        for length in range(len(path), -1, -1):
            raw = self._raw(path[:length])
            kind = raw.get("$type") if isinstance(raw, dict) else None
            if isinstance(kind, str) and kind in TYPES:
                return kind
        return None

    def _follow(self, steps: Path, path: Path) -> Token | Group | None:
        place = self._locate(steps, 0)
        node = self.read(place) if place is not None else None
        if node is None:
            self._refuse(path, f"alias {{{'.'.join(steps)[:80]}}} leads to nothing usable")
        return node

    def _locate(self, steps: Path, depth: int) -> Path | None:
        """Where in the document `steps` lead, through groups that are aliases or extend others."""
        place: Path = ()
        for step in steps:
            while True:
                if depth > 8 or not self._spend():
                    return None
                raw = self._raw(place)
                if _child(raw, step) is not None:
                    place = (*place, step)
                    break
                given = raw.get("$extends", raw.get("$value")) if isinstance(raw, dict) else raw
                onward = _steps(given) or _steps(raw)
                found = self._locate(onward, depth + 1) if onward else None
                if found is None or found == place:
                    return None
                place = found
        return place

    def _raw(self, path: Path) -> Any:
        raw: Any = self._root
        for step in path:
            raw = _child(raw, step)
        return raw

    def _spend(self, tokens: int = 1) -> bool:
        before, self._left = self._left, self._left - tokens
        if self._left < 0 <= before:
            self._refuse((), f"more than {MOST_TOKENS} values; the rest was left out")
        return self._left >= 0

    def _refuse(self, path: Path, message: str) -> None:
        self._repairs.add(pointer(*path, under=self._under), message)


def _child(raw: Any, step: str) -> Any:
    if isinstance(raw, dict):
        return raw.get(step)
    if isinstance(raw, list) and step.isascii() and step.isdigit() and len(step) < 5 and int(step) < len(raw):
        return raw[int(step)]
    return None


def _steps(raw: Any) -> Path | None:
    """Where a reference leads: `"{a.b}"`, or an object with nothing but `$ref: "#/a/b"` and notes."""
    if isinstance(raw, str):
        alias = _ALIAS.fullmatch(raw.strip())
        return tuple(alias[1].split(".")) if alias else None
    if not isinstance(raw, dict) or not isinstance(raw.get("$ref"), str):
        return None
    ref = raw["$ref"]
    if not ref.startswith("#/") or any(not name.startswith("$") for name in raw) or len(ref) > 300:
        return None
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in ref[2:].split("/"))


def _is_value(raw: dict[str, Any]) -> bool:
    """An object that is a value though nobody wrote `$value`: a colour, a dimension."""
    return ("colorSpace" in raw and "components" in raw) or ("value" in raw and "unit" in raw)


def _over(inherited: Any, own: Any, raw: Any) -> Any:
    """Deep merge as `$extends` wants it; only along groups that are written out, so that no alias is unfolded."""
    if not (isinstance(inherited, dict) and isinstance(own, dict) and isinstance(raw, dict)):
        return own
    return {**inherited, **{name: _over(inherited.get(name), item, raw.get(name)) for name, item in own.items()}}
