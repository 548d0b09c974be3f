"""The program's own words in Indonesian and English. A site's words are its own; these stand around them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from renderer.themes.text.words_blog import BLOG
from renderer.themes.text.words_forms import FORMS
from renderer.themes.text.words_mail import MAIL

LANGUAGES = ("id", "en")
OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Around words that stand in a page of another language. Noncharacters: no text of a row can hold them."""

Names = Mapping[str, str | tuple[str, str]]
Forms = Mapping[str, str]

_BOTH = {
    "skip": ("Langsung ke isi", "Skip to content"),
    "menu": ("Menu", "Menu"),
    "open_menu": ("Buka menu", "Open menu"),
    "home": ("Beranda", "Home"),
    "call": ("Telepon", "Call"),
    "route": ("Rute", "Directions"),
    "route_long": ("Petunjuk arah", "Get directions"),
    "whatsapp": ("WhatsApp", "WhatsApp"),
    "email": ("Surel", "E-mail"),
    "phone": ("Telepon", "Phone"),
    "address": ("Alamat", "Address"),
    "landmark": ("Patokan", "Landmark"),
    "hours": ("Jam buka", "Opening hours"),
    "hours_same": ("Tiap hari", "Every day"),
    "closed": ("Tutup", "Closed"),
    "now_open": ("Buka sekarang, sampai {time}", "Open now, until {time}"),
    "now_always": ("Buka sekarang", "Open now"),
    "now_closed": ("Sekarang tutup", "Closed now"),
    "now_later": ("Sekarang tutup, buka {day} {time}", "Closed now, opens {day} {time}"),
    "now_tomorrow": ("besok", "tomorrow"),
    "day": ("Hari", "Day"),
    "time": ("Jam", "Hours"),
    "exceptions": ("Perubahan jam", "Changed hours"),
    "channels": ("Juga ada di", "Also on"),
    "payments": ("Pembayaran", "Payment"),
    "qris_to": ("QRIS atas nama", "QRIS in the name of"),
    "qris_alt": ("Kode QRIS atas nama {name}", "QRIS code in the name of {name}"),
    "qris_scan": (
        "Pindai dengan aplikasi bank atau dompet digital, dan periksa namanya sebelum membayar.",
        "Scan it with a banking or wallet app, and check the name before you pay.",
    ),
    "qris_save": ("Simpan gambar", "Save image"),
    "qris_amount": ("Jumlah", "Amount"),
    "credentials": ("Izin dan sertifikat", "Licences and certificates"),
    "from_price": ("mulai", "from"),
    "was_price": ("semula", "was"),
    "per": ("per", "per"),
    "price": ("Harga", "Price"),
    "duration": ("Lama", "Duration"),
    "sold_out": ("Habis", "Sold out"),
    "new": ("Baru", "New"),
    "popular": ("Favorit", "Favourite"),
    "seasonal": ("Musiman", "Seasonal"),
    "by_order": ("Pesan dulu", "Made to order"),
    "order": ("Pesan", "Order"),
    "ask": ("Tanya", "Ask"),
    "ask_other": ("Mencari yang lain? Tanya lewat WhatsApp", "Looking for something else? Ask on WhatsApp"),
    "book": ("Pesan lewat WhatsApp", "Book on WhatsApp"),
    "read": ("Baca", "Read"),
    "look": ("Lihat", "View"),
    "more": ("Selengkapnya", "Find out more"),
    "profile": ("Profil", "Profile"),
    "updated": ("Halaman diperbarui {date}", "Page updated {date}"),
    "navigation": ("Navigasi utama", "Main navigation"),
    "quick": ("Hubungi cepat", "Quick contact"),
    "contact": ("Kontak", "Contact"),
    "task_done": ("Selesai", "Done"),
    "task_open": ("Belum selesai", "Not done"),
    "video": ("Video", "Video"),
    "video_youtube": ("Putar video YouTube", "Play the YouTube video"),
    "video_file": ("Putar video", "Play the video"),
    "video_note": ("YouTube baru dimuat setelah dipencet", "YouTube is loaded only then"),
    "print_at": ("Versi terbaru: {url}", "Latest version: {url}"),
    "example": ("contoh", "example"),
    "back_home": ("Kembali ke beranda", "Back to the home page"),
    "password_title": ("Situs ini dikunci", "This site is locked"),
    "password_text": (
        "Masukkan kata sandi yang Anda terima dari pemilik situs.",
        "Enter the password that the site’s owner gave you.",
    ),
    "password_label": ("Kata sandi", "Password"),
    "password_open": ("Buka situs", "Open the site"),
    "password_wrong": (
        "Kata sandi itu tidak cocok. Periksa huruf besar dan kecilnya, lalu coba lagi.",
        "That password does not match. Check capital and small letters, then try again.",
    ),
    "password_slow_down": (
        "Terlalu banyak percobaan. Tunggu sebentar sebelum mencoba lagi.",
        "Too many tries. Wait a little before you try again.",
    ),
    "error_404": ("Halaman ini tidak ada", "This page does not exist"),
    "error_404_text": (
        "Alamatnya mungkin salah ketik, atau halamannya sudah dipindahkan.",
        "The address may be mistyped, or the page has moved.",
    ),
    "error_410": ("Halaman ini sudah dihapus", "This page was removed"),
    "error_410_text": ("Pemiliknya menutup halaman ini.", "Its owner has taken this page down."),
    "error_405": ("Cara membuka halaman ini tidak didukung", "This page cannot be opened that way"),
    "error_405_text": ("Buka alamatnya langsung dari peramban.", "Open the address directly in your browser."),
    "error_429": ("Terlalu banyak permintaan", "Too many requests"),
    "error_429_text": ("Tunggu sebentar, lalu muat ulang halaman ini.", "Wait a little, then reload this page."),
    "error_503": ("Situs ini sedang tidak tersedia", "This site is not available right now"),
    "error_503_text": ("Silakan kembali lagi nanti.", "Please come back later."),
    "error_500": ("Ada yang rusak di pihak kami", "Something broke on our side"),
    "error_500_text": (
        "Kesalahannya sudah kami catat. Coba muat ulang sebentar lagi.",
        "We have recorded the fault. Try to reload in a moment.",
    ),
    "error_400": ("Permintaan ini tidak bisa dibaca", "This request cannot be read"),
    "error_400_text": ("Periksa alamatnya, lalu coba lagi.", "Check the address, then try again."),
    "privacy": ("Kebijakan privasi", "Privacy policy"),
    "privacy_path": ("/privasi", "/privacy"),
    "privacy_description": (
        "Data pribadi apa yang diterima situs ini, untuk apa, berapa lama disimpan, dan hak Anda.",
        "What personal data this site receives, what for, how long it is kept, and your rights.",
    ),
    "languages": ("Bahasa", "Language"),
    "contents": ("Isi", "Contents"),
    "issue": ("No. {number}", "No. {number}"),
    "figure": ("Gambar", "Figure"),
    "letters": ("Surat pembaca", "Letters to the editor"),
    "services": ("Layanan", "Services"),
    "features": ("Kelebihan", "Why us"),
    "about": ("Tentang", "About"),
    "gallery": ("Galeri", "Gallery"),
    "testimonials": ("Kata mereka", "In their words"),
    "team": ("Tim", "Team"),
    "pricing": ("Paket", "Packages"),
    "products": ("Produk", "Products"),
    "faq": ("Tanya jawab", "Questions"),
    "steps": ("Cara", "How it works"),
    "statistics": ("Angka", "In numbers"),
    "logos": ("Bersama", "With"),
    "latest-posts": ("Tulisan terbaru", "Latest writing"),
    "locations": ("Lokasi", "Locations"),
    "itinerary": ("Perjalanan", "Itinerary"),
    "text": ("", ""),
    "hero": ("", ""),
    "cta": ("", ""),
    "announcement": ("Pengumuman", "Announcement"),
    "whatsapp_about": (
        "Halo {site}, saya ingin bertanya tentang {item}.",
        "Hello {site}, I have a question about {item}.",
    ),
    "whatsapp_plain": ("Halo {site}, saya ingin bertanya.", "Hello {site}, I have a question."),
}

