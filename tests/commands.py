"""Commands of the command line, each in a process of its own: a copy of one in which the program is loaded already."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from renderer.settings import ENV_PREFIX
from tests.databases import Database

Run = Callable[..., "subprocess.CompletedProcess[str]"]
_LOADED = """
import gc, json, os, sys
import renderer.cli
from renderer.__main__ import main
gc.freeze()
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.dup2(os.open(asked["files"][0], os.O_RDONLY), 0)
        for number in (1, 2):
            os.dup2(os.open(asked["files"][number], os.O_WRONLY | os.O_CREAT), number)
        sys.stdin = open(0, closefd=False)
        sys.argv = ["renderer", *asked["arguments"]]
        main()
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="session")
def _loaded() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _LOADED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.fixture
def renderer(_loaded: subprocess.Popen[str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`renderer("check", "-", stdin="…", database=…, var=…)`: the exit code and what was said."""

    def run(
        *arguments: str, stdin: str = "", database: Database | None = None, var: Path | None = None, **settings: str
    ) -> object:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ENV_PREFIX)}
        environment["TAPSITE_SERVER_BASE_DOMAINS"] = "sites.test"
        if var is not None:
            environment["TAPSITE_PATHS_VAR"] = str(var)
        if database is not None:
            environment["TAPSITE_DATABASE_URL"] = database.url_as("tapsite_edge")
        environment.update({f"{ENV_PREFIX}{name.upper()}": value for name, value in settings.items()})
        folder = tmp_path_factory.mktemp("command")
        files = [folder / name for name in ("stdin", "stdout", "stderr")]
        files[0].write_text(stdin, "utf-8", "surrogateescape")
        asked = {"arguments": arguments, "environment": environment, "files": list(map(str, files))}
        assert _loaded.stdin is not None
        assert _loaded.stdout is not None
        print(json.dumps(asked), file=_loaded.stdin, flush=True)
        code = int(_loaded.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, *(file.read_text("utf-8") for file in files[1:]))

    return run
