"""Nu, the checker of the HTML standard itself, has nothing to say about any page: neither an error nor a warning.

It is a Java program from npm (tests/vnu); `.ci/install` brings it, and TAPSITE_TEST_VNU=required insists on it.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from renderer.demo.files import read_files
from renderer.respond import plain
from renderer.themes import Site, Themes, draw_error, draw_page, draw_password, read_site
from tests import vectors
from tests.blog_pages import blog_documents
from tests.craft_pages import demo_site, variants
from tests.full_page import documents, full_site
from tests.pages import NOW, source
from tests.torture import trial
from tests.trial import HOSTILE_POSTS
from tests.whole import as_columns, places, put, whole_row

JAR = Path(__file__).parent / "vnu/node_modules/vnu-jar/build/dist/vnu.jar"
JAVA = shutil.which("java")
# It runs for seconds: what it would win by compiling itself better, it would spend on that twice over.
FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss4m")
TORTURED = 150

pytestmark = pytest.mark.skipif(
    os.environ.get("TAPSITE_TEST_VNU") != "required" and (JAVA is None or not JAR.exists()),
    reason="there is no Nu checker on this machine (Java 17, and `npm ci --prefix tests/vnu`)",
)


def rows() -> Iterator[tuple[str, dict[str, Any], Any]]:
    yield "whole", as_columns(whole_row()), HOSTILE_POSTS
    for number, vector in enumerate(vectors.ALL[::3]):
        row = whole_row()
        for place in list(places(row)):
            if place[-1] not in ("type", "kind", "id", "path", "page", "visible", "provenance", "url", "src"):
                put(row, place, vector[:400])
        row["generated_content"]["pages"][0]["sections"] = row["generated_content"]["pages"][0]["sections"][
            number % 5 :: 5
        ]
        yield f"vector-{number}", as_columns(row), HOSTILE_POSTS
    for number in range(500_000, 500_000 + TORTURED):
        tried = trial(number)
        yield f"trial-{number}", tried.columns, tried.posts


def painted(themes: Themes) -> Iterator[tuple[str, str]]:
    """Every theme in every variant: all section types, the demo sites' pages, and each page kind in each scheme."""
    for theme, variant in variants(themes):
        for name, html in documents(full_site(themes, {}, variant, theme)).items():
            yield f"{theme}-{variant}-{name}", html
        for name, html in blog_documents(themes, theme, variant).items():
            yield f"{theme}-{variant}-blog-{name}", html
        for file in read_files():
            site = demo_site(themes, file, theme, variant)
            for number, path in enumerate(site.paths):
                yield f"{theme}-{variant}-{file.website.subdomain}-{number}", _drawn(site, path)
        for scheme in themes.get(theme).manifest.schemes:
            site = demo_site(themes, read_files()[0], theme, variant, {"scheme": scheme, "color": {}})
            yield f"{theme}-{variant}-{scheme}-home", _drawn(site, "/")
            yield f"{theme}-{variant}-{scheme}-error", draw_error(site, 404).html
            yield (
                f"{theme}-{variant}-{scheme}-gate",
                draw_password(site, action="/_gate", error="wrong", next_path="/").html,
            )


def _drawn(site: Site, path: str) -> str:
    drawn = draw_page(site, path, (), NOW)
    assert drawn is not None
    return drawn.html


def nu_says(pages: Mapping[str, str], folder: Path) -> list[str]:
    """What it has to say of pages by file name, each sentence once."""
    assert JAVA is not None
    folder = folder / "nu"
    folder.mkdir()
    for name, html in pages.items():
        (folder / name).write_text(html, "utf-8")
    command = [JAVA, *FLAGS, "-jar", str(JAR), "--format", "json", "--no-langdetect", "--exit-zero-always", str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=600)
    said = [one for one in json.loads(done.stderr)["messages"] if one["type"] != "info" or one.get("subType")]
    return sorted(
        {f"{one['message']}: {Path(one.get('url', '')).name}: {one.get('extract', '')[:200]}" for one in said}
    )


def test_the_checker_has_nothing_to_say(themes: Themes, tmp_path: Path) -> None:
    pages: dict[str, str] = {"plain.html": plain.plain_page(404)}
    pages |= {f"{name}.html": html for name, html in painted(themes)}
    for name, columns, posts in rows():
        site = read_site(themes, source(**columns))
        for number, path in enumerate(site.paths[:6]):
            drawn = draw_page(site, path, posts, NOW)
            assert drawn is not None
            pages[f"{name}-{number}.html"] = drawn.html
        if name == "whole":
            pages[f"{name}-error.html"] = draw_error(site, 404).html
            pages[f"{name}-gate.html"] = draw_password(site, action="/_gate", error="wrong", next_path="/").html
    assert len(pages) > 300
    assert nu_says(pages, tmp_path)[:20] == []
