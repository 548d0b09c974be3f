"""The one flag that says whether search engines may keep a site: head, header, robots.txt and the graph ask it."""

import re
from dataclasses import dataclass
from typing import Any

_NO = frozenset({"false", "no", "off", "0", "none"})
_LINE = re.compile(r"(?:user-agent|allow|disallow|crawl-delay)[ \t]*:[ -~]{0,200}", re.IGNORECASE)
_MOST_LINES = 50
_CLOSED = re.compile(r"disallow\s*:\s*/\s*(?:$|\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Robots:
    index: bool = True
    follow: bool = True
    lines: tuple[str, ...] = ()
    """Lines of the owner's own for robots.txt."""

    @property
    def content(self) -> str | None:
        """For `<meta name="robots">` and `X-Robots-Tag`; None where nothing is forbidden."""
        said = ["noindex"] * (not self.index) + ["nofollow"] * (not self.follow)
        return ", ".join(said) or None


NEVER = Robots(index=False)
"""Pages that are no content: errors, the password form, whatever stands behind it."""


def site_robots(stated: Any, *, is_protected: bool) -> Robots:
    """`stated` is `config.robots` as it stands in the row; what forbids nothing we know allows."""
    robots = _read(stated)
    return Robots(False, robots.follow) if is_protected else robots


def _read(stated: Any) -> Robots:
    """`"noindex, nofollow"`, `"none"`, `false`, `["noindex"]`, `{"index": false}`, `{"noindex": true}`."""
    if stated is False:
        return NEVER
    if isinstance(stated, dict):
        return Robots(_allows(stated, "index"), _allows(stated, "follow"))
    if isinstance(stated, list):
        stated = " ".join(part for part in stated[:20] if isinstance(part, str))
    if not isinstance(stated, str):
        return Robots()
    lines = tuple(line for line in map(str.strip, stated[:10_000].splitlines()) if _LINE.fullmatch(line))[:_MOST_LINES]
    words = re.split(r"[\s,;]+", stated[:1_000].casefold())
    if not lines and "none" in words:
        return Robots(False, False)
    if _CLOSED.search(stated[:1_000]) and _for_all(lines):
        return Robots(False, False)
    return Robots("noindex" not in words, "nofollow" not in words, lines)


def _for_all(lines: tuple[str, ...]) -> bool:
    """Whether the group that closes everything speaks to every robot, and not to some that are named."""
    agent = "*"
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip().casefold() == "user-agent":
            agent = value.strip()
        elif name.strip().casefold() == "disallow" and value.strip() == "/" and agent == "*":
            return True
    return not lines


def _allows(stated: dict[str, Any], name: str) -> bool:
    return not _is_no(stated.get(name)) and not _is_yes(stated.get(f"no{name}"))


def _is_no(value: Any) -> bool:
    return value is False or value == 0 or (isinstance(value, str) and value.strip().casefold() in _NO)


def _is_yes(value: Any) -> bool:
    return value is True or value == 1 or (isinstance(value, str) and value.strip().casefold() in ("true", "yes", "1"))
