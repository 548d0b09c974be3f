"""Words of a site's domains."""

DOMAINS = {
    "tab_domains": ("Domain", "Domains"),
    "domains": ("Domain", "Domains"),
    "domains_text": (
        "Situs Anda selalu tampil di {host}. Dengan domain sendiri, alamatnya menjadi nama Anda.",
        "Your site always shows at {host}. With a domain of your own, its address is your name.",
    ),
    "domain_add": ("Pakai domain sendiri", "Use a domain of your own"),
    "domain_host": ("Domain", "Domain"),
    "domain_host_note": ("Contoh: warungbutini.id", "For example warungbutini.id"),
    "domain_claim": ("Tambahkan", "Add"),
    "domain_refused": (
        "Domain ini tidak dapat dipakai: salah ketik, bukan milik perorangan, atau sudah terlalu banyak.",
        "This domain cannot be used: misspelt, not one that a person can own, or there are too many already.",
    ),
    "domain_records": (
        "Pasang dua catatan DNS ini di tempat Anda membeli domain:",
        "Set these two DNS records where you bought the domain:",
    ),
    "domain_record_type": ("Jenis", "Type"),
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
    "domain_drop_of": ("Lepaskan {host}", "Give up {host}"),
    "done_domain_claim": ("Ditambahkan. Sekarang pasang catatan DNS-nya.", "Added. Now set its DNS records."),
    "done_domain_primary": ("Alamat utama diganti.", "The main address was changed."),
    "done_domain_gone": ("Domain dilepaskan.", "The domain was given up."),
}
