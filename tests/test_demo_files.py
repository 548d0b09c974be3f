"""What the files of the demo sites say."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from renderer.demo.files import DemoFile, DemoFileError, read_files
from renderer.settings import ROOT
from renderer.themes.text.phone import read_phone

FILES = read_files()
each_file = pytest.mark.parametrize("file", FILES, ids=[file.website.subdomain for file in FILES])


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, item
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def sections(file: DemoFile) -> dict[str, dict[str, Any]]:
    pages = file.website.generated_content["pages"]
    return {section["id"]: {**section, "page": page["path"]} for page in pages for section in page["sections"]}


def words(node: Any) -> int:
    return sum(len(text.split()) for key, text in walk(node) if key == "text" and isinstance(text, str))


def test_there_are_six_sites_and_most_speak_indonesian() -> None:
    languages = [file.website.generated_content["language"] for file in FILES]
    assert len(languages) == 6
    assert languages.count("id") >= 4
    assert "en" in languages
    assert any("translations" in file.website.generated_content for file in FILES)
    assert any(len(file.website.generated_content["pages"]) > 1 for file in FILES)


@each_file
def test_every_section_stands_once_and_every_component_has_its_section(file: DemoFile) -> None:
    listed = [section["id"] for page in file.website.generated_content["pages"] for section in page["sections"]]
    components = file.website.components_config
    assert len(listed) == len(set(listed))
    assert [component["id"] for component in components] == listed
    for component in components:
        section = sections(file)[component["id"]]
        assert (component["type"], component["page"]) == (section["type"], section["page"])
        named = [item for group in section.get("groups", []) for item in group["items"]] + section.get("items", [])
        assert len({item["id"] for item in named}) == len(named)
    assert len(listed) >= 8
    assert len({component["type"] for component in components}) >= 8


@each_file
def test_actions_lead_to_pages_and_sections_that_exist(file: DemoFile) -> None:
    content = file.website.generated_content
    paths = {page["path"] for page in content["pages"]}
    for key, target in walk(content):
        if key != "to" or not isinstance(target, dict):
            continue
        if target["kind"] == "section":
            assert target["id"] in sections(file)
        elif target["kind"] == "page":
            assert target["path"] in paths
            assert target.get("section") is None or sections(file)[target["section"]]["page"] == target["path"]
        else:
            assert target["kind"] in {"whatsapp", "phone", "map", "email", "url"}


@each_file
def test_provenance_names_sections_that_exist_and_covers_what_may_not_be_invented(file: DemoFile) -> None:
    provenance = file.website.generated_content["provenance"]
    for section in sections(file).values():
        if section["type"] in {"testimonials", "statistics"}:
            page = section["page"].replace("~", "~0").replace("/", "~1")
            assert provenance[f"/pages/{page}/sections/{section['id']}"] == "owner"
    named = [pointer.rsplit("/", 1)[1] for pointer in provenance if pointer.startswith("/pages/")]
    assert set(named) <= set(sections(file))


@each_file
def test_prices_are_whole_rupiah_a_small_business_would_ask(file: DemoFile) -> None:
    prices = [value for key, value in walk(file.website.generated_content) if key == "price"]
    assert len(prices) >= 4
    for price in prices:
        amounts = [price[key] for key in ("amount", "max", "was") if price.get(key) is not None]
        assert all(isinstance(amount, int) and amount % 1000 == 0 for amount in amounts)
        assert all(5_000 <= amount <= 30_000_000 for amount in amounts)
        assert min(amounts) == price["amount"]


@each_file
def test_telephone_numbers_are_valid_in_form_and_plainly_made_up(file: DemoFile) -> None:
    site = file.website.generated_content["site"]
    for number in (file.owner.phone, site["contact"]["whatsapp"]["number"]):
        assert "-5550-01" in number
        assert read_phone(number) is not None
    for key, number in walk(site):
        if key == "phone":
            assert re.fullmatch(r"0\d{2,3}-555-?0?1\d{2}", number)
            assert read_phone(number) is not None
    assert file.owner.email.endswith(".example")
    assert site["contact"]["email"].endswith(".example")


@each_file
def test_nothing_is_fetched_from_elsewhere(file: DemoFile) -> None:
    for key, value in walk([file.website.generated_content, *(post.content for post in file.posts)]):
        assert key not in {"src", "favicon_url", "og_image_url"} or not str(value).startswith(("http:", "https:", "//"))
        assert value != "image"


@each_file
def test_posts_are_worth_reading_and_their_labels_exist(file: DemoFile) -> None:
    published = [post for post in file.posts if post.status == "published" and (post.days_ago or 0) >= 0]
    assert len(published) >= 3
    assert len({post.slug for post in file.posts}) == len(file.posts)
    for post in published:
        assert 240 <= words(post.content) <= 750, post.slug
        assert {node["type"] for node in post.content["content"]} >= {"heading", "paragraph"}
        assert 40 <= len(post.excerpt) <= 180
    for post in file.posts:
        assert set(post.categories) <= {category.slug for category in file.categories}
        assert set(post.tags) <= {tag.slug for tag in file.tags}
        assert (post.days_ago is None) == (post.status == "draft")
    slugs = {post.slug for post in published}
    for key, value in walk([post.content for post in published]):
        if key == "href" and value.startswith("/blog/"):
            assert value.removeprefix("/blog/") in slugs


def test_some_posts_are_drafts_and_some_are_scheduled() -> None:
    posts = [post for file in FILES for post in file.posts]
    assert any(post.status == "draft" for post in posts)
    assert any(post.days_ago is not None and post.days_ago < 0 for post in posts)


def test_a_mistake_in_a_file_is_named(tmp_path: Any) -> None:
    good = json.loads((ROOT / "demo" / "sites" / "kopi-senja.json").read_text())
    good["website"]["subdomian"] = "x"
    (tmp_path / "kopi-senja.json").write_text(json.dumps(good))
    with pytest.raises(DemoFileError, match=r"kopi-senja\.json: website\.subdomian"):
        read_files(tmp_path)
