"""The gate's pure parts: hashes of any writer, the queue, and where the form leads."""

import asyncio
from uuid import UUID, uuid4

import bcrypt
import pytest
from argon2.low_level import Type, hash_secret
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.gate.checker import PLACES, PLACES_OF_A_SITE, PasswordChecker
from renderer.gate.next_path import MAX_PATH, safe_next
from renderer.gate.passwords import check_password, fault_of, hash_password

RIGHT = "kopi sënja ☕".encode()
SITE = UUID(int=1)


def argon2(password: bytes, *, memory: int = 64, passes: int = 1, lanes: int = 1, variant: Type = Type.ID) -> str:
    return hash_secret(password, b"0123456789abcdef", passes, memory, lanes, 32, variant).decode()


# Hashes


def test_our_own_hash_knows_its_password_and_is_not_replaced() -> None:
    stored = hash_password(RIGHT)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password(stored, RIGHT).matches
    assert check_password(stored, RIGHT).replacement is None
    assert not check_password(stored, RIGHT + b" ").matches


@pytest.mark.parametrize("variant", [Type.ID, Type.I, Type.D])
def test_a_weaker_argon2_of_any_variant_is_accepted_and_replaced(variant: Type) -> None:
    stored = argon2(RIGHT, variant=variant)
    verdict = check_password(stored, RIGHT)
    assert verdict.matches
    assert verdict.replacement is not None
    assert check_password(verdict.replacement, RIGHT).matches
    wrong = check_password(stored, b"wrong")
    assert (wrong.matches, wrong.replacement) == (False, None)


def test_a_stronger_argon2id_stays() -> None:
    assert check_password(argon2(RIGHT, memory=65_536, passes=1), RIGHT).replacement is None


def test_argon2_of_before_version_19_is_accepted_and_replaced() -> None:
    old = hash_secret(RIGHT, b"0123456789abcdef", 1, 19_456 * 2, 1, 32, Type.ID, version=16).decode()
    for stored in (old, old.replace("v=16$", "")):
        verdict = check_password(stored, RIGHT)
        assert verdict.matches
        assert verdict.replacement


@pytest.mark.parametrize("prefix", [b"2a", b"2b", b"2y"])
def test_bcrypt_of_other_writers_is_accepted_and_replaced(prefix: bytes) -> None:
    stored = bcrypt.hashpw(RIGHT, bcrypt.gensalt(4)).replace(b"$2b$", b"$" + prefix + b"$").decode()
    verdict = check_password(stored, RIGHT)
    assert verdict.matches
    assert verdict.replacement is not None
    assert verdict.replacement.startswith("$argon2id$")
    assert not check_password(stored, b"wrong").matches


def test_a_password_that_bcrypt_cut_is_right_by_its_beginning_and_never_hashed_anew() -> None:
    long = b"x" * 70 + b"rest that nobody checks"
    stored = bcrypt.hashpw(long[:72], bcrypt.gensalt(4)).decode()
    for password in (long, long[:72] + b"typed otherwise"):
        verdict = check_password(stored, password)
        assert verdict.matches
        assert verdict.replacement is None
    assert check_password(stored, long[:72]).replacement
    assert not check_password(stored, long[:71]).matches


# Salt and hash, for other prices.
TAIL = "$" + argon2(RIGHT).split("$", 4)[4]


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "",
        "rahasia",
        " " + argon2(RIGHT),
        argon2(RIGHT) + "\n",
        f"$argon2id$v=19$m=1048576,t=1,p=1{TAIL}",
        f"$argon2id$v=19$m=4294967295,t=4294967295,p=255{TAIL}",
        f"$argon2id$v=19$m=99999999999999999999,t=1,p=1{TAIL}",
        f"$argon2id$v=19$m=64,t=17,p=1{TAIL}",
        f"$argon2id$v=19$m=131072,t=5,p=1{TAIL}",
        f"$argon2id$v=19$m=64,t=1,p=9{TAIL}",
        f"$argon2id$v=19$m=0,t=1,p=1{TAIL}",
        f"$argon2id$v=19$m=1,t=1,p=8{TAIL}",
        f"$argon2id$v=19$m=-64,t=1,p=1{TAIL}",
        f"$argon2id$v=19$m=٦٤,t=1,p=1{TAIL}",
        f"$argon2id$v=20$m=64,t=1,p=1{TAIL}",
        f"$argon2x$v=19$m=64,t=1,p=1{TAIL}",
        "$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$AAAAAA",
        "$argon2id$v=19$m=64,t=1,p=1$AAAA$" + "A" * 43,
        "$argon2id$v=19$m=64,t=1,p=1$" + "A" * 22 + "$" + "A" * 150,
        "$argon2id$v=19$m=64,t=1,p=1$" + "A" * 21 + "$" + "A" * 43,
        "$2b$31$" + "." * 53,
        "$2b$15$" + "." * 53,
        "$2b$03$" + "." * 53,
        "$2x$04$" + "." * 53,
        "$2b$04$" + "." * 52,
        "$2b$04$" + "é" * 53,
        "$1$salt$hash",
        "$pbkdf2-sha256$1000000000$AAAA$AAAA",
    ],
)
def test_a_hash_that_is_no_hash_or_asks_too_much_lets_nobody_in_and_says_why(stored: str | None) -> None:
    verdict = check_password(stored, RIGHT)
    assert not verdict.matches
    assert verdict.fault
    if stored:
        assert stored.strip() not in verdict.fault
        assert TAIL not in verdict.fault


