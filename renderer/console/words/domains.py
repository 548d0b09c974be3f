"""Words of a site's domains."""

DOMAINS = {
    "tab_domains": ("Domain", "Domains"),
    "domains": ("Domain", "Domains"),
    "domains_text": (
        "Situs Anda selalu tampil di {host}. Dengan domain sendiri, alamatnya menjadi nama Anda.",
        "Your site always shows at {host}. With a domain of your own, its address is your name.",
    ),
    "all_domains": ("Domain semua situs", "Domains of all sites"),
    "all_domains_text": (
        "Yang bermasalah di atas. Ketuk satu untuk melihat catatannya.",
        "Those that fail come first. Tap one to see its records.",
    ),
    "all_domains_none": ("Belum ada domain sendiri", "No domain of your own yet"),
    "all_domains_none_text": (
        "Domain ditambahkan di tiap situs, di Situs → Domain.",
        "Domains are added at each site, in Site → Domains.",
    ),
    "more_domains": ("Domain berikutnya", "Further domains"),
    "fewer_domains": ("Domain sebelumnya", "Earlier domains"),
    "domain_add": ("Pakai domain sendiri", "Use a domain of your own"),
    "domain_host": ("Domain", "Domain"),
    "domain_host_note": (
        "Contoh: warungbutini.id. Tulis tanpa www: alamat dengan www ikut sendiri.",
        "For example warungbutini.id. Leave out www: the address with www comes along by itself.",
    ),
    "domain_claim": ("Tambahkan", "Add"),
    "domain_wrong_misspelt": (
        "Ini bukan nama domain yang bisa dipakai. Periksa ejaannya; contohnya warungbutini.id",
        "This is no domain name that can be used. Check its spelling; warungbutini.id is one.",
    ),
    "domain_wrong_ours": (
        "Alamat ini sudah dari kami. Tulis domain yang Anda beli sendiri.",
        "This address is one of ours. Type a domain that you bought yourself.",
    ),
    "domain_wrong_nobodys": (
        "Nama ini tidak dapat dimiliki perorangan. Tulis domain lengkap yang Anda beli, misalnya warungbutini.co.id",
        "Nobody can own this name. Type the whole domain that you bought, such as warungbutini.co.id",
    ),
    "domain_wrong_many": (
        "Situs ini sudah punya sepuluh domain. Lepaskan satu yang tidak dipakai.",
        "This site has ten domains already. Give up one that is not used.",
    ),
    "domain_wrong_tier": (
        "Paket Anda belum mencakup domain sendiri. Ganti paket dulu, lalu tambahkan di sini.",
        "Your plan does not include a domain of your own. Change the plan first, then add it here.",
    ),
    "domains_more": (
        "Hanya {most} domain yang ditampilkan. Lepaskan yang tidak dipakai untuk melihat yang lain.",
        "No more than {most} domains are shown. Give up those that are not used to see the others.",
    ),
    "domain_text_verified": (
        "Biarkan catatan DNS-nya tetap terpasang: ia diperiksa setiap hari.",
        "Leave its DNS records as they are: they are looked for every day.",
    ),
    "domain_text_failing": (
        "Catatan TXT tidak terlihat lagi. Pasang lagi dalam tujuh hari; sampai itu domain ini tetap menampilkan situs "
        "Anda.",
        "The TXT record is not to be seen any more. Set it again within seven days; until then this domain still shows "
        "your site.",
    ),
    "domain_text_quarantined": (
        "Catatan TXT hilang terlalu lama, jadi domain ini tidak menampilkan situs Anda lagi. Pasang lagi; setelah "
        "terlihat, ia aktif sendiri.",
        "The TXT record was missing too long, so this domain does not show your site any more. Set it again; once it "
        "is seen, the domain works by itself.",
    ),
    "domain_records": (
        "Pasang dua catatan DNS ini di tempat Anda membeli domain:",
        "Set these two DNS records where you bought the domain:",
    ),
    "domain_records_www": (
        "Pasang tiga catatan DNS ini di tempat Anda membeli domain; alamat dengan www ikut sendiri:",
        "Set these three DNS records where you bought the domain; the address with www comes along by itself:",
    ),
    "domain_record_full": ("Bila diminta nama lengkap:", "Where the full name is asked for:"),
    "domain_record_name": ("Nama", "Name"),
    "domain_record_value": ("Isi", "Value"),
    "domain_apex": (
        "Bila penyedia menolak CNAME untuk domain tanpa awalan, pakai ALIAS atau ANAME.",
        "If your provider refuses a CNAME for a bare domain, use ALIAS or ANAME.",
    ),
    "domain_apex_addresses": ("Atau A/AAAA ke:", "Or A/AAAA records to:"),
    "domain_look": ("Periksa sekarang", "Check now"),
    "domain_look_of": ("Periksa sekarang: {host}", "Check now: {host}"),
    "domain_seen": ("Terlihat pada {date}", "Seen on {date}"),
    "domain_server": ("Server nama", "Name server"),
    "domain_leads": ("Mengarah ke", "Leads to"),
    "domain_found": ("ditemukan", "found"),
    "domain_missing": ("belum ada", "not there yet"),
    "domain_other": ("ada, tetapi isinya lain:", "there, but with something else:"),
    "domain_silent": ("tidak menjawab", "did not answer"),
    "domain_leads_here": ("situs ini", "this site"),
    "domain_leads_elsewhere": ("tempat lain:", "elsewhere:"),
    "domain_seen_note": (
        "Perubahan DNS dapat memerlukan waktu sampai terlihat di mana-mana. Setelah TXT ditemukan, domain aktif dalam "
        "satu dua menit.",
        "DNS changes may take a while to be seen everywhere. Once the TXT record is found, the domain becomes active "
        "within a minute or two.",
    ),
    "domain_nobody": ("Tidak ada server nama yang dapat ditanya.", "There is no name server to ask."),
    "domain_too_often": (
        "Terlalu sering diperiksa. Tunggu {seconds} detik.",
        "Checked too often. Wait {seconds} seconds.",
    ),
    "done_domain_looked": ("Server nama sudah ditanya.", "The name servers were asked."),
    "domain_claimed": ("Menunggu catatan DNS", "Waiting for the DNS records"),
    "domain_verified": ("Aktif", "Active"),
    "domain_failing": ("Catatan hilang, masih aktif", "Record missing, still active"),
    "domain_quarantined": ("Tidak aktif: catatan hilang", "Inactive: record missing"),
    "domain_is_primary": ("Alamat utama", "Main address"),
    "domain_checked": ("Terakhir diperiksa {date}", "Last checked {date}"),
    "domain_unchecked": (
        "Diperiksa sendiri, mulai sepuluh menit setelah ditambahkan.",
        "Checked by itself, beginning ten minutes after it was added.",
    ),
    "domain_make_primary": ("Jadikan alamat utama", "Make it the main address"),
    "domain_drop": ("Lepaskan", "Give up"),
    "domain_drop_text": (
        "Pengunjung tidak akan menemukan situs Anda di domain ini lagi. Memakainya lagi memerlukan catatan DNS baru.",
        "Visitors will not find your site at this domain any more. To use it again takes new DNS records.",
    ),
    "domain_drop_text_claimed": (
        "Catatan DNS di atas tidak berlaku lagi; menambahkannya lagi memerlukan yang baru.",
        "The DNS records above are void then; adding it again takes new ones.",
    ),
    "domain_drop_of": ("Lepaskan {host}", "Give up {host}"),
    "done_domain_claim": ("Ditambahkan. Sekarang pasang catatan DNS-nya.", "Added. Now set its DNS records."),
    "done_domain_primary": ("Alamat utama diganti.", "The main address was changed."),
    "done_domain_gone": ("Domain dilepaskan.", "The domain was given up."),
}
