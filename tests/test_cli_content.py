"""schema, check with a site or a document, and render, as real processes."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from jsonschema import Draft202012Validator

from tests.commands import Run
from tests.databases import Database
from tests.factories import make_site
from tests.pages import Page

GOOD = {
    "generated_content": {
        "site": {"name": "Warung Bu Tini", "contact": {"whatsapp": "0813-5550-0123"}},
        "pages": [
            {"path": "/", "sections": [{"id": "h", "type": "hero", "title": "Makan siang"}]},
            {"path": "/cerita", "sections": [{"id": "c", "type": "text", "text": "Sejak 1998."}]},
        ],
    }
}
BAD = {"generated_content": {"pages": {"/": {"sections": {"h": {"type": "hero", "heading": "a" * 300}}}}}}
POINTER = "/generated_content/pages/~1/sections/h/heading"


Check = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def check(renderer: Run) -> Check:
    def run(document: Any, *arguments: str) -> "subprocess.CompletedProcess[str]":
        text = document if isinstance(document, str) else json.dumps(document)
        return renderer("check", *arguments, "-", stdin=text)

    return run


@pytest.mark.parametrize("contract", ["tokens", "content", "components", "structure"])
def test_schema_prints_a_json_schema(renderer: Run, contract: str) -> None:
    for arguments in ((), ("--strict",), ("--strict", "--theme", "pilar")):
        done = renderer("schema", contract, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        Draft202012Validator.check_schema(json.loads(done.stdout))


def test_schema_of_a_theme_that_is_not_there_names_those_that_are(renderer: Run) -> None:
    done = renderer("schema", "tokens", "--theme", "hilang")
    assert done.returncode == 1
    assert "pilar" in done.stderr
    assert renderer("schema", "hilang").returncode == 2


def test_check_of_a_document_lists_its_repairs_and_exits_with_1(renderer: Run, check: Check, tmp_path: Path) -> None:
    done = check(BAD)
    assert done.returncode == 1
    assert f"{POINTER}: longer than 160 characters; cut" in done.stdout.splitlines()
    assert check(GOOD).returncode == 0
    (tmp_path / "draft.json").write_text(json.dumps(BAD))
    assert POINTER in renderer("check", str(tmp_path / "draft.json")).stdout


def test_check_of_a_document_as_json_is_one_object(check: Check) -> None:
    done = check(BAD, "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert {"pointer": POINTER, "message": "longer than 160 characters; cut", "column": "generated_content"} in said[
        "repairs"
    ]
    assert json.loads(check(GOOD, "--json").stdout)["repairs"] == []


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ('{"generated_content": {', "not JSON: "),
        ("", "empty"),
        ("[1, 2]", "found an array"),
        ('"text"', "found a str"),
        ("null", "found nothing"),
        (GOOD["generated_content"], "this is generated_content itself"),
        ({"website": {}}, "no column of a site in it"),
        ({**GOOD, "design_token": {}}, "design_tokens was meant"),
        ('{"generated_content": ' + "[" * 3000 + "]" * 3000 + "}", "nested deeper than"),
        ('{"generated_content": {"site": {"name": "' + "x" * 5_000_000 + '"}}}', "too large"),
        ('{"generated_content": {"site": {"name": 1e5000}}}', None),
        ('{"generated_content": 7, "components_config": "x", "design_tokens": true}', "expected an object"),
    ],
    ids=range(12),
)  # fmt: skip
def test_check_of_what_is_no_document_says_so_in_words(check: Check, document: Any, words: str | None) -> None:
    for done in (check(document), check(document, "--json")):
        assert "Traceback" not in done.stderr
        assert done.returncode == (1 if words else 0)
    if words:
        assert any(words in repair["message"] for repair in json.loads(done.stdout)["repairs"])


def test_check_of_a_file_that_is_not_there_says_so(renderer: Run, tmp_path: Path) -> None:
    done = renderer("check", str(tmp_path / "none.json"))
    assert done.returncode == 1
    assert "No such file" in done.stderr


def test_check_refuses_what_does_not_go_together(renderer: Run) -> None:
    assert renderer("check", "--json").returncode == 2
    assert renderer("check", "--site", "a.sites.test", "-").returncode == 2


async def test_check_of_a_site_reads_its_row_whatever_its_state(
    renderer: Run, conn: asyncpg.Connection, database: Database
) -> None:
    content = json.dumps(BAD["generated_content"])
    await make_site(conn, subdomain="rusak", generated_content=content)
    await make_site(conn, subdomain="konsep", generated_content=content, status="draft")
    await make_site(conn, subdomain="baik", generated_content=json.dumps(GOOD["generated_content"]))
    done = renderer("check", "--site", "RUSAK.sites.test", "--json", database=database)
    said = json.loads(done.stdout)
    assert (done.returncode, said["site"]) == (1, "rusak.sites.test")
    assert [repair["pointer"] for repair in said["repairs"]] == [POINTER]
    draft = renderer("check", "--site", "konsep.sites.test", database=database)
    assert draft.returncode == 1
    assert POINTER in draft.stdout
    good = renderer("check", "--site", "baik.sites.test", "--json", database=database)
    assert (good.returncode, json.loads(good.stdout)["repairs"]) == (0, [])
    nobody = renderer("check", "--site", "tidak-ada.sites.test", database=database)
    assert nobody.returncode == 1
    assert "no site has this host name" in nobody.stderr
    assert renderer("check", "--site", "sites.test", database=database).returncode == 1
    assert renderer("check", "--site", "-a_b.sites.test", database=database).returncode == 2


def test_check_of_a_site_without_a_database_makes_none(renderer: Run, tmp_path: Path) -> None:
    done = renderer("check", "--site", "kopi.sites.test", var=tmp_path / "var")
    assert done.returncode == 4
    assert not (tmp_path / "var" / "postgres").exists()


def test_render_draws_a_page_that_needs_no_other_file(renderer: Run, tmp_path: Path) -> None:
    draft, out = tmp_path / "draft.json", tmp_path / "draft.html"
    draft.write_text(json.dumps(GOOD))
    done = renderer("render", str(draft), "--theme", "pilar", "--variant", "buku", "--out", str(out))
    assert (done.returncode, done.stdout) == (0, "")
    html = out.read_text()
    assert "/_theme/" not in html
    assert "url(data:font/woff2;base64," in html
    page = Page(html)
    assert page.all("h1")[0].text == "Makan siang"
    assert page.all("link") == [link for link in page.all("link") if link.attrs["rel"] in ("canonical", "icon")]


def test_render_draws_any_page_in_any_language_of_the_site_and_lists_repairs_on_standard_error(renderer: Run) -> None:
    story = {"path": "/cerita", "as": "/story", "sections": [{"id": "c", "text": "Since 1998."}]}
    content = {**GOOD["generated_content"], "languages": ["id", "en"], "translations": {"en": {"pages": [story]}}}
    text = json.dumps({"generated_content": content})
    page = Page(renderer("render", "-", "--page", "/cerita", "--language", "en", stdin=text).stdout)
    assert "Since 1998." in page.text
    assert page.all("html")[0].attrs["lang"] == "en"
    assert "Sejak 1998." in renderer("render", "-", "--page", "/cerita", stdin=text).stdout
    assert POINTER in renderer("render", "-", stdin=json.dumps(BAD)).stderr


@pytest.mark.parametrize(
    ("arguments", "document", "words"),
    [
        (("--page", "/hilang"), GOOD, "there is /, /cerita"),
        (("--theme", "hilang"), GOOD, "there is bingkai"),
        (("--variant", "hilang"), GOOD, "the theme has default"),
        (("--language", "fr"), GOOD, "there is id"),
        ((), [], "found an array"),
    ],
)
def test_render_says_what_it_cannot_draw(renderer: Run, arguments: tuple[str, ...], document: Any, words: str) -> None:
    done = renderer("render", "-", *arguments, stdin=json.dumps(document))
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
