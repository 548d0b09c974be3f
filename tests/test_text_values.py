"""Money, telephone numbers and typography: the cases that people and machines really write."""

import json
from urllib.parse import unquote

import pytest

from renderer.themes import Themes, read_site
from renderer.themes.text.money import parse_range, parse_rupiah, rupiah
from renderer.themes.text.phone import read_phone
from renderer.themes.text.typography import address_line, heading, polish
from tests.pages import draw, source

AMOUNTS = {
    25_000: [
        "25000", "25.000", "25,000", "25rb", "25 rb", "25k", "25K", "25 ribu", "Rp 25.000,-", "Rp25.000", "Rp. 25.000",
        "Rp25.000,00", "25000.0", "25000.00", "IDR 25,000", "25.000 IDR", "25.000 rupiah", "25 000", "25.000-",
        "@25rb", "Rp. 25rb,-", "25.000,-", "25.000.-", "  25rb  ",
    ],
    1_500_000: ["1,5jt", "1.5jt", "1,5 juta", "1500rb", "1.500.000", "1,500,000", "Rp1.500.000,-"],
    1_250_000: ["1,25jt", "1.250rb", "1250k"],
    2_000_000_000: ["2 miliar", "2m"],
    0: ["0", "Rp0"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), [(text, amount) for amount, texts in AMOUNTS.items() for text in texts])
def test_an_amount_is_read_as_people_write_it(text: str, amount: int) -> None:
    assert parse_rupiah(text) == amount


@pytest.mark.parametrize(
    "text",
    ["-25000", "Rp -5.000", "Rp-5.000", "gratis", "", "Rp", "1.5.5", "25.0000", "1e5", "±25rb", "1/2 juta", "9" * 15],
)  # fmt: skip
def test_what_is_no_amount_is_none(text: str) -> None:
    assert parse_rupiah(text) is None


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("25rb-30rb", (25_000, 30_000)),
        ("25–30rb", (25_000, 30_000)),
        ("25 - 30 ribu", (25_000, 30_000)),
        ("1,5-2jt", (1_500_000, 2_000_000)),
        ("Rp25.000–Rp30.000", (25_000, 30_000)),
        ("25.000 s/d 30.000", (25_000, 30_000)),
        ("25.000 sampai 1jt", (25_000, 1_000_000)),
        ("30-25", None),
        ("25-", None),
        ("-25", None),
    ],
)
def test_a_range_shares_its_unit(text: str, ends: tuple[int, int] | None) -> None:
    assert parse_range(text) == ends


def test_rupiah_is_spelled_without_a_space() -> None:
    assert (rupiah(25_000), rupiah(1_500_000), rupiah(999)) == ("Rp25.000", "Rp1.500.000", "Rp999")
    assert rupiah(25_000, "en") == "Rp25,000"


def prices(themes: Themes, price: object) -> tuple[str, dict[str, str]]:
    section = {"id": "m", "type": "menu", "items": [{"name": "Kopi", "price": price}]}
    row = {"pages": [{"path": "/", "sections": [section]}]}
    site = read_site(themes, source(generated_content=json.dumps(row)))
    shown = "".join(element.text for element in draw(site).with_class("price"))
    return " ".join(shown.split()), {repair.pointer: repair.message for repair in site.repairs}


@pytest.mark.parametrize(
    ("price", "shown", "repaired"),
    [
        (25_000, "Rp25.000", 0),
        (25_000.0, "Rp25.000", 0),
        ("25–30rb", "Rp25.000–30.000", 0),
        ({"amount": "25rb", "from": True, "unit": "/gelas"}, "mulai Rp25.000/gelas", 0),
        ({"amount": 25_000, "was": 30_000}, "semula Rp30.000 Rp25.000", 0),
        ({"amount": 25_000, "was": 20_000}, "Rp25.000", 1),
        ({"amount": 25_000, "max": 20_000}, "Rp25.000", 1),
        ("Tanya dulu", "Tanya dulu", 1),
        ({"note": "Tanya dulu"}, "Tanya dulu", 0),
        (-25_000, "", 1),
        ("Rp -25.000", "", 1),
        (0, "", 1),
        ({"amount": 0, "note": "Gratis"}, "Gratis", 1),
        ({"amount": None}, "", 0),
        (True, "", 1),
        (["25rb"], "", 1),
    ],
)
def test_a_price_is_shown_or_said_to_be_none(themes: Themes, price: object, shown: str, repaired: int) -> None:
    text, repairs = prices(themes, price)
    assert text == shown
    assert len(repairs) == repaired


MOBILE = [
    "081355500123", "0813-5550-0123", "0813 5550 0123", "81355500123", "6281355500123", "+62 813-5550-0123",
    "+62 (0)813 5550 0123", "+62 (0) 813 5550 0123", "62 (0) 813 5550 0123", "+62 0813 5550 0123", "0813.5550.0123",
    "WA: 0813 5550 0123", "00 62 813 5550 0123", "tel:+6281355500123", "https://wa.me/6281355500123?text=Halo",
    "08 13 55 50 01 23",
]  # fmt: skip


