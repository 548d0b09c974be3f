"""The JSON Schemas: valid, accepting what is read, and in their closed form what structured output can be held to."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from renderer import settings as settings_module
from renderer.demo.files import read_files
from renderer.themes import Themes, load_themes, read_site
from renderer.themes.contract.content import Item, SectionContent
from renderer.themes.contract.hint import ACTIONS, CHANNELS, CREDENTIALS, GROUNDS, MOTIFS, PAYMENTS, STATUSES
from renderer.themes.contract.hints import HINTS
from renderer.themes.contract.lenient import Lenient
from renderer.themes.contract.schema import ROOTS, export
from tests.pages import NOW, draw, source

NAMES = sorted(ROOTS)
COLUMNS = {"tokens": "design_tokens", "content": "generated_content", "components": "components_config"}
EXAMPLE = json.loads(re.search(r"```json\n(.*?)```", (settings_module.ROOT / "docs/content.md").read_text(), re.S)[1])  # type: ignore[index]


def validator(name: str, **options: Any) -> Draft202012Validator:
    return Draft202012Validator(export(name, **options))


def faults(name: str, document: Any, **options: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator(name, **options).iter_errors(document)]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_one_and_holds_for_every_theme(themes: Themes, name: str, strict: bool) -> None:
    for manifest in (None, *(theme.manifest for theme in themes)):
        schema = export(name, strict=strict, manifest=manifest)
        Draft202012Validator.check_schema(schema)
        json.dumps(schema)


def test_every_field_of_every_model_is_described() -> None:
    def below(model: type[Lenient]) -> set[type[Lenient]]:
        return {model}.union(*(below(inner) for inner in model.__subclasses__()))

    for model in below(Lenient) - {Lenient}:
        assert set(HINTS[model]) == set(model.model_fields), model
        assert all(hint.says for hint in HINTS[model].values()), model


def test_the_choices_are_the_engines_own() -> None:
    from renderer.themes import actions, items, sections
    from renderer.themes.motifs.draw import MOTIFS as DRAWN
    from renderer.themes.text import words

    assert set(MOTIFS) == set(DRAWN)
    assert set(ACTIONS) == set(actions._KINDS.values())
    assert set(STATUSES) == set(items.STATUSES)
    assert set(GROUNDS) == set(sections.GROUNDS)
    assert set(CHANNELS) <= set(words.CHANNEL_NAMES)
    assert set(PAYMENTS) <= set(words.PAYMENT_NAMES)
    assert set(CREDENTIALS) <= set(words.CREDENTIAL_NAMES)


@pytest.mark.parametrize("kind", ["products", "pricing", "itinerary", "team"])
def test_lengths_are_those_at_which_the_engine_cuts(themes: Themes, kind: str) -> None:
    from renderer.themes.contract.sections import KINDS

    for fields, model, path in ((KINDS[kind].items, Item, "/items/0"), (KINDS[kind].fields, SectionContent, "")):
        for field in fields:
            most = HINTS[model][field].most
            if most is None or field == "features":
                continue
            for length in (most, most + 1):
                text = ("kata " * 60)[: length - 1] + "a"
                one = {"name": "A", **({field: text} if model is Item else {})}
                section = {"type": kind, "items": [one], **({field: text} if model is SectionContent else {})}
                row = {"pages": [{"path": "/", "sections": [section]}]}
                found = read_site(themes, source(generated_content=json.dumps(row))).repairs
                cut = f"/generated_content/pages/0/sections/0{path}/{field}" in {repair.pointer for repair in found}
                assert cut == (length > most), (field, length)


@pytest.mark.parametrize("file", read_files(), ids=lambda file: file.website.subdomain)
def test_the_demo_sites_are_what_the_open_schemas_accept(themes: Themes, file: Any) -> None:
    row = file.dated(file.website.model_dump(), NOW)
    manifest = themes.get(row["template_id"]).manifest
    for name, column in COLUMNS.items():
        assert faults(name, row[column], manifest=manifest) == []
    columns = {column: json.dumps(row[column]) for column in (*COLUMNS.values(), "config")}
    chosen = {name: row[name] for name in ("template_id", "template_variant")}
    site = read_site(themes, source(**columns, **chosen))
    assert site.repairs == ()


def test_the_documented_example_and_its_maps_are_what_the_open_schemas_accept() -> None:
    for name, column in COLUMNS.items():
        assert faults(name, EXAMPLE[column]) == []
    pages = EXAMPLE["generated_content"]["pages"]
    maps = {page["path"]: {"sections": {one["id"]: one for one in page["sections"]}} for page in pages}
    assert faults("content", {"pages": maps, "site": {"contact": {"whatsapp": "0813-5550-0101"}}}) == []


def test_the_open_schema_says_what_is_wrong() -> None:
    section = {"id": "m", "type": "faq", "items": [{"name": {"a": 1}, "text": "x"}], "facts": 3}
    found = faults("content", {"pages": [{"path": "/", "sections": [section]}], "site": {"contact": []}})
    assert any("$.pages" in fault for fault in found)
    assert any("$.site" in fault for fault in found)


def test_a_themes_row_is_what_the_structure_schema_accepts(themes: Themes) -> None:
    for theme in themes:
        assert faults("structure", theme.template_row()) == []


def test_a_theme_narrows_the_choices_to_what_it_has(themes: Themes) -> None:
    manifest = themes.get("pilar").manifest
    tokens = export("tokens", strict=True, manifest=manifest)
    assert tokens["$defs"]["FontTokens"]["properties"]["pairing"]["enum"] == list(manifest.pairings)
    assert tokens["properties"]["motif"]["enum"] == [*manifest.motifs, None]


@pytest.mark.parametrize("radius", [8, 0.5, "8px", "md", "0.5rem", {"md": 8}, {"$value": "8px"}, None])
def test_a_corner_is_a_word_or_a_length(themes: Themes, radius: Any) -> None:
    assert faults("tokens", {"radius": radius}) == []
    assert read_site(themes, source(design_tokens=json.dumps({"radius": radius}))).repairs == ()


@pytest.mark.parametrize("radius", [True, [8]])
def test_what_is_no_corner_is_refused_and_reported(themes: Themes, radius: Any) -> None:
    assert faults("tokens", {"radius": radius})
    found = read_site(themes, source(design_tokens=json.dumps({"radius": radius}))).repairs
    assert [repair.pointer for repair in found] == ["/design_tokens/radius"]


# --- the closed form ---

_KEYWORDS = {
    "$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties",
    "items", "anyOf", "enum", "pattern", "minItems",
}  # fmt: skip


def _schemas(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Every schema inside of one, itself first."""
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    if isinstance(schema.get("items"), dict):
        inner.append(schema["items"])
    return [schema, *(one for part in inner for one in _schemas(part))]


