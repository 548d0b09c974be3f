"""Words of how a site is found and shared."""

FINDABLE = {
    "tab_search": ("Pencarian", "Search"),
    "findable": ("Pencarian & berbagi", "Search and sharing"),
    "findable_text": (
        "Begini situs Anda tampil di mesin pencari dan saat tautannya dikirim.",
        "This is how your site shows in search engines, and where its link is sent.",
    ),
    "findable_result": ("Di mesin pencari", "In search engines"),
    "findable_card": ("Saat dibagikan", "When shared"),
    "findable_card_alt": ("Gambar yang tampil bersama tautan", "The picture that shows with the link"),
    "findable_hidden_now": (
        "Situs ini disembunyikan dari mesin pencari.",
        "This site is hidden from search engines.",
    ),
    "findable_title": ("Judul", "Title"),
    "findable_title_note": (
        "Paling banyak {n} karakter. Kosongkan: nama dan slogan situs.",
        "At most {n} characters. Left empty: the site’s name and tagline.",
    ),
    "findable_description": ("Keterangan", "Description"),
    "findable_description_note": (
        "Paling banyak {n} karakter: apa yang didapat orang di sini.",
        "At most {n} characters: what people find here.",
    ),
    "findable_picture": ("Gambar", "Picture"),
    "findable_site": ("Situs & beranda", "Site and home page"),
    "findable_page_note": (
        "Paling banyak {n} karakter. Ini juga nama halaman di menu situs, kecuali menu punya nama sendiri.",
        "At most {n} characters. It is the page’s name in the site’s menu too, unless the menu has one of its own.",
    ),
    "findable_more": ("Untuk yang paham robots.txt", "For those who know robots.txt"),
    "emblem_card": ("Gambar saat dibagikan", "Picture when shared"),
    "emblem_card_text": (
        "Pilih foto mendatar; aplikasi pesan memotongnya kira-kira 2 banding 1. Tanpa pilihan, gambar dibuat dari "
        "judul dan warna situs.",
        "Choose a wide photo; messengers cut it to about 2 by 1. Without one, a picture is drawn from the site’s title "
        "and colours.",
    ),
    "emblem_card_choose": ("Pakai foto sendiri", "Use a photo of your own"),
    "emblem_card_change": ("Ganti gambar ini", "Change this picture"),
    "emblem_card_none": ("Kembali ke gambar buatan", "Back to the drawn picture"),
    "emblem_icon": ("Ikon situs", "Icon of the site"),
    "emblem_icon_text": (
        "Gambar kecil di tab peramban dan hasil pencarian. Pilih yang persegi, paling jelas logo tanpa tulisan.",
        "The small picture in browser tabs and search results. Choose a square one, best a logo without words.",
    ),
    "emblem_icon_choose": ("Pakai ikon sendiri", "Use an icon of your own"),
    "emblem_icon_change": ("Ganti ikon", "Change the icon"),
    "emblem_icon_none": ("Kembali ke ikon buatan", "Back to the drawn icon"),
    "emblem_left_out": (
        "{n} foto lain tidak persegi, jadi tidak ditampilkan di sini.",
        "{n} other pictures are not square, so they are not shown here.",
    ),
    "emblem_left_out_one": (
        "1 foto lain tidak persegi, jadi tidak ditampilkan di sini.",
        "1 other picture is not square, so it is not shown here.",
    ),
    "findable_address": ("Alamat halaman", "Address of the page"),
    "findable_address_note": (
        "Misalnya /tentang. Bila diganti, alamat lama tetap mengarah ke sini.",
        "For example /tentang. If you change it, the old address goes on leading here.",
    ),
    "findable_old": ("Alamat lama yang mengarah ke sini: {addresses}", "Old addresses that lead here: {addresses}"),
    "wrong_no_path": (
        "Alamat ini tidak bisa dipakai. Contoh: /tentang, /layanan/antar.",
        "This address cannot be used. Examples: /tentang, /services/delivery.",
    ),
    "wrong_path_taken": ("Halaman lain sudah memakai alamat ini.", "Another page has this address already."),
    "done_page_moved": (
        "Masuk draf. Setelah ditayangkan, alamat lama mengarah ke yang baru.",
        "It is in the draft. Once published, the old address leads to the new one.",
    ),
    "findable_nav": ("Nama di menu atas", "Name in the navigation"),
    "findable_nav_note": (
        "Satu atau dua kata; kosong berarti judulnya.",
        "One or two words; empty means its title.",
    ),
    "findable_hidden": ("Sembunyikan dari mesin pencari", "Hide it from search engines"),
    "findable_lines": ("Baris sendiri untuk robots.txt", "Lines of your own for robots.txt"),
    "findable_lines_note": (
        "Untuk yang tahu: User-agent, Allow, Disallow, Crawl-delay; satu per baris.",
        "For those who know: User-agent, Allow, Disallow, Crawl-delay; one a line.",
    ),
    "findable_try": ("Lihat dulu", "Preview"),
    "findable_save": ("Simpan ke draf", "Save into the draft"),
    "wrong_picture_foreign": ("Bukan gambar di situs ini.", "Not a picture on this site."),
    "wrong_robots_lines": (
        "Ada baris yang bukan aturan robots.txt.",
        "A line is not a rule of robots.txt.",
    ),
    "wrong_robots_closed": (
        "Ini menutup seluruh situs; untuk itu centang kotak di atas.",
        "This closes the whole site; tick the box above for that.",
    ),
}
