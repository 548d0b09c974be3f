"""A site's privacy page, made from what its owner states: who answers, what for, how long, and the visitor's rights.

It says what UU 27/2022 on personal data protection, article 21, obliges a controller to say, and no more than this
program does: whoever does more with data has to write a page of their own, which then stands in this one's place.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from renderer.themes.contract.components import Privacy
from renderer.themes.text.links import mail_link, safe_link
from renderer.themes.text.phone import read_phone
from renderer.themes.text.typography import polish, shorten
from renderer.themes.text.words import Words
from renderer.themes.views import Link

_VALUE = re.compile(r"\{(\w+)\}")
_TEXTS = {
    "who": ("Siapa yang bertanggung jawab", "Who is responsible"),
    "who_text": (
        "{controller} adalah pengendali data pribadi untuk situs ini menurut UU No. 27 Tahun 2022 tentang "
        "Pelindungan Data Pribadi.",
        "{controller} is the controller of personal data for this site under Indonesia’s Law No. 27 of 2022 on "
        "Personal Data Protection.",
    ),
    "reach": ("Hubungi: {contact}", "Contact: {contact}"),
    "what": ("Data apa, dan untuk apa", "What data, and what for"),
    "visits": (
        "Kunjungan dihitung tanpa nama: halaman yang dibuka, jenis perangkat dan peramban, kota atau negara, serta "
        "tombol kontak yang ditekan. Alamat IP tidak disimpan, dan situs ini tidak memakai cookie pelacak.",
        "Visits are counted without names: the page, the kind of device and browser, the city or country, and which "
        "contact links are followed. IP addresses are not stored, and this site sets no tracking cookie.",
    ),
    "messages": (
        "Isi formulir dan pesan yang Anda kirim (nama, nomor atau surel, dan isi pesannya) dipakai untuk menjawab dan "
        "memenuhi permintaan Anda, atas dasar persetujuan atau permintaan Anda sendiri.",
        "Forms and messages that you send (name, number or e-mail, and the message) are used to answer and fulfil your "
        "request, on the basis of your consent or of that request.",
    ),
    "judged": (
        "Agar spam tersaring, nama, surel, isi pesan, alamat IP, dan jenis peramban Anda serta halaman yang Anda pakai "
        "dikirim ke Akismet (Automattic Inc., Amerika Serikat) ketika Anda mengirim formulir.",
        "To keep spam out, your name, e-mail address, message, IP address and browser, and the page you use, are sent "
        "to Akismet (Automattic Inc., USA) when you send a form.",
    ),
    "purposes": ("Tujuan lain yang kami nyatakan:", "Further purposes that we state:"),
    "others": (
        "Tautan ke WhatsApp, peta, dan lokapasar membuka layanan pihak lain yang punya kebijakannya sendiri.",
        "Links to WhatsApp, maps and marketplaces open services of others, which have policies of their own.",
    ),
    "long": ("Berapa lama disimpan", "How long it is kept"),
    "needed": (
        "Data pribadi disimpan selama diperlukan untuk tujuan di atas, lalu dihapus.",
        "Personal data is kept for as long as the purposes above need it and then deleted.",
    ),
    "rights": ("Hak Anda", "Your rights"),
    "rights_text": (
        "Anda berhak mengetahui, melihat, melengkapi, memperbaiki, dan meminta penghapusan data pribadi Anda, "
        "membatasi pemrosesannya, serta menarik persetujuan kapan saja. Sampaikan lewat kontak di atas.",
        "You may ask what we hold, see it, complete or correct it, have it deleted, restrict its processing, and "
        "withdraw your consent at any time. Write to the contact above.",
    ),
}


def privacy_text(
    privacy: Privacy,
    words: Words,
    *,
    name: str,
    address: Sequence[str],
    reach: Sequence[Link],
    counted: bool,
    judged: bool,
) -> Markup:
    """The page's body: paragraphs under second-level headings. `reach` stands in where no contact is named."""
    index = 1 if words.language == "en" else 0

    def say(key: str, **values: Markup | str) -> Markup:
        parts = _VALUE.split(_TEXTS[key][index])
        return Markup("").join(values[part] if place % 2 else words.shown(part) for place, part in enumerate(parts))

    controller = polish(shorten(privacy.controller or name, 120))
    lines = [shorten(privacy.address, 200)] if privacy.address else list(address)
    contact = _contact(privacy.contact) or Markup(" · ").join(_anchor(link) for link in reach)
    blocks = [_heading(say("who")), _paragraph(say("who_text", controller=controller))]
    if lines:
        blocks.append(_paragraph(Markup("<br>").join(lines)))
    if contact:
        blocks.append(_paragraph(say("reach", contact=contact)))
    blocks.append(_heading(say("what")))
    if counted:
        blocks.append(_paragraph(say("visits")))
    blocks.append(_paragraph(say("messages")))
    if judged:
        blocks.append(_paragraph(say("judged")))
    purposes = [polish(shorten(purpose, 200)) for purpose in privacy.purposes[:20]]
    if purposes:
        blocks.append(_paragraph(say("purposes")))
        blocks.append(
            Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(one) for one in purposes))
        )
    blocks.append(_paragraph(say("others")))
    blocks.append(_heading(say("long")))
    days = privacy.retention_days
    blocks.append(_paragraph(words.say("kept_days", n=days) if days else say("needed")))
    blocks += [_heading(say("rights")), _paragraph(say("rights_text"))]
    return Markup("").join(blocks)


def _contact(text: str | None) -> Markup | None:
    if not text:
        return None
    phone = read_phone(text)
    if phone:
        return _anchor(Link(phone.shown, phone.tel))
    link = mail_link(text) or safe_link(text)
    return _anchor(Link(text, link)) if link else escape(shorten(text, 120))


def _anchor(link: Link) -> Markup:
    return Markup('<a href="{}">{}</a>').format(link.href, link.label)


def _heading(text: Markup) -> Markup:
    return Markup("<h2>{}</h2>").format(text)


def _paragraph(text: Markup | str) -> Markup:
    return Markup("<p>{}</p>").format(text)