_COUNTED: Mapping[str, tuple[Forms, Forms]] = {
    "minutes": (
        {"other": "{n} menit baca"},
        {"one": "{n} minute to read", "other": "{n} minutes to read"},
    ),
    "kept_days": (
        {"other": "Data pribadi yang Anda kirim disimpan paling lama {n} hari, lalu dihapus."},
        {
            "one": "Personal data that you send is kept for {n} day at most and then deleted.",
            "other": "Personal data that you send is kept for {n} days at most and then deleted.",
        },
    ),
}
"""What counts something: a form for each of a language's plural categories (CLDR's names, as Babel has them)."""

PAYMENT_NAMES: Names = {
    "qris": "QRIS", "cash": ("Tunai", "Cash"), "tunai": ("Tunai", "Cash"),
    "transfer": ("Transfer bank", "Bank transfer"),
    "bank_transfer": ("Transfer bank", "Bank transfer"), "debit": ("Kartu debit", "Debit card"),
    "credit": ("Kartu kredit", "Credit card"), "credit_card": ("Kartu kredit", "Credit card"),
    "card": ("Kartu", "Card"),
    "gopay": "GoPay", "ovo": "OVO", "dana": "DANA", "shopeepay": "ShopeePay", "linkaja": "LinkAja", "bca": "BCA",
    "mandiri": "Mandiri", "bri": "BRI", "bni": "BNI", "cod": ("Bayar di tempat", "Cash on delivery"),
    "installment": ("Cicilan", "Instalments"), "paypal": "PayPal", "wise": "Wise",
    "visa": "Visa", "mastercard": "Mastercard",
}  # fmt: skip

