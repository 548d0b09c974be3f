"""Words of texts: sections and their forms, choosing pictures."""

TEXTS = {
    "tab_texts": ("Teks & foto", "Texts & photos"),
    "texts": ("Teks dan foto halaman", "Texts and photos of the pages"),
    "texts_text": (
        "Buka pratinjau dan ketuk teks atau foto yang ingin diganti, atau pilih bagiannya di bawah. Yang Anda ganti "
        "masuk draf.",
        "Open the preview and tap a text or a photo to change it, or choose its section below. What you change goes "
        "into the draft.",
    ),
    "texts_tap": ("Buka pratinjau untuk diketuk", "Open the preview to tap"),
    "texts_none": ("Belum ada bagian", "No sections yet"),
    "texts_none_text": (
        "Isi situs ini belum mempunyai bagian dengan teks sendiri.",
        "This site’s content has no sections with texts of their own yet.",
    ),
    "texts_everywhere": ("Di setiap halaman", "On every page"),
    "texts_logo": ("Logo", "Logo"),
    "texts_home": ("Beranda", "Home page"),
    "texts_gone": (
        "Bagian itu tidak ada lagi di draf: mungkin dihapus atau dipindahkan. Pilih lagi di bawah.",
        "That section is no longer in the draft: it was perhaps removed or moved. Choose again below.",
    ),
    "texts_moved": (
        "Bagian ini diubah orang atau program lain ketika Anda mengetik. Ketikan Anda masih di bawah, belum disimpan; "
        "yang sekarang tersimpan tertulis di sebelahnya. Menyimpan lagi menggantikannya.",
        "Somebody or another program changed this section while you were typing. What you typed is still below, not "
        "saved; what is stored now stands beside it. Saving again replaces it.",
    ),
    "texts_up": ("Semua bagian", "All sections"),
    "texts_save": ("Simpan ke draf", "Save into the draft"),
    "texts_see": ("Lihat di pratinjau", "See it in the preview"),
    "texts_entry": ("Entri {n}", "Entry {n}"),
    "texts_foreign": (
        "Ditulis dengan penyunting lain; di sini tidak diubah.",
        "Written in another editor; it stays untouched here.",
    ),
    "texts_empty_section": (
        "Bagian ini tidak mempunyai teks sendiri: isinya datang dari profil usaha.",
        "This section has no texts of its own: what it shows comes from the business profile.",
    ),
    "texts_markdown": (
        "Boleh Markdown: **tebal**, - daftar, [tautan](https://…).",
        "Markdown is welcome: **bold**, - list, [link](https://…).",
    ),
    "text_now": ("Sekarang tersimpan: {text}", "Stored now: {text}"),
    "text_label": ("Tulisan kecil di atas judul", "Small line above the heading"),
    "text_title": ("Judul", "Heading"),
    "text_intro": ("Pengantar", "Introduction"),
    "text_text": ("Teks", "Text"),
    "text_note": ("Catatan", "Note"),
    "text_button": ("Tulisan tombol", "Button"),
    "text_image": ("Foto", "Photo"),
    "text_alt": ("Keterangan foto", "Description of the photo"),
    "text_group_name": ("Judul kelompok", "Heading of the group"),
    "text_group_text": ("Teks kelompok", "Text of the group"),
    "text_item_name": ("Nama", "Name"),
    "text_item_label": ("Tulisan kecil", "Small line"),
    "text_item_role": ("Peran", "Role"),
    "text_item_value": ("Angka", "Number"),
    "text_item_text": ("Teks", "Text"),
    "text_item_duration": ("Lama", "Duration"),
    "text_item_when": ("Waktu", "Time"),
    "text_item_place": ("Tempat", "Place"),
    "text_item_badge": ("Tanda", "Badge"),
    "text_photo_change": ("Ganti foto", "Change the photo"),
    "text_photo_add": ("Pilih foto", "Choose a photo"),
    "text_photo_none": ("Belum ada foto.", "No photo yet."),
    "text_photo_foreign": ("Foto dari alamat lain: {text}", "A photo from another address: {text}"),
    "choice": ("Pilih foto", "Choose a photo"),
    "choice_text": (
        "Foto yang sudah diunggah untuk situs ini, yang terbaru dahulu.",
        "The photos uploaded for this site, the newest first.",
    ),
    "choice_none": ("Belum ada foto yang diunggah", "No photos uploaded yet"),
    "choice_none_text": ("Unggah dahulu, lalu kembali ke sini.", "Upload some first, then come back."),
    "choice_upload": ("Unggah foto", "Upload photos"),
    "choice_without": ("Tanpa foto", "Without a photo"),
    "choice_take": ("Pakai foto ini", "Use this photo"),
    "choice_up": ("Kembali", "Back"),
    "done_texts_changed": (
        "Tersimpan di draf. Pratinjau sudah menampilkannya.",
        "Saved into the draft. The preview shows it already.",
    ),
    "wrong_unread": (
        "Ini tidak dapat disimpan seperti yang tertulis: situs akan membacanya sebagai kosong.",
        "This cannot be saved as it is written: the site would read it as empty.",
    ),
    "section_other": ("Bagian", "Section"),
}