def test_the_costs_that_common_writers_ask_for_are_paid() -> None:
    for cost in ("m=65536,t=4,p=1", "m=65536,t=3,p=4", "m=19456,t=2,p=1", "m=47104,t=1,p=1"):
        assert fault_of(f"$argon2id$v=19${cost}{TAIL}") is None
    assert fault_of("$2y$12$" + "." * 53) is None


BASE64 = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", max_size=90)


@settings(max_examples=40)
@given(st.text() | st.tuples(BASE64, BASE64), st.binary(max_size=300))
def test_no_stored_text_raises_or_lets_anybody_in(stored: str | tuple[str, str], password: bytes) -> None:
    text = stored if isinstance(stored, str) else f"$argon2id$v=19$m=64,t=1,p=1${stored[0]}${stored[1]}"
    assert not check_password(text, password).matches


def test_a_password_of_257_bytes_is_wrong_whatever_it_is() -> None:
    assert check_password(argon2(b"x" * 256), b"x" * 256).matches
    assert not check_password(argon2(b"x" * 257), b"x" * 257).matches


# The queue


async def test_a_full_queue_says_so_at_once_and_is_free_again_afterwards() -> None:
    checker = PasswordChecker()
    stored = hash_password(RIGHT)
    try:
        sites = [UUID(int=number % 4) for number in range(PLACES + 10)]
        verdicts = await asyncio.gather(*(checker.check(site, stored, RIGHT) for site in sites))
        assert sum(verdict is not None for verdict in verdicts) == PLACES
        assert await checker.check(SITE, stored, RIGHT)
    finally:
        checker.close()
    assert await checker.check(SITE, stored, RIGHT) is None


async def test_one_site_cannot_take_all_places() -> None:
    checker = PasswordChecker()
    stored = hash_password(RIGHT)
    try:
        many = [checker.check(SITE, stored, b"wrong") for _ in range(PLACES)]
        *crowd, other = await asyncio.gather(*many, checker.check(uuid4(), stored, RIGHT))
        assert sum(verdict is not None for verdict in crowd) == PLACES_OF_A_SITE
        assert other is not None
        assert other.matches
    finally:
        checker.close()


async def test_a_visitor_who_leaves_gives_the_place_back_when_the_thread_is_done() -> None:
    checker = PasswordChecker()
    stored = hash_password(RIGHT)
    try:
        for _ in range(3):
            tasks = [asyncio.create_task(checker.check(SITE, stored, RIGHT)) for _ in range(PLACES_OF_A_SITE)]
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            while checker._taken.total():
                await asyncio.sleep(0.01)
        assert await checker.check(SITE, stored, RIGHT)
    finally:
        checker.close()


# Where the form leads


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/menu",
        "/menu?a=1&b=%2F%2Fevil.test",
        "/blog/kopi-%C3%A9?u=https://evil.test/x//y",
        "/a:b@c",
        "/menu#top",
        "/%5C%5Cevil.test",
        "/~a'b(c)*!;,=",
        "/_password/x",
    ],
)
def test_a_path_of_the_site_is_kept_as_it_is(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "menu",
        "//evil.test",
        "///evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "/\r\nSet-Cookie: a=b",
        "\t//evil.test",
        " /menu",
        "/menu ",
        "/\x00",
        "/\x7f",
        "/\x85/evil.test",
        "/\u2028/evil.test",
        "/é",
        "/\ud800",
        "https://evil.test/",
        "https:/evil.test",
        "javascript:alert(1)",
        "data:text/html,x",
        "//user@evil.test",
        "/.//evil.test",
        "/a/..//evil.test",
        "/x//evil.test",
        "?next=//evil.test",
        "#",
        "*",
        "/_password",
        "/_password?x",
        "/" + "a" * 2048,
    ],
)
def test_anything_else_is_the_home_page(target: str) -> None:
    assert safe_next(target) == "/"


def test_a_path_too_long_for_a_header_is_the_home_page() -> None:
    longest = f"/{'a' * (MAX_PATH - 1)}"
    assert (safe_next(longest), safe_next(f"{longest}a")) == (longest, "/")


@given(st.text())
def test_what_comes_out_is_always_a_printable_absolute_path(raw: str) -> None:
    for target in (safe_next(raw), safe_next("/" + raw)):
        assert target.startswith("/")
        assert not target.startswith(("//", "/\\"))
        assert target.isascii()
        assert target.isprintable()
