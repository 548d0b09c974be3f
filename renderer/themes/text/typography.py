"""Small typographic repairs of plain text: quotes, dashes, ellipses, and no lonely last word in a heading."""

import re
from itertools import chain

_NBSP = "\u00a0"
_KEPT = re.compile(
    r"https?://[^\s\"<>]+|www\.[^\s\"<>]+|(?<![\w.+-])[\w.+-]++@[\w-]+\.[\w.-]+|`[^`]*`"
    r"|(?<![\w-])(?<![\w-]\.)[\w-]++(?:\.[\w-]++)++/[^\s\"<>]*"
)
"""Addresses and code: never touched. A word is tried from its beginning alone: from each of its letters, 20,000 without
a blank would take twelve seconds."""
_STAND_IN = "\ue000"
_NUMBER = r"\d{1,4}(?:[.:,]\d{1,3}){0,5}"
_RANGE = re.compile(rf"(?<![\w/.:+-])({_NUMBER})\s*-\s*({_NUMBER})(?![/-]|[.:,]?\d)")
_RULES = (
    ("...", re.compile(r"\.\.\.+"), "…"),
    ("-", re.compile(r"(?<=\s)--?(?=\s)"), "–"),
    ('"', re.compile(r"(^|[\s(\[{–—/])\"(?=\S)"), r"\1“"),
    ('"', re.compile(r"\""), "”"),
    ("'", re.compile(r"'(?=\d\ds?\b|n'\s)"), "’"),
    ("'", re.compile(r"(^|[\s(\[{–—/“])'(?=\S)"), r"\1‘"),
    ("'", re.compile(r"'"), "’"),
    ("Rp", re.compile(r"\bRp\.?\s*(?=\d)"), "Rp"),
)
"""What a text must hold for the rule to matter, the rule, and what takes the place."""
_TOUCHED = re.compile(r"[\"'\t\u00a0*-]|\.\.\.|Rp|  |##")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,400})(?<=[^\s*])\1(?![\w*])")
_HEADING = re.compile(r"(?m)^#{2,6}[ \t]+(?=\S)")
"""Markdown's marks in a text that is none: whoever wrote them did not mean them to be read aloud."""
_NUMBERED = re.compile(r"\b(No\.?|Nomor|RT|RW|KM|Km|Gang|Gg\.|Blok|Lantai|Lt\.) (?=\d|[IVX]+\b|[A-Z]\b)")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_SPACES = re.compile(r"[ \t\u00a0]{2,}")


def polish(text: str) -> str:
    """Quotes, dashes, ellipses and `Rp25.000`, without Markdown's asterisks around words; addresses, code, dates and
    telephone numbers stay as they are."""
    if not _TOUCHED.search(text):
        return text
    text = _SPACES.sub(" ", text)
    kept: list[str] = []
    if _STAND_IN not in text and any(mark in text for mark in ("/", "@", "`", "www.")):

        def keep(match: re.Match[str]) -> str:
            kept.append(match[0])
            return _STAND_IN

        text = _KEPT.sub(keep, text)
    if "*" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if "##" in text:
        text = _HEADING.sub("", text)
    if "-" in text:
        text = _RANGE.sub(_range, text)
    if text.count('"') % 2:  # one is left over: of inches, where it follows a digit
        text = re.sub(r"(?<=\d)\"", "″", text, count=1)
    if text.count("'") == 1:
        text = re.sub(r"(?<=\d)'(?!\w)", "′", text)
    for mark, pattern, replacement in _RULES:
        if mark in text:
            text = pattern.sub(replacement, text)
    if not kept:
        return text
    between = text.split(_STAND_IN)
    return "".join(chain.from_iterable(zip(between, [*kept, ""], strict=True)))


def _range(match: re.Match[str]) -> str:
    """`10-12` and `2020-2021` are ranges; `5550-0101` is the end of a telephone number."""
    ends = (match[1], match[2])
    if all(len(end) >= 3 and end.isdecimal() for end in ends) and not all(_YEAR.match(end) for end in ends):
        return match[0]
    return f"{ends[0]}–{ends[1]}"


def heading(text: str) -> str:
    """One line of text, polished; the last word is held to the one before it when both are short."""
    words = polish(" ".join(text.split())).split(" ")
    if len(words) >= 4 and len(words[-1]) + len(words[-2]) <= 16:
        return " ".join([*words[:-2], words[-2] + _NBSP + words[-1]])
    return " ".join(words)


def address_line(line: str) -> str:
    """A line of an address, in which no number stands alone: `No. 58` and `RT 03/RW 05` are never broken."""
    return _NUMBERED.sub(rf"\1{_NBSP}", line)


def shorten(text: str, most: int) -> str:
    """At most `most` characters, cut between words, with an ellipsis where something was cut."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most * 0.6 else cut).rstrip(" ,;:.–-") + "…"
