"""A post's markup as feed readers get it: what they keep, with absolute addresses, and nothing that needs our page.

Works tag by tag on the engine's own markup alone, in which `<` begins a tag and values stand in double quotes.
"""

import re

from markupsafe import Markup

# Others are taken out by readers, or reported by validators; scripts and style sheets that would use them stay behind.
_KEPT = frozenset(
    {
        *("align", "alt", "class", "colspan", "datetime", "dir", "height", "href", "hreflang", "id", "lang", "rel"),
        *("rowspan", "scope", "span", "src", "start", "title", "type", "value", "width"),
    }
)
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"]*")?)*) ?/?>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)(?:="([^"]*)")?')


def for_readers(body: Markup, url: str, base: str) -> str:
    """`body` of the post at `url` on the site at `base`. A task's checkbox becomes a sign: readers drop inputs."""

    def keep(match: re.Match[str]) -> str:
        slash, name, attributes = match.groups()
        if name == "label":
            return ""
        if name == "input":
            return "☑ " if " checked" in attributes else "☐ "
        kept = [
            f' {key}="{_absolute(value, url, base) if key in ("href", "src") else value}"'
            for key, value in _ATTRIBUTE.findall(attributes)
            if key in _KEPT
        ]
        return f"<{slash}{name}{''.join(kept)}>"

    return _TAG.sub(keep, str(body))


def _absolute(target: str, url: str, base: str) -> str:
    """A reader has no address to resolve against."""
    if target.startswith(("#", "?")):
        return url + target
    return base + target if target.startswith("/") else target
