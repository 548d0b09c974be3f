"""docs/content.md says what the models say."""

import os
import re

from renderer.settings import ROOT
from renderer.themes.contract.describe import describe

DOCUMENT = ROOT / "docs" / "content.md"
WRITE = "TAPSITE_TEST_WRITE_DOCS"
_MARKED = re.compile(r"(<!-- generated from the models.*?-->\n).*?(<!-- end -->)", re.DOTALL)


def test_the_tables_are_what_the_models_say() -> None:
    written = DOCUMENT.read_text("utf-8")
    assert _MARKED.search(written)
    current = _MARKED.sub(lambda match: f"{match[1]}\n{describe()}\n\n{match[2]}", written)
    if os.environ.get(WRITE):
        DOCUMENT.write_text(current, "utf-8")
    else:
        assert written == current, f"{WRITE}=1 brings docs/content.md up to date"


def test_every_command_that_the_document_names_is_one() -> None:
    from typer.testing import CliRunner

    from renderer.cli.root import command_line

    for command in set(re.findall(r"^    renderer (\w+)", DOCUMENT.read_text("utf-8"), re.M)):
        assert CliRunner().invoke(command_line(), [command, "--help"]).exit_code == 0
