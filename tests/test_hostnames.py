import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renderer.hostnames import InvalidHost, normalise_host, shown_host


@pytest.mark.parametrize(
    ("raw", "host"),
    [
        ("Kopi.LOCALHOST:8080", "kopi.localhost"),
        ("kopi.example.", "kopi.example"),
        ("kopi.example.:80", "kopi.example"),
        ("kopi.example:", "kopi.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("kopi\u3002example", "kopi.example"),
        ("ⓚopi.example", "kopi.example"),
        ("r3---sn.example", "r3---sn.example"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]:8080", "[::1]"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_a_host_has_one_form(raw: str, host: str) -> None:
    assert normalise_host(raw) == host


@pytest.mark.parametrize(
    "raw",
    [
        *("", ".", "..", ":80", "a..b", ".a", "-a.example", "a-.example", "a_b.example", "a b.example"),
        *("user@kopi.example", "kopi.example/x", "kopi.example\\x", "ko%70i.example", "kopi.example?", "kopi.example#"),
        *("kopi.example:80:80", "kopi.example:x", "kopi.example:65536", "kopi.example:８０", "kopi.example:-1"),
        *("[::1", "[::1]x", "[::1]:x", "[fe80::1%25eth0]", "[v1.a]", "::1", "[1.2.3.4]"),
        *("xn--", "xn--.example", "xn--a.example", "xn--zzzzzzz99999.example", "kopi\x00.example", "kopi\n.example"),
        *(
            f"{'a' * 64}.example",
            ".".join(["a" * 60] * 5),
            "a" * 5000,
            "ü" * 5000,
            "\ud800.example",
            "kopi\u202e.example",
        ),
        *(
            "kopi,lain.example",
            "kopi.example, lain.example",
            "http://kopi.example",
            "*.example",
            "\u00ad",
            "a\u200d.example",
        ),
    ],
)
def test_an_invalid_host_is_rejected_and_not_repaired(raw: str) -> None:
    with pytest.raises(InvalidHost):
        normalise_host(raw)


HOSTLIKE = st.text(st.sampled_from("aZ09-._:[]%@xn--üßΣ。ｅİıK\u200d\u0307٣۳"), max_size=30)


@given(st.text(max_size=80) | HOSTLIKE | st.builds(lambda a, b: f"xn--{a}.{b}", HOSTLIKE, HOSTLIKE))
@example("faß.example")
@example("xn--fa-hia.example")
@example("[::ffff:1.2.3.4]")
def test_normalising_twice_changes_nothing(raw: str) -> None:
    try:
        host = normalise_host(raw)
    except InvalidHost:
        return
    assert normalise_host(host) == host
    assert host.isascii()
    assert host == host.lower()
    assert len(host) <= 253
    assert all(1 <= len(label) <= 63 for label in host.split(".")) or host.startswith("[")


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("kopi.example", "kopi.example"),
        ("xn--kpi-sna.example", "köpi.example"),
        ("www.xn--e1ajmy.example", "www.кофе.example"),
        ("xn--fiq228c.example", "中文.example"),
        ("xn--dmin-43d.example", "xn--dmin-43d.example"),  # \u0430dmin: one letter of another script
        ("xn--pple-43d.xn--kpi-sna.test", "xn--pple-43d.köpi.test"),
        ("xn--a-ecp.example", "xn--a-ecp.example"),  # no name at all
        ("[::1]", "[::1]"),
    ],
)
def test_people_read_letters_where_no_scripts_are_mixed(host: str, shown: str) -> None:
    assert shown_host(host) == shown
