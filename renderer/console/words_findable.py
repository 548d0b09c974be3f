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
    "findable_picture_note": (
        "Alamat gambar di situs Anda, misalnya /foto/warung.jpg. Kosongkan: digambar sendiri.",
        "The address of a picture on your site, such as /foto/warung.jpg. Left empty: one is drawn.",
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
