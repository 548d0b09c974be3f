"""Rupiah as people write it. Spelling after EYD V (2022): `Rp25.000`, no space, a point between thousands."""

import re

# What is taken is never given back: tried anew from each blank, sixty of them would take as long as twenty pages.
_NUMBER = re.compile(
    r"^@?\s*+(?:rp\.?|idr)?\s*+(?P<digits>\d[\d.,\u00a0 ]*+)\s*+(?P<unit>rb|ribu|k|jt|juta|mio|miliar|milyar|m)?"
    r"\s*+(?:[.,]?-)?\s*+(?:idr|rupiah)?$",
    re.IGNORECASE | re.ASCII,
)
_TIMES = {
    "rb": 1_000,
    "ribu": 1_000,
    "k": 1_000,
    "jt": 1_000_000,
    "juta": 1_000_000,
    "mio": 1_000_000,
    "m": 1_000_000_000,
    "miliar": 1_000_000_000,
    "milyar": 1_000_000_000,
}
MOST = 999_999_999_999


def parse_rupiah(text: str) -> int | None:
    """`25000`, `25.000`, `Rp 25.000,-`, `25rb`, `25k`, `1,5jt` → whole rupiah; None when it is no amount."""
    match = _NUMBER.match(text.strip()[:60])
    if not match:
        return None
    unit = (match["unit"] or "").lower()
    amount = _digits(re.sub(r"[\s\u00a0]", "", match["digits"]), scaled=bool(unit))
    if amount is None:
        return None
    whole = round(amount * _TIMES.get(unit, 1))
    return whole if 0 <= whole <= MOST else None


def parse_range(text: str) -> tuple[int, int] | None:
    """`25rb–30rb` → its two ends, and so `25–30rb`; None when it is no range."""
    parts = re.split(r"\s*(?:-|–|—|s\.?/?d\.?|sampai|to)\s*", text.strip()[:80], maxsplit=1)
    if len(parts) != 2:
        return None
    match = _NUMBER.match(parts[1])
    unit = match["unit"] if match else None
    first = parts[0] + unit if unit and re.fullmatch(r"(?:rp\.?)?\s*\d{1,3}(?:[.,]\d)?", parts[0], re.I) else parts[0]
    low, high = parse_rupiah(first), parse_rupiah(parts[1])
    return (low, high) if low is not None and high is not None and low < high else None


def is_amount(text: str) -> bool:
    """Whether it reads as rupiah. Anything else is shown as it is written."""
    return parse_rupiah(text) is not None or parse_range(text) is not None


def rupiah(amount: int, language: str = "id") -> str:
    grouped = f"{amount:,}"
    return "Rp" + (grouped if language == "en" else grouped.replace(",", "."))


def _digits(digits: str, *, scaled: bool) -> float | None:
    """A number whose separators may be Indonesian or English; three digits after the last one mean thousands."""
    digits = digits.strip(".,")
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return float(digits) if digits else None
    last = digits.rindex(marks[-1])
    decimals = len(digits) - last - 1
    if len(set(marks)) == 1:
        thousands = len(marks) > 1 or (decimals == 3 and (marks[0] == "." or not scaled))
        if len(marks) > 1 and decimals != 3:
            return None
        if not thousands and decimals > 2 and not scaled:
            return None
        cleaned = digits.replace(marks[0], "") if thousands else digits.replace(marks[0], ".")
    else:
        cleaned = re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    try:
        return float(cleaned)
    except ValueError:
        return None
