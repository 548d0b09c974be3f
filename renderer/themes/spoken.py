"""Marks the program's own words with their language, in pages of a language it does not speak (WCAG 2.2, 3.1.2).

Templates and views know nothing of it: such words come between two noncharacters (`words.OPEN`, `words.CLOSE`), which
no row can hold, and are found by them once a page is drawn.
"""

import re

from renderer.themes.text.words import CLOSE, OPEN, without_marks

_PIECE = re.compile(r"<(script|style|title)\b[^>]*>.*?</\1>|<[^>]*>|[^<]+", re.DOTALL)
_SAID = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_NAME = re.compile(r"<([a-zA-Z0-9]+)")
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


def mark_words(html: str, language: str, around: str, direction: str) -> str:
    """`html`, a drawn page in the language `around`, with every word of `language` in an element that says so.

    Where such words stand in an attribute, its element is of their language and what it holds is of the page's again.
    `direction` is the page's; the program's languages are written from the left.
    """
    ours = f' lang="{language}"'
    theirs = f' lang="{around}"'
    span = f'<span{ours} dir="ltr">' if direction == "rtl" else f"<span{ours}>"
    out: list[str] = []
    above = [False]  # for each open element, whether an attribute of it is in our language
    for found in _PIECE.finditer(html.replace(f"{CLOSE}–{OPEN}", "–")):
        piece = found[0]
        if found[1]:
            out.append(without_marks(piece))
        elif piece.startswith("</"):
            above.pop()
            out.append(piece)
        elif piece.startswith("<"):
            named = _NAME.match(piece)
            tag = named[1] if named else ""
            said = OPEN in piece
            if said or above[-1]:
                piece = without_marks(piece)
                if ' lang="' not in piece and tag not in ("", "svg"):
                    piece = f"<{tag}{ours if said else theirs}{piece[len(tag) + 1 :]}"
            out.append(piece)
            if tag and tag not in _VOID and not piece.endswith("/>"):
                above.append(said)
        elif above[-1]:
            parts = _SAID.split(piece)
            out += [
                part if number % 2 or not part.strip() else f"<span{theirs}>{part}</span>"
                for number, part in enumerate(parts)
            ]
        elif OPEN in piece:
            out.append(_SAID.sub(rf"{span}\1</span>", piece))
        else:
            out.append(piece)
    return "".join(out)
