from ipaddress import ip_network

import pytest

from renderer.edge.client_address import Client, find_client

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def client(peer: str | None, *forwarded: str, proto: tuple[str, ...] = (), trust_unix: bool = False) -> Client:
    return find_client(peer, forwarded, proto, trusted=PROXIES, trust_unix=trust_unix, scheme="http")


def test_no_forwarded_header_counts_from_a_stranger() -> None:
    assert client("203.0.113.9", "198.51.100.1", proto=("https",)) == Client("203.0.113.9", "http")


def test_the_client_is_the_rightmost_hop_that_is_no_proxy() -> None:
    assert client("10.0.0.1", "198.51.100.66, 198.51.100.1, 10.0.0.2").address == "198.51.100.1"


def test_several_header_lines_are_one_chain() -> None:
    assert client("10.0.0.1", "198.51.100.66", "198.51.100.1", "10.0.0.2").address == "198.51.100.1"


def test_a_hop_that_is_no_address_ends_the_chain() -> None:
    assert client("10.0.0.1", "198.51.100.1, unknown, 10.0.0.2").address == "10.0.0.2"


@pytest.mark.parametrize("hop", ["198.51.100.1:4711", "[2001:db8::1]:4711", "2001:db8::1", "::ffff:198.51.100.1"])
def test_a_hop_is_read_as_proxies_write_it(hop: str) -> None:
    assert client("10.0.0.1", hop).address in {"198.51.100.1", "2001:db8::1"}


def test_an_ipv4_mapped_proxy_is_the_proxy_it_maps() -> None:
    assert client("::ffff:10.0.0.1", "198.51.100.1").address == "198.51.100.1"


def test_the_scheme_is_what_the_nearest_proxy_says() -> None:
    assert client("10.0.0.1", "198.51.100.1", proto=("http", "https")).scheme == "https"
    assert client("10.0.0.1", "198.51.100.1", proto=("gopher",)).scheme == "http"


def test_a_unix_socket_is_trusted_only_when_configured() -> None:
    assert client(None, "198.51.100.1") == Client("", "http")
    assert client(None, "198.51.100.1", trust_unix=True).address == "198.51.100.1"


def test_a_chain_of_proxies_alone_gives_the_farthest() -> None:
    assert client("10.0.0.1", "10.0.0.3, 10.0.0.2").address == "10.0.0.3"


def test_a_header_of_a_megabyte_is_read_only_at_its_end() -> None:
    assert client("10.0.0.1", "1.1.1.1," * 100_000 + "198.51.100.1").address == "198.51.100.1"