def _depth(schema: dict[str, Any], root: dict[str, Any]) -> int:
    """Objects inside of objects."""
    if "$ref" in schema:
        return _depth(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    if "items" in schema:
        inner.append(schema["items"])
    return (schema.get("type") == "object") + max((_depth(part, root) for part in inner), default=0)


@pytest.mark.parametrize("name", NAMES)
def test_the_closed_form_keeps_the_rules_of_strict_structured_output(themes: Themes, name: str) -> None:
    root = export(name, strict=True, manifest=themes.get(None).manifest)
    assert root["type"] == "object"
    every = _schemas(root)
    for schema in every:
        assert set(schema) <= _KEYWORDS, schema
        if "$ref" in schema:
            assert set(schema) == {"$ref"}, "nothing may stand beside a reference"
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])
            assert schema["properties"]
    assert sum(len(schema.get("properties", {})) for schema in every) <= 5_000
    assert sum(len(schema.get("enum", [])) for schema in every) <= 1_000
    assert _depth(root, root) <= 10
    text = [word for schema in every for word in (*schema.get("properties", {}), *map(str, schema.get("enum", [])))]
    assert sum(map(len, [*text, *root["$defs"]])) <= 120_000
    sections = [root["$defs"][name] for name in root["$defs"] if name.startswith("SectionContent_")]
    assert all(next(iter(section["properties"])) == "type" for section in sections), "told apart by the first key"


WORDS = st.lists(st.sampled_from("kopi susu panas dari kebun sendiri tiap pagi".split()), min_size=1, max_size=3)  # noqa: SIM905
TEXT = WORDS.map(" ".join)
REAL = {
    "number": st.sampled_from(["0813-5550-0101", "081355500123", "+62 813 5550 0101"]),
    "phone": st.sampled_from(["022-555-0101", "(021) 5550101"]),
    "email": st.just("halo@example.com"),
    "src": st.just("/_media/a.webp"),
    "url": st.just("https://www.example.com/a"),
    "lat": st.floats(-90, 90),
    "lng": st.floats(-180, 180),
    "count": st.integers(1, 12),
}
"""What a schema cannot say and any writer knows: a number is a number, an address an address."""


