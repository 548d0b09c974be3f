"""The sandbox templates run in: compiled from a theme's folder only, never from a row."""

import re
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

_UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b")


class _Environment(ImmutableSandboxedEnvironment):
    """No attribute that begins with an underscore, no mutation, bounded `range`."""

    intercepted_binops = frozenset({"**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._own: dict[type, bool] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The sandbox asks a dozen questions for each attribute; our own frozen views need only the first."""
        kind = type(obj)
        own = self._own.get(kind)
        if own is None:
            own = self._own[kind] = kind.__module__.startswith("renderer.themes.")
        if own and attribute[:1] != "_":
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise jinja2.exceptions.SecurityError(f"{operator} is not for templates")


def compile_templates(*folders: Path) -> dict[str, jinja2.Template]:
    """Every `*.html` below `folders`, compiled, by its path; a later folder's file stands in for an earlier one's.

    A name that a template misspells is an error (StrictUndefined): what content lacks is an explicit None.
    `|safe` is refused: markup comes only from values the engine made as Markup.
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
    )
    return {name: environment.get_template(name) for name in sources}
