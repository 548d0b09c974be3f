"""Forms of old clients and scripts, which send other encodings than the page's: read, stored readable, and marked."""

import json
from urllib.parse import quote_from_bytes
from uuid import UUID

import asyncpg
import pytest

from renderer.forms.encodings import Reading
from tests.factories import make_site
from tests.test_forms import GOOD, send, stored
from tests.visitor import Visitor

SAID = "Café Zoë – naïve “ja” 20 €"
LATIN = {"encoding": "windows-1252"}


def urlencoded(codec: str, said: str = SAID, **more: str) -> bytes:
    fields = {**GOOD, "message": said, **more}.items()
    return b"&".join(f"{name}={quote_from_bytes(value.encode(codec))}".encode() for name, value in fields)


def multipart(codec: str, said: str = SAID, head: str = "") -> bytes:
    parts = (
        f'--xYz\r\nContent-Disposition: form-data; name="{name}"\r\n{head}\r\n{value}\r\n'.encode(codec)
        for name, value in {**GOOD, "message": said}.items()
    )
    return b"".join(parts) + b"--xYz--\r\n"


URLENCODED, PARTS, JSON = "application/x-www-form-urlencoded", "multipart/form-data; boundary=xYz", "application/json"
CHINESE, RUSSIAN = "您好，请问今天营业吗？", "Здравствуйте, вы открыты?"
KOI8 = "Content-Type: text/plain; charset=KOI8-R\r\n"
JSON_BODY = json.dumps({**GOOD, "message": SAID}, ensure_ascii=False)
SENT: list[tuple[str, bytes, str, str, str]] = [
    ("bytes alone", urlencoded("cp1252"), URLENCODED, SAID, "windows-1252"),
    ("raw bytes", urlencoded("ascii", "").replace(b"message=", b"message=Caf\xe9"), URLENCODED, "Café", "windows-1252"),
    ("its type", urlencoded("cp1252"), URLENCODED + "; charset=ISO-8859-1", SAID, "windows-1252"),
    ("its field", urlencoded("cp1252", _charset_="windows-1252"), URLENCODED, SAID, "windows-1252"),
    ("what it lacks", urlencoded("cp1252", "Zoë &#128522;&#60;"), URLENCODED, "Zoë 😊&#60;", "windows-1252"),
    ("another writing", urlencoded("cp1251", RUSSIAN), URLENCODED + "; charset=Windows-1251", RUSSIAN, "windows-1251"),
    ("many bytes", urlencoded("gbk", CHINESE, _charset_="GBK"), URLENCODED, CHINESE, "gbk"),
    ("a lie", urlencoded("utf-8"), URLENCODED + "; charset=iso-8859-1", SAID, ""),
    ("an unknown one", urlencoded("utf-8"), URLENCODED + "; charset=utf-7", SAID, ""),
    ("no writing of that", urlencoded("utf-8", "20 €", _charset_="gbk"), URLENCODED, "20 €", ""),
    ("cut through", urlencoded("utf-8", "Zoë 😊")[:-3], URLENCODED, "Zoë \ufffd", "utf-8"),
    ("parts", multipart("cp1252"), PARTS, SAID, "windows-1252"),
    ("parts that say it", multipart("koi8-r", RUSSIAN, KOI8), PARTS, RUSSIAN, "koi8-r"),
    ("JSON", JSON_BODY.encode("cp1252"), JSON, SAID, "windows-1252"),
    ("a mark", b"\xef\xbb\xbf" + JSON_BODY.encode(), JSON, SAID, ""),
]  # fmt: skip


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    return await make_site(conn, subdomain="kopi")


async def test_whatever_encoding_it_comes_in_a_lead_is_read_and_marked(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    for name, body, kind, said, encoding in SENT:
        assert (await send(visitor, data=body, headers={"Content-Type": kind})).status in (200, 303), name
        (row,) = await stored(conn)
        assert (name, row["data"]["message"], row["data"]["_about"].get("encoding", "")) == (name, said, encoding)
        assert set(row["data"]) == {*GOOD, "_about"}
        # Else the same text is the same lead.
        await conn.execute("TRUNCATE form_submissions, form_rates, form_receipts CASCADE")


@pytest.mark.parametrize("raw", [b"\x00\xff\xfe", b"\x9d", b"\xff\x1b", "a\x00ü".encode("utf-16")])
def test_what_is_no_text_is_none_in_any_encoding(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Reading(raw).text(raw)