def documents(schema: dict[str, Any], root: dict[str, Any], name: str = "") -> st.SearchStrategy[Any]:
    """Documents that the closed schema accepts."""
    if "$ref" in schema:
        return st.deferred(lambda: documents(root["$defs"][schema["$ref"].rpartition("/")[2]], root, name))
    if "anyOf" in schema:
        return st.one_of([documents(one, root, name) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return st.one_of([_of_type(kind, schema, root, name) for kind in kinds])


def _of_type(kind: str, schema: dict[str, Any], root: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
    if kind == "object":
        return st.fixed_dictionaries({key: documents(one, root, key) for key, one in schema["properties"].items()})
    if kind == "array":
        return st.lists(documents(schema["items"], root), min_size=schema.get("minItems", 0), max_size=2)
    if kind == "null":
        return st.none()
    if kind == "boolean":
        return st.booleans()
    if name in REAL and not (name == "url" and "pattern" in schema):
        return REAL[name]
    if kind in ("integer", "number"):
        return st.integers(1, 500).map(lambda thousand: thousand * 1000)
    if "pattern" in schema:
        return st.from_regex(
            re.compile(schema["pattern"], re.ASCII), fullmatch=True, alphabet=st.characters(codec="ascii")
        )
    return TEXT


MEANING = (
    r"needs provenance “owner”",  # whether a claim is true
    r"leads nowhere, or has no label",  # whether what a button leads to exists
    r"leads to a section that is not shown",
    r"nothing to show",  # whether a section has any content
    r"nothing stands on this page",
    r"a second \S+ (on one page|with this id)|a second section with this id",  # whether names are used once
    r"not a path of a page, reserved, or twice",
    r"no section with this id|no such page|not drawn|not among the template’s default sections",
    r"(not|no price) above the amount",  # how two values stand to each other
    r"overlap|needs open and close|not one opening time|needs a date|not a date",
    r"drawn as (ground|surface|band)",
    r"not one of default",  # a variant of another type
    r"more than \d+ buttons",
    r"too little reads on it",  # how a colour goes with another
    r"not a telephone number",
    r"a group without items",
    r"too little reads on it",  # a ground in the middle greys
    r"not another language|translates nothing|no page of the site|no section of this page|no free path",
)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_the_closed_schemas_describe_is_read_without_a_repair_of_form(themes: Themes, data: st.DataObject) -> None:
    columns = {}
    for name, column in COLUMNS.items():
        closed, accepted = _VALIDATORS[name]
        document = data.draw(_MADE[name])
        assert closed.is_valid(document)
        assert accepted.is_valid(document["components"] if name == "components" else document)
        columns[column] = json.dumps(document)
    site = read_site(themes, source(**columns))
    wrong = [repair for repair in site.repairs if not re.search("|".join(MEANING), repair.message)]
    assert wrong == []
    draw(site)


_MANIFEST = load_themes(settings_module.ROOT / "themes").get(None).manifest
_CLOSED = {name: export(name, strict=True, manifest=_MANIFEST) for name in COLUMNS}
_MADE = {name: documents(schema, schema) for name, schema in _CLOSED.items()}
_VALIDATORS = {name: (Draft202012Validator(_CLOSED[name]), validator(name, manifest=_MANIFEST)) for name in COLUMNS}


def _filled(schema: dict[str, Any], given: Any) -> Any:
    """`given` with null, or an empty list, for every property of the closed schema that it leaves out."""
    if "$ref" in schema:
        return _filled(_CLOSED["content"]["$defs"][schema["$ref"].rpartition("/")[2]], given)
    if isinstance(given, list):
        return [_filled(schema["items"], one) for one in given]
    if not isinstance(given, dict):
        return given
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if "$ref" in one]
        wanted = f"/SectionContent_{given.get('type')}"
        return _filled(next((one for one in kinds if one["$ref"].endswith(wanted)), kinds[0]), given)
    return {
        name: _filled(one, given[name]) if name in given else [] if one.get("type") == "array" else None
        for name, one in schema["properties"].items()
    }


def test_the_closed_form_holds_translations_and_what_the_owner_vouched_for(themes: Themes) -> None:
    document = _filled(
        _CLOSED["content"],
        {
            "language": "id",
            "site": {
                "name": "Kopi Senja",
                "contact": {},
                "payments": {"accepted": ["qris"], "qris": {"payload": None, "merchant": "Kopi Senja"}},
                "credentials": [{"kind": "halal", "number": "ID-1"}, {"kind": "nib", "number": "99"}],
            },
            "pages": [
                {"path": "/", "title": "Beranda", "sections": [{"type": "text", "id": "t", "text": "Halo"}]},
            ],
            "translations": [
                {
                    "language": "en",
                    "pages": [{"path": "/", "sections": [{"id": "t", "text": "Hello there"}]}],
                }
            ],
            "provenance": [
                {"pointer": "/site/credentials/0", "by": "owner"},
                {"pointer": "/site/payments/qris", "by": "owner"},
            ],
        },
    )
    assert list(_VALIDATORS["content"][0].iter_errors(document)) == []
    site = read_site(themes, source(generated_content=json.dumps(document)))
    assert [pair.value for pair in site.view.credentials] == ["ID-1"]
    assert site.view.payments == ("QRIS",)
    assert site.view.qris is not None
    assert site.view.qris.merchant == "Kopi Senja"
    assert "Hello there" in draw(site, "/en").text
    assert [repair.pointer for repair in site.repairs] == ["/generated_content/site/credentials/1"]


@pytest.mark.parametrize(
    ("stated", "vouched"),
    [
        ({"/site/credentials/0": "owner"}, True),
        ([{"pointer": "/site/credentials/0", "by": "owner"}], True),
        ([{"pointer": "/site", "by": "owner"}, {"pointer": "/site/credentials", "by": "generated"}], False),
        ([{"pointer": "/site/credentials/0"}], False), (["owner"], False), ("owner", False), (None, False),
        ({"/site/credentials/0": ["owner"]}, False),
    ],
)  # fmt: skip
def test_who_vouches_is_said_in_a_map_or_a_list(themes: Themes, stated: Any, vouched: bool) -> None:
    site = {"credentials": [{"kind": "halal", "number": "ID-1"}]}
    content = {"site": site, "provenance": stated}
    shown = read_site(themes, source(generated_content=json.dumps(content))).view.credentials
    assert bool(shown) == vouched
