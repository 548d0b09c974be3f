"""In which coding an answer is sent, and how a client says what it has."""

import gzip

import asyncpg
import brotli
import pytest
import zstandard

from renderer.edge.codings import encode, stream, tag, untagged
from renderer.edge.negotiation import wanted_codings
from renderer.themes import Themes
from tests.factories import make_post, make_site
from tests.visitor import Answer, Visitor

HOST = "kopi.sites.test"
CODINGS = ("br", "zstd", "gzip")


def decoded(answer: Answer) -> bytes:
    """The body as it was before it was coded."""
    return plain(answer.body, answer.headers.get("Content-Encoding", "identity"))


def plain(body: bytes, coding: str) -> bytes:
    if coding == "br":
        return brotli.decompress(body)
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return gzip.decompress(body) if coding == "gzip" else body


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, ["identity"]),
        ("", ["identity"]),
        ("gzip, deflate, br, zstd", ["br", "zstd", "gzip", "identity"]),
        ("GZIP", ["gzip", "identity"]),
        ("x-gzip", ["gzip", "identity"]),
        ("gzip;q=0.5, br;q=0.1", ["gzip", "br", "identity"]),
        ("br;q=0, gzip", ["gzip", "identity"]),
        ("br; Q=0.000 , gzip;q=1.000", ["gzip", "identity"]),
        ("*", ["br", "zstd", "gzip", "identity"]),
        ("*;q=0.2, gzip;q=0.9", ["gzip", "br", "zstd", "identity"]),
        ("*, br;q=0", ["zstd", "gzip", "identity"]),
        ("identity, gzip;q=0.5", ["identity", "gzip"]),
        ("identity;q=0, gzip", ["gzip"]),
        ("*;q=0, gzip", ["gzip"]),
        ("identity;q=0", ["identity"]),
        ("*;q=0", ["identity"]),
        ("deflate, compress", ["identity"]),
        ("gzip;q=high, br;q=1.5, zstd;q=", ["identity"]),
        (",;,q=1;;=", ["identity"]),
        ("gzip;" * 5000, ["gzip", "identity"]),
    ],
)
def test_the_qualities_of_accept_encoding_are_honoured(header: str | None, wanted: list[str]) -> None:
    assert list(wanted_codings(header)) == wanted


@pytest.mark.parametrize("coding", CODINGS)
def test_a_coding_at_any_level_and_in_pieces_gives_the_same_bytes_back(coding: str) -> None:
    body = b"<p>Kopi tubruk</p>" * 5_000
    for level in ("quick", "better", "best"):
        coded = encode(body, coding, level)
        assert plain(coded, coding) == body
        assert len(coded) < len(body) / 20
        assert untagged(tag('"abc"', coding, level)) == '"abc"'
    coder = stream(coding)
    assert plain(b"".join([*(coder.compress(body[at : at + 999]) for at in range(0, 90_000, 999)), coder.finish()]),
                 coding) == body  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/tidak-ada", "/blog", "/blog/feed.xml", "/sitemap.xml", "/sitemap-posts-1.xml",
                                  "/sitemap-pages.xml", "/robots.txt", "/blog/cari?q=kopi"])  # fmt: skip
async def test_each_coding_of_an_answer_has_a_tag_of_its_own_and_any_of_them_is_known(
    conn: asyncpg.Connection, visitor: Visitor, path: str
) -> None:
    site = await make_site(conn, subdomain="kopi")
    await make_post(conn, site, title="Kopi " * 30)
    bare = await visitor.get(HOST, path)
    assert "Content-Encoding" not in bare.headers
    tags = [bare.headers.get("ETag")]
    for coding in CODINGS:
        answer = await visitor.get(HOST, path, headers={"Accept-Encoding": coding})
        head = await visitor.ask("HEAD", HOST, path, headers={"Accept-Encoding": coding})
        assert answer.headers["Vary"] == bare.headers["Vary"] == "Accept-Encoding"
        if len(bare.body) >= 256:
            assert answer.headers["Content-Encoding"] == coding
            assert len(answer.body) < len(bare.body)
        assert decoded(answer) == bare.body
        assert (head.status, head.headers.get("ETag"), head.body) == (answer.status, answer.headers.get("ETag"), b"")
        if "sitemap-posts" not in path:  # sent as it is read
            assert head.headers["Content-Length"] == str(len(answer.body))
        tags.append(answer.headers.get("ETag"))
    if bare.status != 200:
        assert tags == [None] * 4
        return
    assert len(set(tags)) == (4 if len(bare.body) >= 256 else 1)
    for etag in tags:
        for value in (etag, f"W/{etag}", f'"x", {etag}'):
            for coding in (*CODINGS, "identity"):
                headers = {"If-None-Match": value, "Accept-Encoding": coding}
                for method in ("GET", "HEAD"):
                    again = await visitor.ask(method, HOST, path, headers=headers)
                    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
                    assert again.headers["Vary"] == "Accept-Encoding"
    assert (await visitor.get(HOST, path, headers={"If-None-Match": '"x", "y-br4"'})).status == 200
    # Who names no tag is told that of what would be sent (RFC 9110 §15.4.5).
    for coding in (*CODINGS, "identity"):
        accepts = {"Accept-Encoding": coding}
        answer = await visitor.get(HOST, path, headers=accepts)
        unnamed = {"If-None-Match": "*"}, {"If-Modified-Since": answer.headers.get("Last-Modified", "")}
        for asked in unnamed if "Last-Modified" in answer.headers else unnamed[:1]:
            again = await visitor.get(HOST, path, headers=accepts | asked)
            assert (again.status, again.headers["ETag"]) == (304, answer.headers["ETag"])
    if "Last-Modified" in bare.headers:
        stale = {"If-Unmodified-Since": "Sat, 28 Nov 1987 00:00:00 GMT"}
        assert (await visitor.get(HOST, path, headers=stale)).status == (200 if "sitemap-posts" in path else 412)


async def test_a_protected_site_is_coded_too_and_has_no_tag(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_site(conn, subdomain="kopi", is_password_protected=True, password_hash="x")
    answer = await visitor.get(HOST, headers={"Accept-Encoding": "br"})
    assert (answer.status, answer.headers["Content-Encoding"]) == (403, "br")
    assert "ETag" not in answer.headers
    assert b"<form" in decoded(answer)


async def test_files_of_a_theme_are_coded_but_fonts_and_pictures_are_not(
    conn: asyncpg.Connection, visitor: Visitor, themes: Themes
) -> None:
    await make_site(conn, subdomain="kopi")
    files = themes.get("pilar").files
    every = {"Accept-Encoding": "gzip, br, zstd"}
    for name, path in files.items():
        bare, answer = await visitor.get(HOST, path), await visitor.get(HOST, path, headers=every)
        if name.endswith((".css", ".js", ".svg")) and len(bare.body) >= 256:
            assert answer.headers["Content-Encoding"] == "br"
            assert answer.headers["ETag"] != bare.headers["ETag"]
        elif name.endswith((".woff2", ".png")):
            assert "Content-Encoding" not in answer.headers
            assert "Vary" not in answer.headers
        assert decoded(answer) == bare.body
        known = await visitor.get(HOST, path, headers={"If-None-Match": answer.headers["ETag"]})
        assert known.status == 304
    icon = await visitor.get(HOST, "/favicon.ico", headers=every)
    assert icon.status == 200
    assert decoded(icon)
