"""What the bar says, Indonesian and English."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "preview": ("Pratinjau", "Preview"),
    "site": ("yang tersimpan sekarang", "what is stored now"),
    "draft": ("draf", "draft"),
    "revision": ("revisi {n}", "revision {n}"),
    "unpublished": ("Situs ini belum terbit.", "This site is not published yet."),
    "one_post": ("Satu tulisan dibuka sebelum terbit.", "One post is shown before it is published."),
    "until": ("Tautan berlaku sampai {day} pukul {time}.", "The link lasts until {day}, {time}."),
    "tests": (
        "Formulir di sini hanya menyimpan tes: tidak dikirim ke siapa pun.",
        "Forms here only keep a test: it is sent to nobody.",
    ),
    "sent": ("Yang Anda kirim tadi tersimpan sebagai tes.", "What you have just sent was kept as a test."),
    "owners": ("Terbitkan di halaman pemilik", "Publish on the owner’s pages"),
    "width": ("Lebar", "Width"),
    "phone": ("Ponsel", "Phone"),
    "tablet": ("Tablet", "Tablet"),
    "whole": ("Penuh", "Full"),
    "framed": ("Halaman selebar {n} piksel", "The page, {n} pixels wide"),
    "as_of": ("Seperti pada tanggal", "As of"),
    "show": ("Lihat", "Show"),
    "as_of_now": ("Hari ini", "Today"),
    "as_of_said": ("Ditampilkan seperti pada {day}.", "Shown as of {day}."),
    "changed": ("{n} bagian berubah", "{n} parts changed"),
    "changed_one": ("1 bagian berubah", "1 part changed"),
    "same": ("Halaman ini sama dengan yang terbit.", "This page is the same as the published one."),
    "new_page": ("Halaman ini belum ada di situs yang terbit.", "This page is not on the published site yet."),
    "look": ("Tampilannya berubah.", "Its look has changed."),
    "gone": ("{n} bagian tidak ada lagi.", "{n} parts are no longer there."),
    "gone_one": ("1 bagian tidak ada lagi.", "1 part is no longer there."),
    "edit": ("Ketuk teks atau foto untuk menggantinya.", "Tap a text or a photo to change it."),
    "edit_off": ("Berhenti menyunting", "Stop editing"),
    "edit_nothing": ("Di halaman ini tidak ada yang dapat disunting.", "There is nothing to edit on this page."),
    "edit_sections": ("Bagian halaman ini", "Sections of this page"),
    "check": ("{n} hal perlu dicek", "{n} things to check"),
    "check_one": ("1 hal perlu dicek", "1 thing to check"),
    "check_none": ("Tidak ada yang perlu dicek", "Nothing to check"),
    "reasons": ("Rincian untuk pembuat situs", "Details for whoever made the site"),
    "in_section": ("Bagian “{name}”", "“{name}”"),
    "in_entry": ("Bagian “{name}”, nomor {n}", "“{name}”, number {n}"),
    "in_pages": ("Halaman", "Pages"),
    "in_profile": ("Info usaha", "The business"),
    "in_navigation": ("Menu atas", "Navigation"),
    "in_order": ("Susunan bagian", "Order of sections"),
    "in_look": ("Rupa dan warna", "Look and colours"),
    "in_redirects": ("Alamat lama", "Former addresses"),
    "in_settings": ("Pengaturan", "Settings"),
    "in_texts": ("Isi situs", "The site’s content"),
    "in_search": ("Pencarian dan berbagi", "Search and sharing"),
    "in_translation": ("Terjemahan ({name})", "Translation ({name})"),
    "owners_word": (
        "ditandai “contoh”; tampil untuk umum setelah pemilik menyatakannya benar",
        "marked “example”; shown to the public once its owner says that it is true",
    ),
    "not_shown": ("ada isi yang tidak dipakai di bagian ini", "something in it has no place in this section"),
    "leads_nowhere": ("tombol tanpa tujuan atau tanpa tulisan", "a button without a target or a label"),
    "made_up": ("nomor atau alamat yang tampaknya karangan", "a number or address that looks made up"),
    "foreign": ("gambar dari situs lain, tidak ditampilkan", "a picture of another site; not shown"),
    "twice": ("tertulis dua kali; yang pertama yang dipakai", "there twice; the first one counts"),
    "left_out": ("ada isi yang tidak dapat ditampilkan", "something that cannot be shown"),
    "unreadable": (
        "ada isi yang tidak terbaca; dipakai nilai bawaan",
        "something that cannot be read; the default is used",
    ),
    "placeholder": ("Mungkin hanya isian sementara: {text}", "Perhaps a placeholder: {text}"),
    "example": ("Contoh", "Example"),
    "more": ("… dan {n} lagi", "… and {n} more"),
}


def say(key: str, language: str, **values: object) -> str:
    return WORDS[key][language != "id"].format(**values)


def count(key: str, number: int, language: str) -> str:
    return say(f"{key}_one" if number == 1 else key, language, n=number)
