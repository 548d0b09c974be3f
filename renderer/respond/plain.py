"""The pages that belong to nobody: no site answers, or none may be named.

One document in both languages, since there is no site to tell which, and byte-identical for every host that gets it.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape

_STYLE = (
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f6f5f2;color:#22211e;"
    "font:17px/1.6 system-ui,sans-serif}main{max-width:34rem;padding:2rem}h1{font-size:1.5rem;line-height:1.25;"
    "margin:0 0 .75rem}textarea{display:block;width:100%;box-sizing:border-box;font:inherit;margin:0 0 .75rem}"
    "p{margin:0 0 1.25rem}a{color:inherit}.other{color:#5d5a52;font-size:.95rem}"
    "@media(prefers-color-scheme:dark){body{background:#191816;color:#eceae4}.other{color:#a8a49a}}"
)
STYLE_HASHES = (b64encode(sha256(_STYLE.encode()).digest()).decode(),)

_TEXTS = {
    400: (
        ("Permintaan tidak dapat dibaca", "Alamat atau permintaan ini tidak sah. Periksa lagi alamatnya."),
        ("Bad request", "This address or request is not valid. Please check the address."),
    ),
    404: (
        ("Tidak ada situs di alamat ini", "Periksa lagi ejaan alamatnya."),
        ("There is no site at this address", "Please check the spelling of the address."),
    ),
    410: (
        ("Situs ini sudah tidak ada", "Pemiliknya telah menutup situs di alamat ini."),
        ("This site is gone", "Its owner has closed the site at this address."),
    ),
    413: (
        ("Kiriman terlalu besar", "Kurangi ukurannya, lalu coba lagi."),
        ("The request is too large", "Please make it smaller and try again."),
    ),
    414: (
        ("Alamat terlalu panjang", "Persingkat alamatnya, lalu coba lagi."),
        ("The address is too long", "Please shorten the address and try again."),
    ),
    431: (
        ("Permintaan ini membawa terlalu banyak", "Hapus kuki situs ini di peramban Anda, lalu coba lagi."),
        ("The request carries too much", "Please delete this site’s cookies in your browser and try again."),
    ),
    500: (
        ("Terjadi kesalahan pada kami", "Kesalahan ini sudah tercatat. Coba lagi sebentar lagi."),
        ("Something went wrong on our side", "It has been recorded. Please try again in a moment."),
    ),
    503: (
        ("Situs ini sedang tidak tersedia", "Coba lagi nanti."),
        ("This site is not available at the moment", "Please try again later."),
    ),
}
_OTHER = (
    ("Permintaan ini tidak dapat dilayani", "Permintaan ini tidak berlaku untuk alamat ini."),
    ("This request cannot be served", "The request does not apply to this address."),
)


def contact_page(uri: str) -> str:
    """Where abuse of sites is reported: `uri` is an e-mail address (mailto:) or a page."""
    link = f'<a href="{escape(uri)}">{escape(uri.removeprefix("mailto:"))}</a>'
    return _document(
        "Laporkan penyalahgunaan",
        "<p>Situs di bawah alamat ini dibuat oleh pemiliknya masing-masing. Jika sebuah situs menipu, menyebarkan "
        f"perangkat jahat, atau melanggar hak Anda, kirimkan alamatnya dan alasannya ke {link}.</p>"
        '<div class="other" lang="en"><p><strong>Report abuse.</strong> Sites below this address are made by their '
        "owners. If one deceives, spreads malware or infringes your rights, send its address and the reason to "
        f"{link}.</p></div>",
    )


def plain_page(status: int, typed: Sequence[str] = (), language: str = "id") -> str:
    """A whole HTML document for `status`; its only style is allowed by `STYLE_HASHES`. `typed` is what a visitor sent,
    shown to be copied; `language` (id or en) comes first."""
    texts = dict(zip(("id", "en"), _TEXTS.get(status, _OTHER), strict=True))
    first, second = ("en", "id") if language == "en" else ("id", "en")
    (title, text), (other_title, other) = texts[first], texts[second]
    also = f'<div class="other" lang="{second}"><p><strong>{other_title}.</strong> {other}</p></div>'
    return _document(title, f"<p>{text}</p>{also}{_shown(typed, first, second)}", first)


def thanks_page(reference: str, language: str = "id") -> str:
    """For whom something was stored that its site cannot say now; `language` as for `plain_page`."""
    first, second = ("en", "id") if language == "en" else ("id", "en")
    (title, text), (other_title, other) = _THANKS[first], _THANKS[second]
    number = f"<p><strong>{escape(reference)}</strong></p>" if reference else ""
    also = f'<div class="other" lang="{second}"><p><strong>{other_title}.</strong> {other}</p></div>'
    return _document(title, f"<p>{text}</p>{number}{also}", first)


def closed_page(typed: Sequence[str] = (), language: str = "id") -> str:
    """For who sent a form that takes nothing (any more); `typed` and `language` as for `plain_page`."""
    first, second = ("en", "id") if language == "en" else ("id", "en")
    (title, text), (other_title, other) = _CLOSED[first], _CLOSED[second]
    also = f'<div class="other" lang="{second}"><p><strong>{other_title}.</strong> {other}</p></div>'
    return _document(title, f"<p>{text}</p>{also}{_shown(typed, first, second)}", first)


def _document(title: str, body: str, language: str = "id") -> str:
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{title}</h1>{body}</main></body></html>\n"
    )


def _shown(typed: Sequence[str], language: str, other: str) -> str:
    if not typed:
        return ""
    boxes = "".join(
        f'<textarea rows="{2 if len(text) < 120 else 6}" aria-label="{number}" readonly>\n{escape(text)}</textarea>'
        for number, text in enumerate(typed, start=1)
    )
    return f'<p>{_UNSENT[language]} <span class="other" lang="{other}">{_UNSENT[other]}</span></p>{boxes}'


_THANKS = {
    "id": ("Terima kasih", "Isian Anda sudah kami terima. Anda tidak perlu mengirimnya lagi."),
    "en": ("Thank you", "We have received what you sent. You need not send it again."),
}
_CLOSED = {
    "id": ("Formulir ini ditutup", "Hubungi kami dengan cara lain yang ada di situs ini."),
    "en": ("This form is closed", "Please get in touch in another way that this site names."),
}
_UNSENT = {
    "id": "Isian Anda belum terkirim; salin dari sini, atau kembali dan kirim lagi.",
    "en": "What you typed was not sent yet; copy it from here, or go back and send it again.",
}
