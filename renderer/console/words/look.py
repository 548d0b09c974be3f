"""Words of a site's look: themes, their variants and colours."""

LOOK = {
    "tab_look": ("Rupa", "Look"),
    "look": ("Rupa", "Look"),
    "look_text": (
        "Isi Anda sendiri, dalam rupa yang lain. Yang Anda pilih masuk draf; pengunjung belum melihatnya.",
        "Your own content in another look. What you choose goes into the draft; visitors do not see it yet.",
    ),
    "look_now": ("Draf sekarang", "The draft now"),
    "look_now_frame": ("Beranda dalam rupa draf sekarang", "The home page as the draft has it now"),
    "look_themes": ("Tema", "Theme"),
    "look_variants": ("Gaya {name}", "Styles of {name}"),
    "look_schemes": ("Warna", "Colours"),
    "look_schemes_text": (
        "Warna yang Anda atur sendiri diganti oleh skema yang dipilih.",
        "Colours that you set yourself give way to the scheme you choose.",
    ),
    "look_frame": ("Beranda Anda dalam {name}", "Your home page in {name}"),
    "look_take": ("Pakai", "Use"),
    "look_take_of": ("Pakai {name}", "Use {name}"),
    "look_taken": ("Terpilih", "Chosen"),
    "look_locked": ("Untuk paket berbayar", "For paid plans"),
    "done_look_template": ("Tema masuk draf. Belum tayang.", "The theme is in the draft. Not live yet."),
    "done_look_variant": ("Gaya masuk draf. Belum tayang.", "The style is in the draft. Not live yet."),
    "done_look_scheme": ("Warna masuk draf. Belum tayang.", "The colours are in the draft. Not live yet."),
    "look_unknown": (
        "Pilihan itu tidak ada untuk situs ini. Tidak ada yang berubah.",
        "There is no such choice for this site. Nothing was changed.",
    ),
}
