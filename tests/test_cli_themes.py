"""themes new, check and preview, as real processes, and the guide that shows them."""

import re
import shlex
from pathlib import Path

import pytest

from renderer.cli.theme_faults import malformed
from renderer.settings import ROOT
from renderer.themes.contract.sections import KINDS
from tests.commands import Run


def test_a_new_theme_loads_passes_the_check_and_is_shown(renderer: Run, tmp_path: Path) -> None:
    assert renderer("themes", "new", "angin-laut", "--to", str(tmp_path)).returncode == 0
    again = renderer("themes", "new", "angin-laut", "--to", str(tmp_path))
    assert (again.returncode, "already" in again.stderr) == (1, True)
    (tmp_path / "angin-laut" / "theme.toml").read_text().index('name = "Angin Laut"')
    done = renderer("themes", "check", str(tmp_path))
    assert (done.returncode, done.stderr, done.stdout.startswith("1 theme in ")) == (0, "", True)
    out = tmp_path / "x.html"
    assert renderer("themes", "preview", "angin-laut", "--themes", str(tmp_path), "--out", str(out)).returncode == 0
    assert malformed(out.read_text("utf-8")) is None
    assert "/_theme/" not in out.read_text("utf-8")


def test_an_id_that_leads_elsewhere_is_refused(renderer: Run, tmp_path: Path) -> None:
    for name in ("../x", "Angin", "shared", ""):
        assert renderer("themes", "new", name, "--to", str(tmp_path / "a")).returncode == 2


def test_the_check_names_file_and_reason_of_every_fault(renderer: Run, tmp_path: Path) -> None:
    renderer("themes", "new", "angin", "--to", str(tmp_path))
    folder = tmp_path / "angin"
    (folder / "static" / "fonts" / "LICENSE-figtree.txt").unlink()
    (folder / "templates" / "sections" / "menu.html").write_text("<div><p></div>{{ hilang }}")
    post = folder / "templates" / "post.html"
    post.write_text(post.read_text("utf-8").replace("{{ article.title }}</h1>", "{{ article.titel }}"))
    done = renderer("themes", "check", str(tmp_path))
    assert done.returncode == 1
    assert re.search(r"post\.html: a bare post, buku: .*titel", done.stderr)
    assert "figtree.woff2: no licence" in done.stderr
    assert re.search(r"menu, variant .* 12 items: .*hilang", done.stderr)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p><b>x</p>", "</p> closes <b>"),
        ("<p>", "<p> is never closed"),
        ("</p>", "</p> closes nothing"),
        ('<p id="a"></p><br id="a">', "the id 'a' stands there twice"),
        ('<p id="a"><br></p><svg><path/></svg>', None),
    ],
)
def test_what_is_not_well_formed_is_named(html: str, fault: str | None) -> None:
    assert malformed(html) == fault


def test_list_says_what_each_theme_has(renderer: Run) -> None:
    line = next(line for line in renderer("themes", "list").stdout.splitlines() if line.startswith("pilar"))
    for words in ("free", "papan-nama", "klinik", f"{len(KINDS)} sections"):
        assert words in line


def test_the_guides_commands_run_in_its_order(renderer: Run, tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "themes.md").read_text("utf-8")
    commands = re.findall(r"^    renderer (themes .*?)(?:\s+#.*)?$", guide, re.M)
    assert len(commands) >= 4
    for command in commands:
        done = renderer(*shlex.split(command.replace("my-themes", str(tmp_path / "my-themes"))))
        assert done.returncode == 0, (command, done.stderr)
