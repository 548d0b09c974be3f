"""The keyring: what it derives, what its tokens are worth, and how its file is kept."""

import copy
import logging
import os
import pickle
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from renderer.keyring import (
    Keyring,
    KeyringError,
    add_key,
    load_keyring,
    load_or_create,
    new_inline,
    promote_key,
    read_keyring,
    remove_key,
    rotate,
)
from renderer.keyring import ring as ring_module

HOUR = timedelta(hours=1)
RING = Keyring.generate()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring"


def secret_of(path: Path, number: int = 0) -> str:
    return [line for line in path.read_text().splitlines() if line.startswith("secret")][number].split('"')[1]


# What is derived


def test_a_subkey_is_hkdf_sha256_over_the_length_prefixed_purpose_and_context() -> None:
    ring = Keyring.parse_inline("k:" + "QUFB" * 11)  # 33 times "A"
    info = b"\0\0\0\x09tapsite/1\0\0\0\x04gate\0\0\0\x02ab"
    assert ring.subkey("gate", context=("ab",)) == HKDF(SHA256(), 32, None, info).derive(b"A" * 33)


def test_subkeys_differ_by_purpose_context_key_and_split_of_the_context() -> None:
    other = Keyring.generate()
    keys = [
        RING.subkey("gate"),
        RING.subkey("preview"),
        RING.subkey("gate", context=("a", "bc")),
        RING.subkey("gate", context=("ab", "c")),
        RING.subkey("gate", context=("abc",)),
        other.subkey("gate"),
    ]
    assert len(set(keys)) == len(keys)
    assert RING.subkey("gate") == keys[0]
    assert len(RING.subkey("spool", length=64)) == 64


def test_a_purpose_nobody_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="gaet"):
        RING.subkey("gaet")  # type: ignore[arg-type]


def test_a_key_that_was_removed_derives_nothing() -> None:
    with pytest.raises(KeyError):
        RING.subkey("day-keys", key_id="20200101-gone")


# Tokens


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_a_token_gives_back_its_payload_and_is_safe_in_cookies_and_urls(payload: object) -> None:
    signer = RING.signer("session", "site", "audience")
    token = signer.sign(payload)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    if len(token) <= ring_module.MAX_TOKEN_CHARS:
        assert signer.verify(token, max_age=HOUR) == payload


def test_a_token_of_another_purpose_site_audience_or_ring_is_nothing() -> None:
    token = RING.signer("preview", "site-a", "visitor").sign(1)
    strangers = [
        RING.signer("gate", "site-a", "visitor"),
        RING.signer("preview", "site-b", "visitor"),
        RING.signer("preview", "site-a", "owner"),
        RING.signer("preview", "site-a"),
        RING.signer("preview", "site-avisitor"),
        Keyring.generate().signer("preview", "site-a", "visitor"),
    ]
    assert [signer.verify(token, max_age=HOUR) for signer in strangers] == [None] * len(strangers)


def test_a_token_changed_in_any_character_is_nothing() -> None:
    signer = RING.signer("gate", "site")
    token = signer.sign({"v": 1})
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        # The last character of base64 may carry unused bits: another spelling of the same bytes is the same token.
        if place + 1 not in (len(token), token.index("."), token.rindex(".")):
            assert signer.verify(changed, max_age=HOUR) is None


@given(st.text())
def test_rubbish_is_nothing_and_never_an_error(rubbish: str) -> None:
    signer = RING.signer("gate")
    assert signer.verify(rubbish, max_age=HOUR) is None
    for junk in ("x", "=", "=x", "=\n"):
        assert signer.verify(signer.sign(1) + rubbish + junk, max_age=HOUR) is None


@pytest.mark.parametrize(
    "token", [None, "", ".", "..", "a.b.c", "x" * 100_000, "é.é.é", "\ud800", "W10.AAAA.AAAA", "\0"]
)
def test_malformed_tokens_are_nothing(token: str | None) -> None:
    assert RING.signer("gate").verify(token, max_age=HOUR) is None


def test_an_expired_token_is_nothing() -> None:
    signer = RING.signer("gate")
    assert signer.verify(signer.sign(1), max_age=timedelta(seconds=-1)) is None


