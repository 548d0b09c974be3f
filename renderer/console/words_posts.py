"""Words of posts and their editor."""

POSTS = {
    "tab_posts": ("Kabar", "Posts"),
    "posts": ("Kabar", "Posts"),
    "posts_shelves": ("Kabar menurut status", "Posts by status"),
    "posts_all": ("Semua", "All"),
    "posts_draft": ("Draf", "Drafts"),
    "posts_published": ("Terbit", "Published"),
    "posts_archived": ("Arsip", "Archive"),
    "posts_new": ("Tulis kabar", "Write a post"),
    "posts_none": ("Belum ada kabar", "No posts yet"),
    "posts_none_text": (
        "Menu baru, jadwal libur, cerita dari dapur: tulis yang pertama.",
        "A new dish, holidays, a story from the kitchen: write the first one.",
    ),
    "posts_further": ("Kabar yang lebih lama", "Older posts"),
    "posts_back": ("Kabar yang lebih baru", "Newer posts"),
    "post_up": ("Semua kabar", "All posts"),
    "post_is_draft": ("Draf", "Draft"),
    "post_is_published": ("Terbit", "Published"),
    "post_is_archived": ("Diarsipkan", "Archived"),
    "post_is_scheduled": ("Terjadwal {date}", "Scheduled for {date}"),
    "post_untitled": ("Tanpa judul", "Untitled"),
    "post_title": ("Judul", "Title"),
    "post_slug": ("Alamat", "Address"),
    "post_slug_note": (
        "Huruf kecil, angka, dan tanda hubung. Kosongkan: dibuat dari judul. Alamat lama tetap mengarah ke sini.",
        "Small letters, digits and hyphens. Left empty, it is made of the title. Old addresses go on leading here.",
    ),
    "post_old_slugs": ("Alamat lama yang mengarah ke sini: {slugs}", "Old addresses that lead here: {slugs}"),
    "post_excerpt": ("Ringkasan", "Summary"),
    "post_body": ("Isi", "Text"),
    "post_body_note": (
        "Markdown: ## judul bagian, **tebal**, - daftar, [tautan](https://…). Baris kosong memulai paragraf.",
        "Markdown: ## heading, **bold**, - list, [link](https://…). A blank line begins a paragraph.",
    ),
    "post_foreign": (
        "Isi ini ditulis dengan penyunting lain. Di sini ia tidak diubah; judul, alamat, dan jadwal dapat diubah.",
        "This text was written in another editor. It stays untouched here; title, address and schedule can be changed.",
    ),
    "post_categories": ("Kategori", "Categories"),
    "post_tags": ("Tag", "Tags"),
    "post_labels_note": ("Pisahkan dengan koma.", "Separated by commas."),
    "post_status": ("Status", "Status"),
    "post_at": ("Terbit pada", "Publish at"),
    "post_at_note": (
        "Waktu situs ({zone}). Kosong: segera setelah terbit.",
        "Time of the site ({zone}). Empty: as soon as it is published.",
    ),
    "post_save": ("Simpan", "Save"),
    "post_preview": ("Lihat pratinjau", "Show the preview"),
    "post_preview_title": ("Pratinjau", "Preview"),
    "post_preview_empty": ("Belum ada isinya.", "There is nothing in it yet."),
    "post_open": ("Buka di situs", "Open on the site"),
    "post_moved": (
        "Kabar ini disimpan orang atau program lain ketika Anda menulis. Tulisan Anda masih di bawah, belum disimpan. "
        "Menyimpan lagi menggantikan yang lain itu.",
        "Somebody or another program saved this post while you were writing. What you wrote is still below, not saved. "
        "Saving again replaces the other one.",
    ),
    "done_post_saved": ("Tersimpan.", "Saved."),
    "wrong_no_slug": (
        "Hanya huruf kecil, angka, dan tanda hubung.",
        "Small letters, digits and hyphens alone.",
    ),
    "wrong_slug_taken": ("Kabar lain sudah memakai alamat ini.", "Another post has this address already."),
    "wrong_no_label": ("Nama perlu huruf atau angka.", "A name needs a letter or a digit."),
}
