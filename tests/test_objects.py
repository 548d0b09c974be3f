"""Folder and bucket: the same to whoever keeps files there."""

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from renderer.objects import Folder, Store, open_bucket, open_pictures
from renderer.settings import SettingsError, load
from tests.s3_server import SECRET, ObjectService, object_service

SITE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
async def service() -> AsyncIterator[ObjectService]:
    async with object_service() as service:
        yield service
        for store in OPENED:
            await store.aclose()
        OPENED.clear()


OPENED: list[Store] = []
"""Of the test that runs, to be closed after it."""


def opened(service: ObjectService, tmp_path: Path, **more: Any) -> Store:
    (tmp_path / "config.toml").touch()
    OPENED.append(open_pictures(load(tmp_path / "config.toml", {"store": {**service.settings, **more}})))
    return OPENED[-1]


Open = Callable[[ObjectService, Path], Store]


@pytest.mark.parametrize("open_one", [lambda _, path: Folder(path / "media"), opened], ids=["folder", "bucket"])
async def test_what_is_put_is_read_listed_and_erased(open_one: Open, service: ObjectService, tmp_path: Path) -> None:
    store = open_one(service, tmp_path)
    places = [f"{site}/{uuid4()}" for site in (SITE, SITE, OTHER)]
    body = bytes(range(256)) * 5_000
    for place in places:
        for name in ("0", "320.webp", "320.avif", "1280.jpg", "64.png"):
            await store.put(f"{place}/{name}", body + name.encode())
    await store.put(f"{places[0]}/0", b"")
    assert await store.get(f"{places[0]}/0") == b""
    assert await store.get(f"{places[1]}/320.webp") == body + b"320.webp"
    for nothing in (f"{places[0]}/1", f"{SITE}/{uuid4()}/0", f"{places[0]}/01"):
        assert await store.get(nothing) is None
    found = {item.key: item async for item in store.items()}
    assert len(found) == 15
    assert found[f"{places[1]}/0"].size == len(body) + 1
    assert abs(found[f"{places[1]}/0"].changed - time.time()) < 60
    assert {item.place async for item in store.items(str(SITE))} == set(places[:2])
    await store.erase(places[0])
    await store.erase(places[0])
    assert {item.place async for item in store.items()} == set(places[1:])
    for odd in (
        "",
        "..",
        "../x",
        "/etc/passwd",
        f"{SITE}/../../x",
        f"{places[0]}/a.svg",
        f"{places[0]}/0?x",
        f"{SITE}",
    ):
        with pytest.raises(ValueError, match="no key"):
            await store.get(odd)
        with pytest.raises(ValueError, match="no key"):
            await store.put(odd, b"")
        with pytest.raises(ValueError, match="no key"):
            await store.erase(odd)
    assert service.refused == []


async def test_a_prefix_and_what_others_keep_there_are_apart(service: ObjectService, tmp_path: Path) -> None:
    store, place = opened(service, tmp_path, prefix="/one/two/"), f"{SITE}/{uuid4()}"
    leads = open_bucket(load(tmp_path / "config.toml", {"store": {**service.settings, "prefix": "one/two"}}), "leads")
    assert leads is not None
    OPENED.append(leads)
    await leads.put(f"{place}/0", b"sealed")
    await store.put(f"{place}/0", b"x")
    service.objects["one/two/media/readme.txt"] = service.objects[f"one/two/media/{place}/0"]
    assert service.below("") == [
        f"one/two/leads/{place}/0", f"one/two/media/{place}/0", "one/two/media/readme.txt",
    ]  # fmt: skip
    assert [item.key async for item in store.items()] == [f"{place}/0"]
    await store.erase(place)
    assert [item.key async for item in leads.items()] == [f"{place}/0"]


async def test_the_environment_changes_nothing(
    service: ObjectService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_SESSION_TOKEN": "token",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_UNSIGNED_PAYLOAD": "true",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_REGION": "eu-west-1",
        "AWS_BUCKET": "other",
        "AWS_S3_EXPRESS": "true",
        "AWS_ROLE_ARN": "arn:x",
    }.items():
        monkeypatch.setenv(name, value)
    store, key = opened(service, tmp_path), f"{SITE}/{uuid4()}/0"
    await store.put(key, b"x")
    assert await store.get(key) == b"x"
    assert service.refused == []


async def test_a_service_that_is_away_is_said_in_time_and_left_alone(
    service: ObjectService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renderer.objects import bucket

    place = f"{SITE}/{uuid4()}"
    service.mode = "down"
    store = opened(service, tmp_path)
    with pytest.raises(OSError, match="away") as told:
        await store.put(f"{place}/0", b"x")
    assert SECRET not in str(told.value)
    service.mode = "up"
    for ask in (store.get(f"{place}/0"), store.erase(place), store.put(f"{place}/0", b"x")):
        with pytest.raises(OSError, match="away"):
            await ask
    assert service.asked == []
    monkeypatch.setattr(bucket, "REST_SECONDS", 0.0)
    for wrong in ({"secret": "other"}, {"key_id": "other"}, {"bucket": "other"}):
        with pytest.raises(OSError, match=r"away|no such bucket"):
            await opened(service, tmp_path, **wrong).put(f"{place}/0", b"x")
    assert service.refused == ["SignatureDoesNotMatch", "InvalidAccessKeyId"]
    monkeypatch.setattr(bucket, "LONGEST_SECONDS", 0.2)
    service.mode = "slow"
    with pytest.raises(OSError, match="away"):
        await opened(service, tmp_path).get(f"{place}/0")
    assert service.objects == {}


def test_a_bucket_needs_its_key(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.touch()
    key = {"bucket": "one", "key_id": "k"}
    (tmp_path / "secret").write_text("rahasia\n")
    assert load(config, {"store": {**key, "secret_file": "secret"}}).store_secret == "rahasia"
    for wrong in (
        {"bucket": "one"},
        key,
        {"bucket": "one", "secret": "s"},
        {**key, "secret_file": "nowhere"},
        {**key, "secret": "s", "endpoint": "s3.example"},
        {**key, "secret": "s", "endpoint": "https://s3.example/path"},
        {**key, "secret": "s", "prefix": "../x"},
        {**key, "secret": "a\nb"},
        {"bucket": "a/b", "key_id": "k", "secret": "s"},
    ):
        with pytest.raises(SettingsError, match=r"store"):
            load(config, {"store": wrong})