@pytest.mark.parametrize("text", MOBILE)
def test_a_mobile_number_is_read_in_every_spelling(text: str) -> None:
    phone = read_phone(text)
    assert phone is not None
    assert (phone.e164, phone.shown, phone.mobile) == ("+6281355500123", "0813-5550-0123", True)


@pytest.mark.parametrize(
    ("text", "e164", "shown"),
    [
        ("(021) 5550123", "+62215550123", "(021) 5550123"),
        ("021-5550123", "+62215550123", "(021) 5550123"),
        ("0274-555-0101", "+622745550101", "(0274) 5550101"),
        ("+1 650 253 0000", "+16502530000", "+1 650-253-0000"),
        ("+44 20 7946 0958", "+442079460958", "+44 20 7946 0958"),
        ("0044 20 7946 0958", "+442079460958", "+44 20 7946 0958"),
    ],
)
def test_lines_and_numbers_abroad_are_shown_as_they_are_dialled(text: str, e164: str, shown: str) -> None:
    phone = read_phone(text)
    assert phone is not None
    assert (phone.e164, phone.shown) == (e164, shown)


@pytest.mark.parametrize(
    "text",
    [
        "0812-3456-7890", "08123456789", "+6281234567890", "0812-1234-5678", "0800000000", "0811111111",
        "0812-0000-0000", "08987654321", "+62 8xx-xxxx-xxxx", "08xx", "0812-XXXX-XXXX", "1234567890", "", "021",
        "112", "telepon kami",
        "0813-5550-0123 / 0813-5550-0124", "0813555001234567",
    ],
)  # fmt: skip
def test_placeholders_and_what_is_no_number_are_hidden(text: str) -> None:
    assert read_phone(text) is None


def test_a_whatsapp_text_names_site_item_and_page_and_is_at_most_500_characters(themes: Themes) -> None:
    def text(template: str) -> str:
        to = {"kind": "whatsapp", "item": "kopi", "text": template}
        section = {"id": "m", "type": "menu", "items": [{"id": "kopi", "name": "Kopi & Teh"}]}
        section["actions"] = [{"label": "X", "to": to}]
        row = {
            "site": {"name": "Warung", "contact": {"whatsapp": "0813-5550-0123"}},
            "pages": [{"path": "/", "title": "Menu kami", "sections": [section]}],
        }  # fmt: skip
        page = draw(read_site(themes, source(generated_content=json.dumps(row))))
        href = next(str(link.attrs["href"]) for link in page.all("a") if link.text == "X")
        assert href.startswith("https://wa.me/6281355500123?text=")
        return unquote(href.partition("?text=")[2])

    assert text("Halo {site}: {item} dari {page}?") == "Halo Warung: Kopi & Teh dari Menu kami?"
    assert len(text("kopi {item} " * 100)) == 500


@pytest.mark.parametrize(
    ("text", "polished"),
    [
        ('"Kopi" dan "Teh"', "“Kopi” dan “Teh”"),
        ("Jum'at, it's", "Jum’at, it’s"),
        ("('a')", "(‘a’)"),
        ("'90s, rock 'n' roll", "’90s, rock ’n’ roll"),
        ('6" pipa', "6″ pipa"),
        ("5' panjang", "5′ panjang"),
        ("a -- b, c - d", "a – b, c – d"),
        ("07.00-22.00", "07.00–22.00"),
        ("08:00-12:00, 13:00 - 17:00", "08:00–12:00, 13:00–17:00"),
        ("3-4 hari, 2020-2021", "3–4 hari, 2020–2021"),
        ("Tunggu....", "Tunggu…"),
        ("Rp 25.000, Rp. 30.000", "Rp25.000, Rp30.000"),
        *[
            (kept, kept)
            for kept in (
                "0813-5550-0123", "021-555-0101", "+62-21-555-0101", "2026-11-25", "10-12-2026", "COVID-19", "B-52",
                "F-16-17", "https://a.example/x-1-2?q='a'...b--c", "halo-1-2@kopi-senja.example", "`x -- \"y\"...`",
                "kopi.example/a-1-2'b", "www.x.example/3-4", "1-2-3", "-5",
            )
        ],
    ],
)  # fmt: skip
def test_typography_is_put_right_and_what_is_no_prose_is_left_alone(text: str, polished: str) -> None:
    assert polish(text) == polished
    assert polish(polished) == polished


def test_a_heading_leaves_no_short_word_alone_on_its_last_line() -> None:
    assert heading("Makan siang seperti di rumah") == "Makan siang seperti di\u00a0rumah"
    assert heading("Satu dua") == "Satu dua"
    assert "\u00a0" not in heading("Sebuah judul yang sangat internasionalisasi sekali")


def test_a_number_in_an_address_stands_with_what_it_is_of() -> None:
    assert address_line("Jl. Manyar Kertoarjo No. 58") == "Jl. Manyar Kertoarjo No.\u00a058"
    assert address_line("RT 03/RW 05, Gang IV Blok C") == "RT\u00a003/RW\u00a005, Gang\u00a0IV Blok\u00a0C"
    assert address_line("Gang Pinggir, Nomor satu") == "Gang Pinggir, Nomor satu"
