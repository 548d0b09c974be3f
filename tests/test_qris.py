"""The owner's QRIS: read, checked, shown as it is, and kept as a picture; never made, mended or given an amount."""

import json
from io import BytesIO
from typing import Any

import asyncpg
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from renderer.themes import Site, Themes, draw_page, read_site
from renderer.themes.pictures.qris import HEIGHT, WIDTH, draw_qris
from renderer.themes.standalone import standalone
from renderer.themes.text.qris import QrisError, crc16, read_qris
from tests.factories import make_site
from tests.pages import NOW, Page, draw, source
from tests.visitor import Visitor

HOST = "kopi.sites.test"


def sealed(**changed: str | None) -> str:
    """A payload with these objects in place of the usual ones, and the checksum they make."""
    objects: dict[str, str | None] = {
        "00": "01", "01": "11", "51": "0014ID.CO.QRIS.WWW0215ID00000000000000303UMI", "52": "5814", "53": "360",
        "58": "ID", "59": "KOPI SENJA CONTOH", "60": "BANDUNG", "61": "40114",
    }  # fmt: skip
    objects |= {name.removeprefix("_"): value for name, value in changed.items()}
    text = "".join(f"{tag}{len(value):02d}{value}" for tag, value in sorted(objects.items()) if value is not None)
    return f"{text}6304{crc16(f'{text}6304'.encode()):04X}"


PAYLOAD = sealed()


def site(themes: Themes, qris: Any, theme: str = "pilar", vouched: bool = True, **columns: Any) -> Site:
    content = {
        "site": {"name": "Kopi Senja", "payments": {"accepted": ["qris", "cash"], "qris": qris}},
        "pages": [{"path": "/", "sections": [{"id": "bayar", "type": "payments"}]}],
        "provenance": {"/site/payments/qris": "owner"} if vouched else {},
    }
    return read_site(themes, source(template_id=theme, generated_content=json.dumps(content), **columns))


def told(site: Site) -> list[tuple[str, str]]:
    return [(one.pointer.removeprefix("/generated_content/site/payments"), one.message) for one in site.repairs]


def test_the_checksum_is_emvcos() -> None:
    assert crc16(b"123456789") == 0x29B1  # the check value of CRC-16/CCITT-FALSE


def test_a_payload_says_who_is_paid_and_where() -> None:
    read = read_qris(f"  {PAYLOAD}\n")
    assert (read.payload, read.merchant, read.city) == (PAYLOAD, "KOPI SENJA CONTOH", "BANDUNG")
    assert (read.nmid, read.amount) == ("ID0000000000000", None)
    assert read_qris(sealed(_54="25000")).amount == 25_000
    assert read_qris(sealed(_54="25000.00")).amount == 25_000
    assert read_qris(sealed(_51="0014COM.EXAMPLE.WW", _60=None)).nmid is None


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", "not a QRIS payload"),
        ("000201", "not a QRIS payload"),
        ("https://qris.example/pay?id=1", "not a QRIS payload"),
        ("0" * 600, "not a QRIS payload"),
        ("0002016304", "not a QRIS payload"),
        (PAYLOAD[:-1], "not a QRIS payload"),
        (PAYLOAD + "0", "not a QRIS payload"),
        (PAYLOAD.replace("SENJA", "SENJ\u0410"), "not a QRIS payload"),
        (PAYLOAD.replace("000201", "00020\u0661"), "not a QRIS payload"),
        (PAYLOAD[:-4] + "0000", "its checksum is wrong, so it was cut or changed on the way"),
        (PAYLOAD.replace("BANDUNG", "BANDONG"), "its checksum is wrong, so it was cut or changed on the way"),
        (sealed(_53="702"), "a payment code, but no QRIS"),
        (sealed(_58="SG"), "a payment code, but no QRIS"),
        (sealed(_51=None), "a payment code, but no QRIS"),
        (sealed(_01="12"), "made for one payment; a site needs the code that hangs on the counter"),
        (sealed(_59=None), "names no merchant"),
        (sealed(_59="   "), "names no merchant"),
        (sealed(_54="25rb"), "its amount is no number"),
        (sealed(_00="02"), "not a QRIS payload"),
        (sealed(_59="x")[:6] + "5901y" + sealed(_59="x")[6:], "not a QRIS payload"),
    ],
)
def test_what_is_no_standing_qris_is_refused_with_the_reason(payload: str, reason: str) -> None:
    with pytest.raises(QrisError, match=reason):
        read_qris(payload)


@given(st.integers(0, len(PAYLOAD) - 1), st.characters(codec="ascii"))
def test_no_character_can_be_changed(place: int, character: str) -> None:
    changed = PAYLOAD[:place] + character + PAYLOAD[place + 1 :]
    try:
        assert read_qris(changed).payload.upper() == PAYLOAD.upper()
    except QrisError:
        assert changed != PAYLOAD


