"""The documents say what the program does."""

import importlib
import json
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import typer

from renderer.cli.root import command_line
from renderer.console import words as console_words
from renderer.settings import ROOT
from renderer.settings.reading import section_models
from renderer.themes import Themes, read_site
from tests.pages import draw, source

README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "demo").glob("*.md")]
    if path.name != "CHANGELOG.md"  # tells of what there was
}
SUFFIXES = ("py", "sql", "html", "toml", "js", "css", "md", "yml", "yaml")
OF_OTHERS = {"HTTPS_PROXY", "NO_PROXY", "pg_hba", "pg_ident", "pg_reload_conf", "proxy_protocol", "proxy_set_header",
             "remote_addr", "some_word"}  # fmt: skip
"""Names that documents quote and that are not ours."""


def commands(group: typer.core.TyperGroup, prefix: str = "") -> list[str]:
    found = []
    for name, command in group.commands.items():
        nested = getattr(command, "commands", None)
        found += commands(command, f"{prefix}{name} ") if nested else [f"{prefix}{name}"]
    return found


def test_every_command_is_in_the_readme_and_explains_itself() -> None:
    group = typer.main.get_command(command_line())
    for command in commands(group):
        assert f"`{command}" in README or f"`renderer {command}" in README, command


def test_every_make_target_explains_itself_and_the_readme_names_only_real_ones() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split())  # type: ignore[index]
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.M))
    assert phony == explained
    assert set(re.findall(r"`(?:PORT=\d+ )?make ([a-z-]+)", README)) <= phony


def test_the_readme_is_short_and_architecture_names_every_room() -> None:
    assert len(README.splitlines()) <= 150
    architecture = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for path in sorted((ROOT / "renderer").iterdir()):
        if path.is_dir() and (path / "__init__.py").is_file():
            assert f"renderer/{path.name}/" in architecture, path.name


def test_files_linked_from_the_documents_exist() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "demo").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def spans(text: str, *, lines: bool = True) -> list[str]:
    """What stands in a document as code: within a line, and in `lines` of its own."""
    text = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S)
    found = re.findall(r"`([^`]+)`", text) + (re.findall(r"^(?: {4,}|\t)(\S.*)$", text, re.M) if lines else [])
    return [" ".join(one.split()) for one in found]


def committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    return listed.stdout.splitlines() or [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]


def test_commands_in_the_documents_have_the_options_that_they_are_given() -> None:
    wrong, tried = [], 0
    for name, text in DOCUMENTS.items():
        for words in (
            match.split() for one in spans(text) for match in re.findall(r"(?:^|[/ (])renderer ([^|;&]*)", one)
        ):
            command, path = typer.main.get_command(command_line()), list[str]()
            while (known := getattr(command, "commands", {})) and words[len(path) :][:1] and words[len(path)] in known:
                command = known[words[len(path)]]
                path.append(words[len(path)])
            options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
            given = {word.partition("=")[0] for word in words[len(path) :] if word.startswith("--")} - {"--help"}
            tried += len(given)
            wrong += [f"{name}: renderer {' '.join(path)} {option}" for option in sorted(given - options)]
    assert wrong == []
    assert tried > 15


def test_names_in_the_documents_are_names_of_something() -> None:
    """Files, settings, variables of the environment, and whatever is spelled as only code is."""
    files = committed()
    settings = {f"{name}.{key}" for name, model in section_models().items() for key in model.model_fields}
    variables = {f"TAPSITE_{one.replace('.', '_')}".upper() for one in settings}
    code = {
        word
        for file in files
        if file.endswith((*SUFFIXES, "Makefile", ".ci/run")) and not file.endswith((".md", "test_docs.py"))
        for word in re.findall(r"\w+", (ROOT / file).read_text("utf-8"))
    }
    code |= {Path(file).stem for file in files}
    wrong = []
    for name, text in DOCUMENTS.items():
        for span in spans(text, lines=False):
            section, _, key = span.partition(".")
            is_setting = section in section_models() and re.fullmatch(r"[a-z_]+", key) is not None
            # content.md has sections of its own.
            if is_setting and key not in (*SUFFIXES, "socket", "localhost") and name != "docs/content.md":
                wrong += [] if span in settings else [f"{name}: setting {span}"]
            for file in re.findall(rf"(?<![\w/.<*-])((?:[\w.-]+/)*[\w-]+\.(?:{'|'.join(SUFFIXES)}))(?![\w*/-])", span):
                if not any(f"/{one}".endswith(f"/{file}") for one in files) and file != "name.js":
                    wrong.append(f"{name}: file {file}")
            for word in re.findall(r"\b(?:[A-Z]+_[A-Z_]+|[a-z]+(?:_[a-z0-9]+)+)\b", span):
                counted = word.removeprefix("renderer_").removesuffix("_total")  # of a metric
                if not {word, counted} & (code | variables | OF_OTHERS):
                    wrong.append(f"{name}: {word}")
    assert wrong == []


def test_no_committed_file_names_an_index_or_a_path_of_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        return  # a source archive, not a checkout
    forbidden = re.compile(rb"index-" rb"url|files\.pythonhosted|pypi\.org/simple|registry\.npmjs|\"resolved\":|/root/")
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and path != Path(__file__):
            assert not forbidden.search(path.read_bytes()), name


def test_the_version_is_the_packages() -> None:
    shown = subprocess.run([sys.executable, "-m", "renderer", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_the_example_of_the_content_contract_is_drawn_without_repairs(themes: Themes) -> None:
    document = (ROOT / "docs" / "content.md").read_text("utf-8")
    example = json.loads(re.search(r"```json\n(.*?)```", document, re.S)[1])  # type: ignore[index]
    site = read_site(themes, source(**{name: json.dumps(value) for name, value in example.items()}))
    assert site.repairs == ()
    text = " ".join(draw(site).text.split())  # headings are kept together by no-break spaces
    for words in ("Warung Bu Tini", "Makan siang seperti di rumah", "Gudeg lengkap", "Rp25.000", "Rp15.000"):
        assert words in text


def test_every_picture_is_shown_somewhere_and_light() -> None:
    shown = {
        (page.parent / name).resolve()
        for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
        for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    kept = set((ROOT / "docs/pictures").iterdir())
    assert kept <= shown
    assert all(path.is_file() for path in shown)
    assert {path.name for path in kept if path.name.startswith("owner-") and path.stat().st_size > 60_000} == set()


def test_what_the_owners_guide_tells_to_press_is_on_the_screens() -> None:
    said: tuple[set[str], set[str]] = (set(), set())
    for module in pkgutil.iter_modules(console_words.__path__, "renderer.console.words."):
        for known in vars(importlib.import_module(module.name)).values():
            for pair in known.values() if isinstance(known, dict) else ():
                if isinstance(pair, tuple):
                    said[0].add(str(pair[0]))
                    said[1].add(str(pair[1]))
    guide = (ROOT / "docs" / "owner-guide.md").read_text("utf-8")
    for language, text in zip(said, guide.split("\n## English\n"), strict=True):
        for name in re.findall(r"\*\*([^*]+)\*\*", text):
            for label in re.sub(r"\s+", " ", name).split(" → "):
                assert any(one.casefold().startswith(label.casefold()) for one in language), label
