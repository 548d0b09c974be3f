"""Rich text: a post as an editor writes it, documents as large as may be, and Markdown that means harm."""

import asyncio
import html
import json
import random
from statistics import median
from time import perf_counter, sleep
from typing import Any

from markdown_it import MarkdownIt

from bench import Figure, cpu
from renderer.themes.decode import POST_NODES, TEXT_DEPTH, decode
from renderer.themes.text import code
from renderer.themes.text.code import CodePurse, highlight
from renderer.themes.text.markdown_price import BUDGET
from renderer.themes.text.rich import RichOptions, render_rich

_WORDS = "kopi susu gula aren dari kebun di lereng gunung dipanggang tiap pagi diseduh pelan untuk anda".split()  # noqa: SIM905 read as a text
_CHANCE = random.Random(20261125)
_LENGTH = 30_000
"""Characters of each hostile text."""
_LAG_RUNS = 15

Node = dict[str, Any]


def run() -> list[Figure]:
    options = RichOptions()
    post = json.dumps(_post(600))
    huge = json.dumps(_large(20_000))
    document, large = decode(post)[0], decode(huge, max_nodes=POST_NODES, max_depth=TEXT_DEPTH)[0]
    plain = _plain(document)
    marked = _markdown(600)
    escaping, _ = cpu(lambda: html.escape(plain), 500)
    loading, _ = cpu(lambda: json.loads(post), 500)
    loading_huge, _ = cpu(lambda: json.loads(huge), 30)
    bare = MarkdownIt("commonmark")
    parsing, _ = cpu(lambda: bare.render(marked), 100)
    figures = [
        _figure("TipTap, 600 words", lambda: render_rich(document, options), 0.6, loading, "json.loads of it", 500),
        _figure("TipTap, 600 words (again)", lambda: render_rich(document, options), 0.6, escaping, "html.escape", 500),
        _figure(
            f"TipTap, {_count(large):,} nodes",
            lambda: render_rich(large, options),
            50,
            loading_huge,
            "json.loads of it",
            30,
        ),
        _figure(
            "Markdown, 600 words, remembered",
            lambda: render_rich(_as_markdown(marked), options),
            0.1,
            parsing,
            "markdown-it",
            300,
        ),
    ]
    numbers = iter(range(1_000_000))
    figures.append(
        _figure(
            "Markdown, 600 words, never read before",
            lambda: render_rich(_as_markdown(f"{marked}\n\n{next(numbers)}"), options),
            None,
            parsing,
            "markdown-it",
            100,
        )
    )
    worst = max(
        (cpu(lambda text=text: render_rich(_as_markdown(f"{text}{next(numbers)}"), options), 3)[0], name)
        for name, text in hostile(_LENGTH).items()
    )
    figures.append(
        Figure(f"Markdown, the slowest of the hostile ({worst[1]})", worst[0], 100, BUDGET / 1_000, "its budget")
    )
    lines = "\n".join(f"def seduh_{row}(air: int) -> str:\n    return 'gelas' * air  # {row}" for row in range(20))
    figures.append(
        _figure(
            "40 lines of Python, never read before",
            lambda: highlight(f"{lines}\n{next(numbers)}", "python", CodePurse()),
            None,
            escaping,
            "html.escape of the post",
            100,
        )
    )
    dearest = max(
        (
            cpu(lambda name=name, text=text: highlight(f"{text}{next(numbers)}", name, CodePurse()), 1)[0],
            f"{name}, {what}",
        )
        for name in ("c", "typescript", "javascript", "yaml", "csharp", "go")
        for what, text in _dear_code(name)
    )
    figures.append(Figure(f"code, the dearest that is known ({dearest[1]})", dearest[0], 200, None))
    idle = median(_lags(lambda: sleep(0.05)))
    drawing = _lags(lambda: render_rich(large, options))
    decoding = _lags(lambda: decode(huge, max_nodes=POST_NODES, max_depth=TEXT_DEPTH))
    figures += [
        Figure(
            "the event loop's lag while 20,000 nodes are drawn aside", median(drawing), 20, idle, "idle", max(drawing)
        ),
        Figure("the event loop's lag while they are decoded", median(decoding), None, idle, "idle", max(decoding)),
    ]
    return figures