CHANNEL_NAMES: Names = {
    "gofood": "GoFood", "grabfood": "GrabFood", "shopeefood": "ShopeeFood", "tokopedia": "Tokopedia",
    "shopee": "Shopee",
    "tiktok": "TikTok", "tiktok_shop": "TikTok Shop", "instagram": "Instagram", "facebook": "Facebook",
    "youtube": "YouTube",
    "x": "X", "twitter": "X", "threads": "Threads", "linkedin": "LinkedIn", "telegram": "Telegram", "line": "LINE",
    "whatsapp_catalog": "WhatsApp", "whatsapp_channel": ("Saluran WhatsApp", "WhatsApp channel"), "lazada": "Lazada",
    "blibli": "Blibli", "bukalapak": "Bukalapak", "pinterest": "Pinterest", "behance": "Behance", "github": "GitHub",
    "mastodon": "Mastodon", "bluesky": "Bluesky", "spotify": "Spotify", "tripadvisor": "Tripadvisor",
    "google": ("Google Maps", "Google Maps"), "traveloka": "Traveloka", "airbnb": "Airbnb",
    "website": ("Situs web", "Website"),
    "email": ("Surel", "E-mail"), "rss": "RSS", "goodreads": "Goodreads", "medium": "Medium",
    "bridestory": "Bridestory",
    "halodoc": "Halodoc", "klook": "Klook", "getyourguide": "GetYourGuide",
}  # fmt: skip

CREDENTIAL_NAMES: Names = {
    "halal": "Halal", "nib": "NIB", "pirt": "P-IRT", "p-irt": "P-IRT", "bpom": "BPOM", "sip": "SIP", "str": "STR",
    "siup": "SIUP", "haki": "HAKI", "hpi": "HPI", "license": ("Izin", "Licence"), "izin": ("Izin", "Licence"),
}  # fmt: skip

_DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHORT_DAYS = {
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@lru_cache(2_048)
def _date(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, pattern, locale=language))


def without_marks(text: str) -> str:
    """Text without `OPEN` and `CLOSE`."""
    return text.replace(OPEN, "").replace(CLOSE, "")


class Size(int):
    """Bytes, to be said among words."""


class Words:
    """One language's words; `words["closed"]`, `words.say("updated", date="…")`, `words.say("minutes", n=3)`.

    `foreign`: they stand in a page of another language, and come between `OPEN` and `CLOSE`, which become marks of
    their language once the page is drawn (`spoken`).
    """

    def __init__(self, language: str, foreign: bool = False) -> None:
        self.language = language if language in LANGUAGES else "id"
        self.foreign = foreign
        index = LANGUAGES.index(self.language)
        self._all: Mapping[str, str] = MappingProxyType(
            {key: value[index] for key, value in (_BOTH | BLOG | FORMS | MAIL).items()}
        )
        self.days = tuple(map(self.shown, _DAYS[self.language]))
        self.short_days = tuple(map(self.shown, _SHORT_DAYS[self.language]))
        self.clock_mark = "." if self.language == "id" else ":"
        self._index = index
        self._counted: Mapping[str, Forms] = MappingProxyType({key: forms[index] for key, forms in _COUNTED.items()})
        self._plural = Locale.parse(self.language).plural_form

    @property
    def plain(self) -> "Words":
        """The same words for what is not part of a page: messages, addresses."""
        return _LOADED[self.language]

    def shown(self, text: str) -> str:
        """Any text in this language, as a page shows it."""
        return f"{OPEN}{text}{CLOSE}" if self.foreign and text else text

    def __getitem__(self, key: str) -> str:
        return self.shown(self._all[key])

    def __contains__(self, key: object) -> bool:
        return key in self._all

    def say(self, key: str, *, n: int = 0, **values: object) -> str:
        """With its values filled in. What counts something takes the form that this language has for `n` of it."""
        forms = self._counted.get(key)
        text = self._all[key] if forms is None else forms.get(self._plural(n), forms["other"])
        if "{n}" in text:
            values = {"n": self.number(n), **values}
        for name, value in values.items():
            said = self.size(value) if isinstance(value, Size) else str(value)
            text = text.replace("{" + name + "}", without_marks(said))
        return self.shown(text)

    def known(self, names: Names, key: str) -> str | None:
        """The name of a payment, channel or credential; None when it is not one of ours."""
        name = names.get(key.strip().casefold().replace(" ", "_").replace("-", "_"))
        return self.shown(name[self._index]) if isinstance(name, tuple) else name

    def number(self, number: int | float) -> str:
        return _number(number, self.language)

    def size(self, size: int) -> str:
        """As people read it, rounded down: who keeps to it is within it."""
        if size < 1_048_576:
            return f"{self.number(size // 1024)} KB"
        return f"{self.number(size * 10 // 1_048_576 / 10)} MB"

    def date(self, day: date, pattern: str = "d MMMM y") -> str:
        return self.shown(_date(day, pattern, self.language))


@lru_cache(2_048)
def _number(number: int | float, language: str) -> str:
    return str(format_decimal(number, locale=language))


_LOADED = {language: Words(language) for language in LANGUAGES}
_FOREIGN = {language: Words(language, foreign=True) for language in LANGUAGES}


# Whoever reads one of these reads Indonesian.
_OF_THE_ARCHIPELAGO = frozenset({"jv", "su", "ms", "mad", "min", "ban", "bug", "ace", "bjn", "sas", "mak", "bew"})


def words_for(language: str) -> Words:
    """The words around a text in `language` (`en-GB` reads as `en`): its own, or what its readers know best."""
    code = language.partition("-")[0].casefold()
    if code in _LOADED:
        return _LOADED[code]
    return _FOREIGN["id" if code in _OF_THE_ARCHIPELAGO else "en"]
