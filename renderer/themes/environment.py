"""The sandbox templates run in: compiled from a theme's folder only, never from a row."""

import re
from collections import defaultdict
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, cast

import jinja2
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from renderer.themes.compiled import Generator
from renderer.themes.meter import Meter, count_nodes

_UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b")


_UNBOUNDED = ("batch", "slice", "center", "format", "indent", "pprint", "wordwrap")
"""Filters that make much of little."""
_GROWING = ("join", "replace", "string", "escape", "e", "urlencode", "xmlattr", "tojson")
_TEXT_METHODS = frozenset(
    "capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit islower isnumeric isspace "  # noqa: SIM905
    "istitle isupper lower lstrip partition removeprefix removesuffix rfind rindex rpartition rsplit rstrip split "
    "splitlines startswith strip swapcase title unescape upper striptags".split()
)
"""None makes a text longer."""


class ThemeTemplate(jinja2.Template):
    environment: "_Environment"
    looks_at: frozenset[str]
    leans_on: tuple[str | None, ...]
    """What it extends, includes and imports; None for what has its name only when it is drawn."""

    def begin(self, length: int) -> None:
        """The page of a row of so many characters: what is rendered from here on is measured together, and raises
        TooMuch where a template knows no measure."""
        self.environment.meter.begin(length)

    @property
    def names(self) -> frozenset[str] | None:
        """What it looks at of what it is handed; None where that is known only when it is drawn."""
        return self.environment.names_of(self.name or "")

    @classmethod
    def _from_namespace(
        cls, environment: jinja2.Environment, namespace: MutableMapping[str, Any], own_globals: MutableMapping[str, Any]
    ) -> "ThemeTemplate":
        template = cast(ThemeTemplate, super()._from_namespace(environment, namespace, own_globals))
        template.looks_at, template.leans_on = namespace["looks_at"], namespace["leans_on"]
        return template


class _Environment(ImmutableSandboxedEnvironment):
    """No attribute that begins with an underscore, no mutation, bounded `range`."""

    code_generator_class = Generator
    template_class = ThemeTemplate
    intercepted_binops = frozenset({"**", "*", "%", "+"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._own: dict[type, bool] = {LoopContext: True}
        self._loaded: dict[str, jinja2.Template] = {}
        self._names: dict[str, frozenset[str] | None] = {}
        self.holders: defaultdict[str, set[type]] = defaultdict(set)
        self.meter = meter = Meter()
        self.concat = meter.joined  # type: ignore[method-assign]  # it stands there to be replaced
        for name in _UNBOUNDED:
            del self.filters[name]
        for name in _GROWING:
            self.filters[name] = meter.measuring(self.filters[name])
        self.filters["measured"] = meter.measured
        # Names without end: what a template needs of these it is handed.
        for name in ("lipsum", "cycler", "joiner"):
            del self.globals[name]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The sandbox asks a dozen questions for each attribute; a loop and our own views need only the first."""
        kind = type(obj)
        own = self._own.get(kind)
        if own is None:
            own = self._own[kind] = kind.__module__.startswith("renderer.themes.")
        if own and attribute[:1] != "_":
            try:
                value = getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
            self.holders[attribute].add(kind)
            return value
        if isinstance(obj, str) and attribute not in _TEXT_METHODS:
            return self.unsafe_undefined(obj, attribute)  # `format` too, which the sandbox lets pass
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **options: Any) -> Any:
        """Macros are the templates' own: nothing has to be asked of them."""
        if type(__obj) is not Macro:
            return super().call(__context, __obj, *args, **options)
        options.pop("_loop_vars", None)
        options.pop("_block_vars", None)
        return __obj(__context.eval_ctx, *args, **options)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator in ("*", "%", "+") and isinstance(left, int | float) and isinstance(right, int | float):
            return super().call_binop(context, operator, left, right)
        if operator == "+" and isinstance(left, str | list | tuple) and isinstance(right, str | list | tuple):
            self.meter.say(len(left) + len(right))
            return super().call_binop(context, operator, left, right)
        raise jinja2.exceptions.SecurityError(f"{operator} of these is not for templates")

    def _generate(self, source: jinja2.nodes.Template, *args: Any, **options: Any) -> str:
        count_nodes(source, args[0] if args else None)
        return super()._generate(source, *args, **options)

    def names_of(self, name: str) -> frozenset[str] | None:
        """The names that a template and those it extends, includes and imports take from outside."""
        if name not in self._names:
            self._names[name] = self._names_in(name, set())
        return self._names[name]

    def _names_in(self, name: str, seen: set[str]) -> frozenset[str] | None:
        seen.add(name)
        template = cast(ThemeTemplate, self.get_template(name))
        found = template.looks_at - self.globals.keys()
        for other in template.leans_on:
            inner = None if other is None else frozenset() if other in seen else self._names_in(other, seen)
            if inner is None:
                return None
            found |= inner
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Copied for every file that a page includes: a plain dict is, in no time."""
        return {**self.globals, **(d or {})}

    def _load_template(self, name: str, own_globals: MutableMapping[str, Any] | None) -> jinja2.Template:
        self.meter.step()
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = super()._load_template(name, own_globals)
        return found


def compile_templates(*folders: Path, shared: jinja2.BytecodeCache | None = None) -> dict[str, ThemeTemplate]:
    """Every `*.html` below `folders`, compiled, by its path; a later folder's file stands in for an earlier one's.

    A name that a template misspells is an error (StrictUndefined): what content lacks is an explicit None.
    `|safe` is refused: markup comes only from values the engine made as Markup. `shared`: what was compiled already.
    """
    sources: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.html")):
            name = path.relative_to(folder).as_posix()
            sources[name] = path.read_text("utf-8")
            found = _UNSAFE.search(sources[name])
            if found:
                line = sources[name].count("\n", 0, found.start()) + 1
                raise jinja2.TemplateSyntaxError(f"{found[0]!r} is not for themes", line, name)
    environment = _Environment(
        loader=jinja2.DictLoader(sources),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=shared,
    )
    return {name: cast(ThemeTemplate, environment.get_template(name)) for name in sources}
