"""How templates become Python: Jinja2's own code, but for what a page does a thousand times.

A page of eighteen sections asks for 900 attributes and says 600 values. What Jinja2 writes for each is a call or three;
what stands here is a look at the value's type.
"""

from keyword import iskeyword
from typing import Any

import jinja2
import markupsafe
from jinja2.compiler import CodeGenerator, Frame
from jinja2.meta import find_referenced_templates
from markupsafe import Markup, escape

from renderer.themes.meter import CALL, PIECES

# What `escape` itself calls for plain text, before it makes a Markup of it.
_escaped: Any = getattr(markupsafe, "_escape_inner", escape)


def said(value: Any) -> str:
    """`markupsafe.escape`, as plain text: the pieces of a page are joined, and no piece is escaped again."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]  # a Markup: a cast would be a call for each value of a page
    if kind is str:
        return _escaped(value)  # type: ignore[no-any-return]  # the same
    return escape(value)


class Generator(CodeGenerator):
    """Asks `environment.holders`, by name, for the types of which every value has that attribute.

    Loops, and what macros return, are counted (`meter.py`). What a template looks at from outside, and what other
    files it needs, is written down beside its code.
    """

    def visit_Template(self, node: jinja2.nodes.Template, frame: Frame | None = None) -> None:
        self._asked: set[str] = set()
        self._looks_at: set[str] = set()
        self.writeline("from renderer.themes.compiled import said")
        self.writeline("meter = environment.meter")
        super().visit_Template(node, frame)
        # Names of the module, like its functions: there before any of these runs.
        for name in sorted(self._asked):
            self.writeline(f"has_{name} = environment.holders[{name!r}]")
        self.writeline(f"looks_at = frozenset({sorted(self._looks_at)})")
        self.writeline(f"leans_on = {tuple(find_referenced_templates(node))}")

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        self._looks_at |= {name for action, name in frame.symbols.loads.values() if action == "resolve" and name}

    def visit_Getattr(self, node: jinja2.nodes.Getattr, frame: Frame) -> None:
        name = node.attr
        if not _is_plain(name):
            super().visit_Getattr(node, frame)
            return
        self._asked.add(name)
        self.write(f"(own.{name} if type(own := ")
        self.visit(node.node, frame)
        self.write(f") in has_{name} else environment.getattr(own, {name!r}))")

    def _output_child_pre(self, node: jinja2.nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("said(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def return_buffer_contents(self, frame: Frame, force_unescaped: bool = False) -> None:
        buffer = frame.buffer
        self.writeline(f"text = ''.join({buffer}) if len({buffer}) <= {PIECES} else meter.pieced({buffer})")
        self.writeline(f"now = meter.now; now.said += len(text) + {CALL}")
        self.writeline("if now.said > now.most: meter.say(0)")
        self.writeline("return Markup(text)" if frame.eval_ctx.autoescape and not force_unescaped else "return text")

    def visit_For(self, node: jinja2.nodes.For, frame: Frame) -> None:
        """A loop costs its length before its first step, counted in front of it; a call only where it is no tuple."""
        items = self.temporary_identifier()
        self.writeline(f"{items} = ", node)
        self.visit(node.iter, frame)
        self.writeline(f"if type({items}) is tuple: now = meter.now; now.steps += len({items})")
        self.writeline(f"else: {items} = meter.counted({items}); now = meter.now")
        self.writeline("if now.steps > now.most_steps: meter.step(0)")
        node.iter = object.__new__(jinja2.nodes.InternalName)  # as Jinja2's own parser makes one
        jinja2.nodes.Node.__init__(node.iter, items, lineno=node.lineno)
        super().visit_For(node, frame)


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isidentifier() and not iskeyword(name) and not name.startswith("_")