def test_a_token_of_a_machine_whose_clock_is_slightly_ahead_counts_and_one_of_next_year_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signer = RING.signer("gate")
    now = signer._serializer.make_signer("tapsite").get_timestamp()
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda self: now + 20)
    assert signer.verify(signer.sign(1), max_age=HOUR) == 1
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda self: now + 365 * 86400)
    assert signer.verify(signer.sign(1), max_age=HOUR) is None


# Rotation


def test_after_a_rotation_old_tokens_verify_until_their_key_is_removed(path: Path) -> None:
    old = load_or_create(path)
    token = old.signer("gate").sign("mine")
    new_id = rotate(path).id
    ring = read_keyring(path)
    assert ring.primary_id == new_id != old.primary_id
    assert ring.signer("gate").verify(token, max_age=HOUR) == "mine"
    assert old.signer("gate").verify(ring.signer("gate").sign("new"), max_age=HOUR) is None
    assert ring.subkey("spool", key_id=old.primary_id) == old.subkey("spool")
    remove_key(path, old.primary_id)
    assert read_keyring(path).signer("gate").verify(token, max_age=HOUR) is None


def test_a_key_can_be_made_known_to_all_before_it_signs(path: Path) -> None:
    first = load_or_create(path).primary_id
    added = add_key(path)
    both = read_keyring(path)
    assert not added.primary
    assert both.primary_id == first
    promote_key(path, added.id)
    assert both.signer("gate").verify(read_keyring(path).signer("gate").sign(1), max_age=HOUR) == 1


def test_a_list_of_keys_tells_ids_and_dates_the_primary_first_and_no_secret(path: Path) -> None:
    first = rotate(path)
    second = rotate(path)
    infos = read_keyring(path).describe()
    assert [(info.id, info.primary) for info in infos] == [(second.id, True), (first.id, False)]
    assert all(info.created_at is not None for info in infos)
    assert secret_of(path) not in repr(infos)


def test_the_primary_key_and_an_unknown_one_cannot_be_removed(path: Path) -> None:
    primary = rotate(path).id
    with pytest.raises(KeyringError, match="promote"):
        remove_key(path, primary)
    with pytest.raises(KeyringError, match=f"nobody.*{primary}"):
        remove_key(path, "nobody")
    with pytest.raises(KeyringError, match="nobody"):
        promote_key(path, "nobody")


# The file


def test_a_made_file_and_its_folder_are_closed_to_others_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        load_or_create(path)
        rotate(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file away")
@pytest.mark.parametrize(("owner", "group", "mode"), [(12_345, 12_345, 0o600), (0, 12_345, 0o640)])
def test_who_could_read_the_file_still_can_after_root_changed_it(path: Path, owner: int, group: int, mode: int) -> None:
    rotate(path)
    os.chown(path, owner, group)
    path.chmod(mode)
    rotate(path)
    state = path.stat()
    assert (state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)) == (owner, group, mode)
    assert len(read_keyring(path).key_ids) == 2


def test_opening_twice_gives_the_same_ring(path: Path) -> None:
    assert load_or_create(path).subkey("gate") == load_or_create(path).subkey("gate")


