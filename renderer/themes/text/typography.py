"""Small typographic repairs of plain text: quotes, dashes, ellipses, and no lonely last word in a heading."""

import re

_NBSP = "\u00a0"
_RULES = (
    (re.compile(r"\.\.\.+"), "…"),
    (re.compile(r"(?<=\d)\s*-\s*(?=\d{1,3}(?:\D|$))(?<!-\d)"), "–"),
    (re.compile(r"(?<=\s)--?(?=\s)"), "–"),
    (re.compile(r"(^|[\s(\[{–—/])\"(?=\S)"), r"\1“"),
    (re.compile(r"\""), "”"),
    (re.compile(r"(^|[\s(\[{–—/“])'(?=\S)"), r"\1‘"),
    (re.compile(r"'"), "’"),
    (re.compile(r"(?<=\bRp)\s+(?=\d)"), ""),
)
_SPACES = re.compile(r"[ \t\u00a0]{2,}")


def polish(text: str) -> str:
    text = _SPACES.sub(" ", text)
    for pattern, replacement in _RULES:
        if pattern is _RULES[1][0] and re.search(r"\d{3,}-\d{3,}", text):
            continue  # a telephone number, not a range
        text = pattern.sub(replacement, text)
    return text


def heading(text: str) -> str:
    """One line of text, polished; the last word is held to the one before it when both are short."""
    words = polish(" ".join(text.split())).split(" ")
    if len(words) >= 4 and len(words[-1]) + len(words[-2]) <= 16:
        return " ".join([*words[:-2], words[-2] + _NBSP + words[-1]])
    return " ".join(words)


def shorten(text: str, most: int) -> str:
    """At most `most` characters, cut between words, with an ellipsis where something was cut."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most * 0.6 else cut).rstrip(" ,;:.–-") + "…"