def hostile(length: int) -> dict[str, str]:
    """Texts in which every character looks like markup, each `length` long."""
    pieces = (
        "[", "![", "[a](", "[a](<b", "[x][", "[]", "[a]: b\n", "*", "*a", "a* ", "**a ", "*_", "a**b_ ", "*a_ ",
        "~~a", "`a", "`", "> a\n", ">", "- ", "- a\n", "1. a\n", "- > ", "|", "|a|b|\n|-|-|\n", "<http://a.b> ",
        "<http://a", "<", "<a ", "<!--", "&", "&amp;", "&#0;", "\\", '"', "'", '"a" ', "'a ", "...", "(c)", "+-",
        "a -- b --- c ", "a\n", "a\n\n", "a  \n", " ", "\t", "# a\n", "a\n==\n", "```\n", "~", "    a\n\n",
        "![a](b) ", "[a](http://a.b/c) ", "*a **b ",
    )  # fmt: skip
    texts = {repr(piece): piece * (length // len(piece) + 1) for piece in pieces}
    texts["nested brackets"] = "[" * (length // 2) + "]" * (length // 2)
    texts["nested quotes"] = "\n".join(">" * (row % 60) + " a" for row in range(length // 30))
    texts["nested lists"] = "\n".join("  " * (row % 60) + "- a" for row in range(length // 60))
    texts["ticks of every length"] = "".join("`" * size + " " for size in range(1, 250))
    texts["a long table"] = "|a|b|\n|-|-|\n" + "|c|d|\n" * length
    texts["a wide table"] = "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|c\n" * length
    texts["references"] = "[a]: b\n\n" + "[a] " * length
    return {name: text[:length] for name, text in texts.items()}


def _dear_code(name: str) -> list[tuple[str, str]]:
    """The longest that is still marked, of the pieces that the lexers are slowest with."""
    length = int((code._DEAREST / code._LEXERS[name][2]) ** 0.5) - 10
    return [(repr(piece), (piece * length)[:length]) for piece in ("\n", "//", '\\"', "a.", "&&", "a?", "::", "x ")]


def _figure(name: str, work: Any, target: float | None, baseline: float, against: str, runs: int) -> Figure:
    value, worst = cpu(work, runs)
    return Figure(name, value, target, baseline, against, worst)


def _lags(work: Any) -> list[float]:
    """For several runs, how late the event loop was at worst, in milliseconds of wall time."""

    async def once() -> float:
        late = 0.0
        task = asyncio.get_running_loop().run_in_executor(None, work)
        while not task.done():
            begun = perf_counter()
            await asyncio.sleep(0.001)
            late = max(late, perf_counter() - begun - 0.001)
        await task
        return late * 1_000

    return [asyncio.run(once()) for _ in range(_LAG_RUNS)]


def _say(count: int) -> str:
    return " ".join(_CHANCE.choice(_WORDS) for _ in range(count))


def _text(words: str, *marks: Node) -> Node:
    return {"type": "text", "text": words, **({"marks": list(marks)} if marks else {})}


def _paragraph() -> Node:
    link = {"type": "link", "attrs": {"href": f"https://kopi.example/{_CHANCE.choice(_WORDS)}", "target": "_blank"}}
    parts = [
        _text(_say(14) + " "), _text(_say(2), {"type": "bold"}), _text(f" {_say(12)} "), _text(_say(2), link),
        _text(f" {_say(10)}. "), _text(_say(2), {"type": "italic"}), _text(f" {_say(8)}."),
    ]  # fmt: skip
    return {"type": "paragraph", "attrs": {"textAlign": None}, "content": parts}


def _post(words: int) -> Node:
    content: list[Node] = []
    for _ in range(0, words, 129):
        items = [
            {"type": "listItem", "content": [{"type": "paragraph", "content": [_text(_say(6))]}]} for _ in range(4)
        ]
        content += [
            {"type": "heading", "attrs": {"level": 2}, "content": [_text(_say(5))]},
            _paragraph(),
            _paragraph(),
            {"type": "bulletList", "content": items},
        ]
    return {"type": "doc", "content": content}


def _large(nodes: int) -> Node:
    """As many nodes as may be, one more than that at most."""
    document: Node = {"type": "doc", "content": []}
    left = nodes
    while left > 0:
        for node in _post(600)["content"]:
            size = _count(node)
            if size > left:
                node, size = {"type": "horizontalRule"}, 1
            if left > 0:
                document["content"].append(node)
                left -= size
    return document


def _count(node: Any) -> int:
    below = sum(_count(child) for child in node.get("content", ()))
    return below + (node["type"] != "doc")


def _plain(node: Any) -> str:
    return node.get("text", "") + "".join(_plain(child) for child in node.get("content", ()))


def _markdown(words: int) -> str:
    blocks: list[str] = []
    for _ in range(0, words, 129):
        blocks += [f"## {_say(5)}", f"{_say(48)} **{_say(2)}** [{_say(2)}](https://kopi.example/x).", _say(52)]
        blocks.append("\n".join(f"- {_say(6)}" for _ in range(4)))
    return "\n\n".join(blocks)


def _as_markdown(text: str) -> Node:
    return {"type": "markdown", "text": text}