def test_processes_that_start_at_once_agree_on_one_ring(path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(load_or_create(path).subkey("gate"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1


def test_rotations_at_once_lose_no_key(path: Path) -> None:
    threads = [threading.Thread(target=rotate, args=(path,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_keyring(path).key_ids) == 8


def test_a_missing_file_is_an_error_where_none_may_be_made(path: Path) -> None:
    with pytest.raises(KeyringError, match=r"keys/keyring: cannot be read"):
        load_keyring(path)
    assert not path.exists()


def test_a_link_to_a_keyring_is_followed_and_stays_a_link(path: Path, tmp_path: Path) -> None:
    rotate(path)
    link = tmp_path / "link"
    link.symlink_to(path)
    rotate(link)
    assert link.is_symlink()
    assert len(read_keyring(path).key_ids) == 2


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620, 0o666, 0o601])
def test_a_file_others_can_get_at_is_refused_with_its_mode_and_the_remedy(path: Path, mode: int) -> None:
    rotate(path)
    path.chmod(mode)
    with pytest.raises(KeyringError, match=f"{mode:04o}.*chmod 600") as caught:
        read_keyring(path)
    assert secret_of(path) not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of root's")
def test_a_mounted_secret_of_roots_may_be_readable_by_its_group(path: Path) -> None:
    rotate(path)
    path.chmod(0o440)
    assert read_keyring(path).key_ids


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "format"),
        ("not toml = = secret", "not valid TOML"),
        ("\udcff", "not valid TOML"),
        ("format = 2\n", "unknown format 2"),
        ("format = true\n", "unknown format"),
        ('format = 1\nprimary = "a"\n', r"\[\[key\]\]"),
        ('format = 1\nprimary = "a"\nkey = []\n', r"\[\[key\]\]"),
        ('format = 1\nprimary = "a"\nkey = ["a"]\n', "key 1"),
        ('format = 1\nprimary = "a"\nmore = 1\n[[key]]\nid = "a"\n', "nothing else"),
        ('format = 1\nprimary = "a"\n[[key]]\nid = "a"\ncreated_at = 1\nsecret = "AA"\n', "created_at"),
        ('format = 1\nprimary = "a"\n[[key]]\nid = "a"\ncreated_at = 2026-01-01T00:00:00Z\nsecret = "AA"\n', "shorter"),
        (
            'format = 1\nprimary = "a"\n[[key]]\nid = "a"\ncreated_at = 2026-01-01T00:00:00Z\nsecret = "$"\n',
            "base64url",
        ),
        ('format = 1\nprimary = "a"\n[[key]]\nid = 7\ncreated_at = 2026-01-01T00:00:00Z\nsecret = "AA"\n', "key id"),
        (
            f'format = 1\nprimary = "b"\n[[key]]\nid = "a"\ncreated_at = 2026-01-01T00:00:00Z\nsecret = "{"A" * 44}"\n',
            "primary",
        ),
        ("#" * 70_000, "larger"),
    ],
)
def test_a_malformed_file_is_refused_in_words(path: Path, content: str, word: str) -> None:
    path.parent.mkdir()
    path.touch(mode=0o600)
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(KeyringError, match=word) as caught:
        read_keyring(path)
    assert str(path) in str(caught.value)


def test_a_folder_and_a_pipe_are_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for place in (pipe, tmp_path):
        with pytest.raises(KeyringError, match="not a regular file"):
            read_keyring(place)


def test_a_malformed_file_is_not_overwritten_by_a_rotation(path: Path) -> None:
    path.parent.mkdir()
    path.touch(mode=0o600)
    path.write_text("format = 9\n")
    with pytest.raises(KeyringError, match="unknown format"):
        rotate(path)
    assert path.read_text() == "format = 9\n"


# The environment


def test_keys_of_the_environment_come_before_the_file_and_the_first_signs(path: Path) -> None:
    first, second = new_inline(), new_inline()
    ring = load_keyring(path, f" {first} , {second} \n")
    assert ring.primary_id == first.split(":")[0]
    assert not path.exists()
    token = Keyring.parse_inline(second).signer("gate").sign(1)
    assert ring.signer("gate").verify(token, max_age=HOUR) == 1


@pytest.mark.parametrize("text", ["hunter2hunter2", "a:hunter2", "A b:" + "A" * 44, ",", "a:" + "A" * 44 + ",", "a:é"])
def test_a_malformed_environment_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyringError) as caught:
        Keyring.parse_inline(text)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None or "hunter2" not in str(caught.value.__context__)


def test_two_keys_of_one_id_are_refused() -> None:
    with pytest.raises(KeyringError, match="same id"):
        Keyring.parse_inline(f"{new_inline()},k:{'A' * 44},k:{'B' * 44}")


# Silence


def test_nothing_of_a_ring_shows_its_secrets(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rotate(path)
    secret = secret_of(path)
    ring = read_keyring(path)
    signer, key = ring.signer("gate"), ring.all_keys[0]
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r %s", ring, signer, [key])
    raw = ring_module.decode_secret(secret, "")
    for shown in (repr(ring), str(ring), f"{ring}", repr(signer), repr(key), str([key]), caplog.text):
        assert secret not in shown
        assert repr(raw)[2:-1] not in shown


def test_rings_keys_and_signers_are_not_pickled_or_copied() -> None:
    for thing in (RING, RING.all_keys[0], RING.signer("gate")):
        assert not hasattr(thing, "__dict__")
        for take in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="not pickled"):
                take(thing)
