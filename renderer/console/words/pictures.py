"""Words of pictures: the list, uploads, one picture."""

PICTURES = {
    "tab_pictures": ("Gambar", "Pictures"),
    "pictures": ("Gambar", "Pictures"),
    "pictures_text": (
        "Foto untuk halaman dan kabar Anda. Ukuran untuk ponsel dan layar besar dibuat di sini; tempat pengambilan dan "
        "nama ponsel dihapus dari foto.",
        "Photographs for your pages and posts. Sizes for phones and large screens are made here; where a photograph "
        "was taken, and with which phone, is removed.",
    ),
    "pictures_choose": ("Pilih foto", "Choose photographs"),
    "pictures_choose_note": (
        "JPEG, PNG, WebP, GIF, AVIF, atau HEIC, paling besar {most}, paling banyak {n} sekaligus.",
        "JPEG, PNG, WebP, GIF, AVIF or HEIC, at most {most} each, at most {n} at a time.",
    ),
    "pictures_upload": ("Unggah", "Upload"),
    "pictures_none": ("Belum ada gambar", "No pictures yet"),
    "pictures_none_text": (
        "Foto menu, tempat, atau hasil kerja Anda membuat orang percaya. Pilih beberapa di atas.",
        "Photographs of your dishes, your place or your work make people trust you. Choose some above.",
    ),
    "pictures_room": ("{taken} dari {most} terpakai.", "{taken} of {most} used."),
    "pictures_room_open": ("{taken} terpakai.", "{taken} used."),
    "pictures_room_note": ("Semua situs Anda bersama-sama.", "All of your sites together."),
    "pictures_full": (
        "Tempat untuk gambar sudah penuh. Hapus yang tidak terpakai, atau pilih paket yang lebih besar.",
        "There is no room for further pictures. Delete what you do not use, or choose a larger plan.",
    ),
    "pictures_missing_alt": ("Tanpa keterangan", "No description"),
    "pictures_further": ("Gambar yang lebih lama", "Older pictures"),
    "pictures_back": ("Gambar yang lebih baru", "Newer pictures"),
    "picture_refused": ("Yang tidak disimpan:", "What was not kept:"),
    "picture_kept": ("{n} gambar tersimpan.", "{n} pictures saved."),
    "picture_kept_one": ("Satu gambar tersimpan.", "One picture saved."),
    "picture_no_svg": (
        "SVG tidak diterima, karena dapat berisi program. Simpan sebagai PNG.",
        "SVG is not taken, because it can hold a program. Save it as PNG.",
    ),
    "picture_no_heic": (
        "HEIC ini tidak dapat dibaca: rusak, tidak lengkap, atau jenis yang jarang. Kirim sebagai JPEG.",
        "This HEIC cannot be read: it is damaged, incomplete or of a rare kind. Send it as JPEG.",
    ),
    "picture_no_type": (
        "Ini bukan gambar JPEG, PNG, WebP, GIF, AVIF, atau HEIC.",
        "This is not a JPEG, PNG, WebP, GIF, AVIF or HEIC picture.",
    ),
    "picture_no_dimensions": (
        "Terlalu banyak piksel. Kecilkan dahulu, misalnya menjadi 4000 piksel lebarnya.",
        "Too many pixels. Make it smaller first, 4000 pixels wide for example.",
    ),
    "picture_no_broken": ("Berkasnya rusak atau tidak lengkap.", "The file is damaged or incomplete."),
    "picture_no_too_hard": (
        "Gambar ini terlalu berat untuk diolah. Simpan ulang sebagai JPEG.",
        "This picture is too hard to work on. Save it again as JPEG.",
    ),
    "picture_no_size": ("Lebih besar dari {most}.", "Larger than {most}."),
    "picture_no_full": ("Tidak ada tempat lagi.", "There is no room left."),
    "picture_no_busy": (
        "Terlalu banyak gambar sedang diolah. Coba lagi sebentar lagi.",
        "Too many pictures are being worked on. Try again in a moment.",
    ),
    "picture_no_away": (
        "Penyimpanan sedang tidak terjangkau. Coba lagi sebentar lagi.",
        "The storage cannot be reached now. Try again in a moment.",
    ),
    "picture_no_many": ("Lebih dari {n} sekaligus.", "More than {n} at a time."),
    "pictures_nothing": ("Pilih dahulu satu foto atau lebih.", "Choose one photograph or more first."),
    "pictures_unread": (
        "Unggahan tidak lengkap dan tidak dapat dibaca. Coba lagi.",
        "The upload was incomplete and could not be read. Try again.",
    ),
    "picture_up": ("Semua gambar", "All pictures"),
    "picture_untitled": ("Gambar", "Picture"),
    "picture_alt": ("Keterangan", "Description"),
    "picture_alt_note": (
        "Apa yang terlihat, dalam satu kalimat: untuk orang yang tidak melihatnya dan untuk mesin pencari.",
        "What can be seen, in one sentence: for people who do not see it, and for search engines.",
    ),
    "picture_save": ("Simpan keterangan", "Save the description"),
    "picture_facts": ("{width} × {height} piksel, {size}, {date}", "{width} × {height} pixels, {size}, {date}"),
    "picture_address": ("Alamat", "Address"),
    "picture_address_note": (
        "Di kabar, tulis: ![keterangan](alamat)",
        "In a post, write: ![description](address)",
    ),
    "picture_uses": ("Dipakai di", "Used in"),
    "picture_use_site": ("Halaman situs", "Pages of the site"),
    "picture_use_site_draft": ("Draf halaman situs", "Draft of the site’s pages"),
    "picture_unused": ("Belum dipakai di mana pun.", "Not used anywhere yet."),
    "picture_delete": ("Hapus gambar", "Delete the picture"),
    "picture_delete_used": (
        "Tempat yang memakainya akan kosong, juga di versi lama situs.",
        "Where it is used there will be a gap, in old versions of the site as well.",
    ),
    "picture_delete_unused": ("Ini tidak dapat dibatalkan.", "This cannot be undone."),
    "picture_sure": ("Ya, hapus gambar ini untuk selamanya", "Yes, delete this picture for ever"),
    "done_pictures_added": ("Gambar tersimpan.", "Pictures saved."),
    "done_picture_described": ("Keterangan tersimpan.", "Description saved."),
    "done_picture_deleted": ("Gambar dihapus.", "Picture deleted."),
}
