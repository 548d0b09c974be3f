"""Templates' code that is kept for the next process."""

import sys
from pathlib import Path

import pytest

from renderer.themes import codes
from renderer.themes.codes import Compiled
from renderer.themes.environment import compile_templates
from renderer.themes.load import load_themes


@pytest.fixture(autouse=True)
def _may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text)
    return folder


def drawn(folder: Path, file: Path) -> tuple[str, Compiled]:
    """What `x.html` says of 'a', by a process that begins with what the file has and leaves what it compiled."""
    compiled = Compiled()
    compiled.read(file)
    said = compile_templates(folder, shared=compiled)["x.html"].render(who="<a>")
    compiled.write(file)
    return said, compiled


def test_the_next_process_reads_what_one_compiled_and_says_the_same(tmp_path: Path) -> None:
    folder, file = (
        write(tmp_path / "templates", x="{{ who }} {% include 'y.html' %}", y="{{ who.upper() }}"),
        tmp_path / "c",
    )
    first, _ = drawn(folder, file)
    written = file.read_bytes(), file.stat().st_mtime_ns
    again, compiled = drawn(folder, file)
    assert first == again == "&lt;a&gt; &lt;A&gt;"
    assert compiled._codes == compiled._known
    assert all(compiled._codes[name] is compiled._known[name] for name in compiled._codes)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "templates"]


def test_a_template_that_changed_is_compiled_anew_and_takes_the_place_of_the_old(tmp_path: Path) -> None:
    folder, file = write(tmp_path / "templates", x="{{ who }}", y="y"), tmp_path / "c"
    drawn(folder, file)
    write(folder, x="Oh, {{ who }}")
    said, compiled = drawn(folder, file)
    assert said == "Oh, &lt;a&gt;"
    assert len(compiled._codes) == 2
    with pytest.raises(Exception, match="not for themes"):
        drawn(write(folder, x="{{ who|safe }}"), file)


@pytest.mark.parametrize("at", [0, 31, 32, 100, -1])
def test_what_is_not_as_it_was_written_is_not_run(tmp_path: Path, at: int) -> None:
    folder, file = write(tmp_path / "templates", x="{{ who }}"), tmp_path / "c"
    drawn(folder, file)
    spoilt = bytearray(file.read_bytes())
    spoilt[at] ^= 1
    for body in (bytes(spoilt), b"", bytes(spoilt)[:-20]):
        file.write_bytes(body)
        compiled = Compiled()
        compiled.read(file)
        assert compiled._known == {}
    assert drawn(folder, file)[0] == "&lt;a&gt;"


def test_code_of_another_engine_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, file = write(tmp_path / "templates", x="{{ who }}"), tmp_path / "c"
    drawn(folder, file)
    monkeypatch.setattr(codes, "MAGIC_NUMBER", b"another")
    compiled = Compiled()
    compiled.read(file)
    assert compiled._known == {}


def test_nothing_is_written_where_python_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "templates", x="{{ who }}")
    drawn(folder, tmp_path / "missing" / "deeper" / "c")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    drawn(folder, tmp_path / "c")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["templates"]


def test_code_is_kept_of_our_own_themes_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of themes may hold whatever its designer put there: none of it is Python that we run or write."""
    read: list[Path] = []
    monkeypatch.setattr(Compiled, "read", lambda self: read.append(codes.OURS))
    monkeypatch.setattr(Compiled, "write", lambda self: read.append(codes.OURS))
    copy = tmp_path / "copied"
    copy.mkdir()
    for name in ("shared", "pilar"):
        (copy / name).symlink_to(codes.OURS / name)
    load_themes(copy)
    assert read == []
    assert not (copy / "__pycache__").exists()
    load_themes(codes.OURS)
    assert len(read) == 2
