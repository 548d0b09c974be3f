"""Patterns that something from outside is held against take no time to speak of, whatever it is."""

import contextlib
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import renderer
from renderer.forms.multipart import parse_multipart
from renderer.themes.text.money import parse_range, parse_rupiah
from renderer.themes.text.typography import polish

# What is repeated: blanks, marks and the beginnings of what a pattern looks for.
UNITS = (
    "a", "0", " ", "\t", "\n", "\r", "-", ".", ",", ";", ":", "/", "\\", "#", "&", "<", "(", "[", "{", '"', "=", "*",
    "`", "|", "%", "@", "a ", " a", "a.", "0.", "a-", "; ", "://", "a=", "<!--", "**", "é",
)  # fmt: skip
LONG = 400
SECONDS = 0.05
"""Of the processor: a hundred times what the slowest pattern takes. One that tries each blank anew, and from each of
those once more, takes this long."""


def patterns() -> Iterator[tuple[str, "re.Pattern[str] | re.Pattern[bytes]"]]:
    for found in pkgutil.walk_packages(renderer.__path__, "renderer."):
        if found.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            listed = (
                value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
            )
            for one in listed:
                inner = one if isinstance(one, tuple | list) else [one]
                yield from ((f"{found.name}.{name}", each) for each in inner if isinstance(each, re.Pattern))


def test_no_pattern_tries_again_and_again() -> None:
    slow = []
    seen = {pattern: name for name, pattern in patterns()}
    assert len(seen) > 150
    for pattern, name in seen.items():
        source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        words = re.findall(r"[a-z][a-z:/-]{3,}", source.replace("\\", ""), re.I)[:3]
        for begin in ("", "0", "<a", *words):
            for unit in UNITS:
                text = begin + unit * (LONG // len(unit)) + "\x00"
                took = seconds(pattern, text if isinstance(pattern.pattern, str) else text.encode())
                if took > SECONDS:
                    slow.append(f"{name}: {took:.2f} s for {begin!r} and {unit!r}")
    assert slow == [], "\n".join(slow)


def seconds(pattern: "re.Pattern[str] | re.Pattern[bytes]", text: str | bytes) -> float:
    """The least of what it takes, as a machine may be busy."""
    least = SECONDS * 2
    for _ in range(3):
        if least > SECONDS:
            began = time.process_time()
            pattern.search(text)  # type: ignore[arg-type]
            least = min(least, time.process_time() - began)
    return least


@pytest.mark.parametrize(
    ("module", "name", "text"),
    [
        ("forms.spam", "_MARKUP", "<a " * 30_000),
        ("themes.text.typography", "_RANGE", "0," * 10_000),
        ("themes.text.markdown_price", "_RULED", " " * 20_000),
        ("themes.text.hours", "_DASH", " " * 20_000 + "x"),
        ("themes.text.hours", "_AND", " " * 20_000 + "x"),
        ("themes.pictures.shapes", "_TAG", "<" + "a" * 20_000),
        ("themes.pictures.shapes", "_ATTRIBUTE", "a" * 20_000),
        ("console.editing.facts", "_PLACE", "0" + " " * 20_000 + "x"),
    ],
)
def test_a_long_text_is_looked_through_once(module: str, name: str, text: str) -> None:
    """Each of these took seconds, up to forty: what follows a beginning was read again from each of its places."""
    pattern = getattr(importlib.import_module(f"renderer.{module}"), name)
    began = time.process_time()
    assert pattern.findall(text) == []
    assert pattern.fullmatch(text) is None
    assert time.process_time() - began < 0.8


@pytest.mark.parametrize("blanks", [3_000, 50_000])
@pytest.mark.parametrize(
    "field", ["Content-Transfer-Encoding", "Content-Disposition: form-data; name", "Content-Type: text/plain; charset"]
)
def test_a_part_of_blanks_is_read_at_once(field: str, blanks: int) -> None:
    """A thousand of them took two seconds of the worker's only thread, three thousand a minute."""
    named = b'--x\r\nContent-Disposition: form-data; name="a"\r\n'
    head = f"{field}:".encode() + b" " * blanks + b"\r "
    began = time.process_time()
    with contextlib.suppress(ValueError):
        parse_multipart(named + head + b"\r\n\r\nhalo\r\n--x--", "multipart/form-data; boundary=x", 5)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", ["1" + " " * 57 + "!", " " * 20 + "1" + " " * 38 + "!", "1-1" + " " * 70 + "!"])
def test_a_price_of_blanks_is_read_at_once(text: str) -> None:
    """Of which a page may have hundreds."""
    began = time.process_time()
    for _ in range(50):
        assert (parse_rupiah(text), parse_range(text)) == (None, None)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("unit", ["a-", "0-", "a.", "_", "0,", "a@", "."])
def test_a_text_without_a_blank_is_polished_at_once(unit: str) -> None:
    began = time.process_time()
    text = unit * (20_000 // len(unit)) + " 'x' / @"
    assert polish(text).endswith("’ / @")
    assert time.process_time() - began < 3