@given(st.text(max_size=80) | st.text(alphabet="0123456789", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(QrisError):
        read_qris(text)


@pytest.mark.parametrize("theme", ["pilar", "spanduk", "bingkai", "etalase", "lembar"])
def test_every_theme_shows_the_code_the_name_and_how_to_keep_it(themes: Themes, theme: str) -> None:
    made = site(themes, {"payload": PAYLOAD}, theme)
    page = draw(made)
    (picture,) = [one for one in page.all("img") if "/_site/qris/" in one.get("src")]
    (save,) = [one for one in page.all("a") if one.attrs.get("download")]
    assert picture.get("src") == save.get("href")
    assert picture.get("alt") == "Kode QRIS atas nama KOPI SENJA CONTOH"
    for said in ("KOPI SENJA CONTOH", "BANDUNG", "ID0000000000000", "Simpan gambar"):
        assert said in page.text
    assert "Jumlah" not in page.text
    assert made.repairs == ()


def test_an_amount_is_shown_only_where_the_payload_states_one(themes: Themes) -> None:
    assert "Jumlah Rp25.000" in draw(site(themes, {"payload": sealed(_54="25000")})).visible


def test_a_broken_code_is_left_out_and_reported_and_the_name_stays(themes: Themes) -> None:
    made = site(themes, {"payload": PAYLOAD[:-4] + "0000", "merchant": "Kopi Senja"})
    page = draw(made)
    assert "/_site/qris/" not in page.html
    assert "QRIS atas nama Kopi Senja" in page.visible
    assert told(made) == [("/qris/payload", "its checksum is wrong, so it was cut or changed on the way; left out")]
    alone = draw(site(themes, {"payload": "000201"}))
    assert "atas nama" not in alone.text


def test_the_code_itself_says_in_whose_name_it_is(themes: Themes) -> None:
    made = site(themes, {"payload": PAYLOAD, "merchant": "Toko Lain"})
    assert "Toko Lain" not in draw(made).text
    assert told(made) == [("/qris/merchant", "the code itself says “KOPI SENJA CONTOH”, which is shown")]
    assert told(site(themes, {"payload": PAYLOAD, "merchant": "Kopi  Senja Contoh"})) == []


def test_nobody_but_the_owner_says_where_money_goes(themes: Themes) -> None:
    page = draw(site(themes, {"payload": PAYLOAD, "merchant": "Kopi"}, vouched=False))
    assert "QRIS" not in page.text
    assert "/_site/qris/" not in page.html


def test_a_hostile_name_is_text(themes: Themes) -> None:
    page = draw(site(themes, {"payload": sealed(_59='"><script>alert(1)')}))
    assert page.all("script") == [one for one in page.all("script") if "alert" not in one.text]
    assert '"><script>alert(1)' in page.text


def test_the_picture_is_the_code_in_black_on_white() -> None:
    png = draw_qris(read_qris(sealed(_54="25000")))
    image = Image.open(BytesIO(png)).convert("L")
    assert image.size == (WIDTH, HEIGHT)
    assert len(png) < 12_000
    rows = tuple(segno.make_qr(sealed(_54="25000"), error="m").matrix)
    dark = [(x, y) for x in range(WIDTH) for y in range(168, HEIGHT - 96) if image.getpixel((x, y)) < 128]
    left, right = min(x for x, _ in dark), max(x for x, _ in dark) + 1
    top = min(y for _, y in dark)
    module = (right - left) // len(rows)
    read = [
        [
            image.getpixel((left + x * module + module // 2, top + y * module + module // 2)) < 128
            for x in range(len(rows))
        ]
        for y in range(len(rows))
    ]
    assert read == [[bool(dark) for dark in row] for row in rows]
    assert left >= 4 * module, "a quiet zone"


async def _stored(conn: asyncpg.Connection, **columns: Any) -> None:
    content = {
        "site": {"name": "Kopi", "payments": {"qris": {"payload": PAYLOAD}}},
        "pages": [{"path": "/", "sections": [{"id": "b", "type": "payments"}]}],
        "provenance": {"/site/payments": "owner"},
    }
    await make_site(conn, subdomain="kopi", generated_content=json.dumps(content), **columns)


async def test_the_picture_is_kept_for_ever_and_another_sites_or_an_old_one_is_not_found(
    visitor: Visitor, conn: asyncpg.Connection
) -> None:
    await _stored(conn)
    await make_site(conn, subdomain="lain")
    page = Page((await visitor.get(HOST)).text)
    (address,) = [one.get("src") for one in page.all("img")]
    answer = await visitor.get(HOST, address)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert Image.open(BytesIO(answer.body)).size == (WIDTH, HEIGHT)
    assert (await visitor.get("lain.sites.test", address)).status == 404
    assert (await visitor.get(HOST, "/_site/qris/0123456789abcdef01234567.png")).status == 404
    assert (await visitor.get(HOST, "/_site/qris/x.png")).status == 404


def test_a_page_as_one_file_holds_the_picture(themes: Themes) -> None:
    made = site(themes, {"payload": PAYLOAD})
    drawn = draw_page(made, "/", [], NOW)
    assert drawn is not None
    html = standalone(made, drawn)
    assert "/_site/qris/" not in html
    assert html.count('"data:image/png;base64,') == 2, "shown, and to be kept"


def test_a_page_without_a_code_asks_for_no_picture(themes: Themes) -> None:
    drawn = draw_page(site(themes, None), "/", [], NOW)
    assert drawn is not None
    assert "/_site/qris/" not in drawn.html
