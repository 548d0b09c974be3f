"""What no line of a log may hold: addresses of people, secrets, and what moves a terminal's cursor."""

import re
import traceback
from ipaddress import ip_address

MOST_SAID = 300
"""Characters of what a fault says of itself; what follows its first line may show a row."""
_MOST_FRAMES = 30
_MOST_FAULTS = 8

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_ADDRESS = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:])")
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+@")
# Passwords, keys and signatures as they are written; a UUID is told apart below.
_SECRET = re.compile(r"(?<![\w-])[\w-]{40,}(?:[.=][\w=-]+)*|(?<![\w.-])[\w-]{8,}\.[\w-]{4,}\.[\w-]{20,}(?![\w-])")
# C0 without tab, C1, line separators, and what turns the direction of text (Unicode UAX #9).
_CONTROL = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def printable(text: str) -> str:
    """The same on one line, without anything that a terminal obeys."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def scrub(text: str) -> str:
    """A line without network or mail addresses, passwords in URLs, or whatever looks like a secret."""
    text = _CREDENTIALS.sub("[secret]@", text)
    text = _MAIL.sub("[mail]", text)
    text = _ADDRESS.sub(lambda found: "[address]" if _is_address(found[0]) else found[0], text)
    return _SECRET.sub("[secret]", text)


def told(fault: BaseException) -> str:
    """A fault and what led to it: types, first lines of what they say, and the places; no values of variables."""
    lines: list[str] = []
    _tell(fault, lines, set())
    return "\n".join(lines)


def _tell(fault: BaseException, lines: list[str], seen: set[int]) -> None:
    if id(fault) in seen or len(seen) >= _MOST_FAULTS:
        return
    seen.add(id(fault))
    cause = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if cause is not None:
        _tell(cause, lines, seen)
    for frame in traceback.extract_tb(fault.__traceback__)[-_MOST_FRAMES:]:
        lines.append(f"  {frame.filename}:{frame.lineno} in {frame.name}: {printable(frame.line or '')}")
    said = str(fault).strip().partition("\n")[0][:MOST_SAID]
    lines.append(f"{type(fault).__module__}.{type(fault).__qualname__}: {printable(scrub(said))}")
    if isinstance(fault, BaseExceptionGroup):
        for one in fault.exceptions:
            _tell(one, lines, seen)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
