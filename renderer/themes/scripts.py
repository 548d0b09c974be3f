"""A theme's scripts, each inlined under its hash into the pages that hold what it looks for; all works without them."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

MARKS = {
    "page": ('data-seen="', 'data-way="', '<details class="fold"'),
    "clock": ('data-clock="',),
    "copy": ('data-copy="',),
    "form": ('<form class="form"',),
    "order": ('data-sum="',),
    "video": ('data-video="',),
}
"""Name of a file of `static/inline/` without its ending → what of a page it is for, in the order of the page. A text
that quotes an attribute costs its page the bytes of a script that finds nothing to do."""
_ATTRIBUTE = re.compile('data-[a-z]+="')
"""All such marks in one reading of the page."""


@dataclass(frozen=True, slots=True)
class Script:
    """`digest` is its SHA-256 as a Content-Security-Policy writes it, without prefix."""

    text: str
    digest: str


def make_script(source: str) -> Script:
    """Without indentation and lines of comment. ValueError: it would end its element, or change it."""
    lines = (line.strip() for line in source.splitlines())
    text = "\n".join(line for line in lines if line and not (line.startswith("/*") and line.endswith("*/")))
    if "</" in text or "<!--" in text:
        raise ValueError("must not hold </ or <!--, which end or change a script element")
    return Script(text, b64encode(sha256(text.encode()).digest()).decode())


def with_scripts(html: str, scripts: Mapping[str, Script]) -> tuple[str, tuple[str, ...]]:
    """A drawn page with the scripts it needs before the end of its body, and their digests."""
    said = set(_ATTRIBUTE.findall(html))
    needed = [
        scripts[name]
        for name, marks in MARKS.items()
        if name in scripts and any(mark in said or (mark[0] == "<" and mark in html) for mark in marks)
    ]
    if not needed:
        return html, ()
    before, end, after = html.rpartition("</body>")
    elements = "".join(f"<script>{script.text}</script>\n" for script in needed)
    return f"{before}{elements}{end}{after}", tuple(script.digest for script in needed)
