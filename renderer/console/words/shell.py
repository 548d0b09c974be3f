"""Words of the shell: navigation, sign-in, overview, errors."""

SHELL = {
    "skip": ("Langsung ke isi", "Skip to content"),
    "brand": ("Ruang pemilik", "Owner’s desk"),
    "brand_about": (
        "Tempat pemilik mengurus situsnya: pesan, tulisan, harga, statistik.",
        "Where owners look after their sites: messages, posts, prices, statistics.",
    ),
    "nav": ("Navigasi utama", "Main navigation"),
    "nav_overview": ("Ringkasan", "Overview"),
    "tabs": ("Bagian situs ini", "Parts of this site"),
    "tab_overview": ("Sekilas", "At a glance"),
    "tab_more": ("lainnya di {name}", "more in {name}"),
    "tab_shop": ("Usaha", "Business"),
    "signed_in_as": ("Masuk sebagai {name}", "Signed in as {name}"),
    "sign_out": ("Keluar", "Sign out"),
    "language": ("Bahasa", "Language"),
    "language_id": ("Bahasa Indonesia", "Bahasa Indonesia"),
    "language_en": ("English", "English"),
    "save": ("Simpan", "Save"),
    "back": ("Kembali", "Back"),
    "problems": ("Belum bisa. Tolong periksa:", "Not yet. Please check:"),
    # Overview
    "hello": ("Halo, {name}", "Hello, {name}"),
    "overview": ("Ringkasan", "Overview"),
    "number_sites": ("Situs", "Sites"),
    "number_live": ("{n} tayang", "{n} live"),
    "number_views": ("Kunjungan", "Views"),
    "number_views_note": ("sejak awal", "since the beginning"),
    "number_leads": ("Pesan baru", "New messages"),
    "number_leads_none": ("semua sudah dibaca", "all read"),
    "number_leads_note": ("menunggu jawaban", "waiting for an answer"),
    "number_tokens": ("Token", "Tokens"),
    "number_tokens_note": ("saldo", "balance"),
    "your_sites": ("Situs Anda", "Your sites"),
    "sites_search": ("Nama atau alamat situs", "Name or address"),
    "tab_sites": ("Situs", "Sites"),
    "needs": ("Perlu perhatian", "To look at"),
    "need_new": ("{n} situs punya pesan baru", "{n} sites have new messages"),
    "need_new_one": ("{n} situs punya pesan baru", "{n} site has new messages"),
    "need_domains": ("{n} situs kehilangan catatan domainnya", "{n} sites miss a record of their domain"),
    "need_domains_one": ("{n} situs kehilangan catatan domainnya", "{n} site misses a record of its domain"),
    "need_channels": (
        "Pesan dari {n} situs tidak sampai ke surel atau saluran Anda",
        "Messages of {n} sites did not reach your mail or channels",
    ),
    "need_channels_one": (
        "Pesan dari {n} situs tidak sampai ke surel atau saluran Anda",
        "Messages of {n} site did not reach your mail or channels",
    ),
    "need_tokens": ("Token hampir habis: sisa {n}", "Tokens are nearly used up: {n} left"),
    "need_tokens_one": ("Token hampir habis: sisa {n}", "Tokens are nearly used up: {n} left"),
    "site_domain_fails": ("Domain bermasalah", "Domain fails"),
    "site_channel_fails": ("Pesan tidak sampai", "Messages not delivered"),
    "sites_sort": ("Urutan", "Order"),
    "sites_sort_changed": ("Yang terakhir diubah", "Changed last"),
    "sites_sort_name": ("Nama", "Name"),
    "sites_sort_views": ("Kunjungan terbanyak", "Most views"),
    "sites_show_new": ("Yang punya pesan baru saja.", "Those with new messages alone."),
    "sites_show_domains": ("Yang domainnya bermasalah saja.", "Those whose domain fails alone."),
    "sites_show_channels": ("Yang pesannya tidak sampai saja.", "Those whose messages are not delivered alone."),
    "sites_all": ("Semua situs", "All sites"),
    "no_sites": ("Belum ada situs", "No site yet"),
    "no_sites_text": (
        "Situs yang dibuat untuk akun ini akan muncul di sini.",
        "Sites made for this account will appear here.",
    ),
    "now_draft": ("Begini draf Anda", "How your draft looks"),
    "now_live": ("Begini situs Anda sekarang", "How your site looks now"),
    "first_steps": ("Langkah pertama", "First steps"),
    "first_steps_text": (
        "Situs ini belum tayang; pengunjung belum dapat melihatnya.",
        "This site is not live; visitors cannot see it yet.",
    ),
    "first_done": ("(sudah)", "(done)"),
    "first_reach": ("Tulis nomor WhatsApp, alamat", "Write your WhatsApp number and address"),
    "first_hours": ("Tulis jam buka", "Write the opening hours"),
    "first_sections": ("Isi halaman: teks, foto, harga", "Fill the pages: texts, photos, prices"),
    "first_live": ("Periksa, lalu tayangkan", "Look it over, then put it live"),
    "tasks": ("Yang sering dilakukan", "What is done often"),
    "task_prices": ("Ubah harga, tandai habis", "Change prices, mark as sold out"),
    "task_facts": ("Ubah jam buka, alamat, nomor", "Change hours, address, numbers"),
    "task_texts": ("Ubah teks, foto, dan isi menu", "Change texts, photos and the menu"),
    "task_order": ("Tambah atau pindahkan bagian", "Add or move sections"),
    "task_posts": ("Tulis kabar", "Write a post"),
    "task_leads": ("Baca pesan", "Read messages"),
    "task_look": ("Ganti rupa dan warna", "Change the look and colours"),
    "takeout_head": ("Simpan salinan", "Keep a copy"),
    "takeout": ("Unduh semua isi situs (ZIP)", "Download all of this site (ZIP)"),
    "takeout_text": (
        "Isi halaman, tulisan, gambar, pesan dan statistik, dalam berkas yang dapat dibuka program lain. Pesan memuat "
        "data pribadi pengunjung: simpan baik-baik.",
        "Pages, posts, pictures, messages and statistics, in files that other programs open. Messages hold visitors’ "
        "personal data: keep them well.",
    ),
    "takeout_read_me": ("BACA-SAYA.txt", "READ-ME.txt"),
    "takeout_about": (
        "{title}, {url}\n\n"
        "site.json: teks semua halaman, warna, pengaturan, formulir, kategori dan tag\n"
        "posts/: tulisan dalam Markdown, draf juga; bagian atasnya judul, tanggal, kategori, tag\n"
        "messages.csv: semua pesan dari formulir, spam dan arsip juga\n"
        "newsletter.csv: pelanggan buletin\n"
        "statistics-days.csv, statistics-pages.csv: kunjungan per hari dan per halaman\n"
        "pictures/: gambar yang diunggah; alamat /_media/NAMA/… adalah berkas NAMA.webp di sini\n\n"
        "Lampiran pesan tidak ada di sini; unduh dari pesannya. Kolom yang lebih dari 2 MB disebut di too_large.\n",
        "{title}, {url}\n\n"
        "site.json: texts of all pages, colours, settings, forms, categories and tags\n"
        "posts/: posts in Markdown, drafts too; title, date, categories and tags stand at their head\n"
        "messages.csv: all messages sent by forms, spam and archived ones too\n"
        "newsletter.csv: readers of the newsletter\n"
        "statistics-days.csv, statistics-pages.csv: views by day and by page\n"
        "pictures/: what was uploaded; an address /_media/NAME/… is the file NAME.webp here\n\n"
        "Files sent with messages are not here; download them from the message. Columns of more than 2 MB are named in "
        "too_large.\n",
    ),
    "quick": ("Langsung ke: {name}", "Straight to: {name}"),
    "views_count": ("{n} kunjungan", "{n} views"),
    "views_count_one": ("{n} kunjungan", "{n} view"),
    "new_leads_count": ("{n} pesan baru", "{n} new messages"),
    "new_leads_count_one": ("{n} pesan baru", "{n} new message"),
    "changed": ("diubah {date}", "changed {date}"),
    "site_visit": ("Lihat situs", "Visit the site"),
    "new_tab": ("(tab baru)", "(new tab)"),
    "more_sites": ("Situs berikutnya", "Further sites"),
    "fewer_sites": ("Situs sebelumnya", "Earlier sites"),
    "status_published": ("Tayang", "Live"),
    "status_draft": ("Draf", "Draft"),
    "status_archived": ("Diarsipkan", "Archived"),
    "status_suspended": ("Ditangguhkan", "Suspended"),
    "is_protected": ("Berkata sandi", "Password"),
    # Errors
    "problem_400": ("Permintaan tidak dapat dibaca", "Bad request"),
    "problem_400_text": ("Muat ulang halaman, lalu coba lagi.", "Reload the page and try again."),
    "problem_404": ("Halaman ini tidak ada", "There is no such page"),
    "problem_404_text": (
        "Alamatnya salah ketik, atau halaman ini bukan milik akun Anda.",
        "The address is misspelt, or the page does not belong to your account.",
    ),
    "problem_gone": ("Ini sudah tidak ada", "This is no longer there"),
    "problem_gone_text": (
        "Yang ingin Anda ubah sudah dihapus, atau bukan lagi milik akun Anda. Tidak ada yang berubah.",
        "What you wanted to change was deleted, or no longer belongs to your account. Nothing was changed.",
    ),
    "problem_405": ("Tindakan ini tidak berlaku di sini", "This does not apply here"),
    "problem_405_text": ("Kembali ke halaman sebelumnya, lalu coba lagi.", "Go back and try again."),
    "problem_413": ("Kiriman terlalu besar", "Too large"),
    "problem_413_text": ("Kurangi ukurannya, lalu coba lagi.", "Make it smaller and try again."),
    "problem_429": ("Terlalu sering", "Too often"),
    "problem_429_text": ("Tunggu sebentar, lalu coba lagi.", "Wait a little, then try again."),
    "problem_500": ("Terjadi kesalahan pada kami", "Something went wrong on our side"),
    "problem_500_text": (
        "Kesalahan ini sudah tercatat. Coba lagi sebentar lagi.",
        "It has been recorded. Please try again in a moment.",
    ),
    "offline": (
        "Tidak ada sambungan internet. Belum ada yang dikirim, dan yang Anda tulis masih di sini. Coba lagi bila sudah "
        "tersambung.",
        "There is no internet connection. Nothing was sent, and what you wrote is still here. Try again once there is "
        "one.",
    ),
    "sending": ("Sedang dikirim …", "Sending …"),
    "sending_slow": (
        "Belum ada jawaban. Yang Anda isi masih di sini: tunggu sebentar, atau tekan tombolnya sekali lagi.",
        "No answer yet. What you filled in is still here: wait a little, or press the button once more.",
    ),
    "sending_files": (
        "Sedang diunggah. Pada sambungan lambat ini bisa beberapa menit: biarkan halaman ini terbuka.",
        "Uploading. Over a slow connection this may take some minutes: leave this page open.",
    ),
    "problem_503": ("Sedang ada gangguan", "Out of order at the moment"),
    "problem_503_text": (
        "Situs Anda tetap tayang. Coba lagi sebentar lagi.",
        "Your sites stay online. Please try again shortly.",
    ),
    "problem_typed": (
        "Yang Anda tulis belum tersimpan. Salin dari sini, atau kembali dan kirim lagi.",
        "What you wrote is not stored yet. Copy it from here, or go back and send it again.",
    ),
    "problem_foreign": ("Permintaan ini tidak datang dari sini", "This did not come from here"),
    "problem_foreign_text": (
        "Demi keamanan, kami hanya menerima kiriman dari halaman ini sendiri. Buka lagi halamannya, lalu ulangi.",
        "For your safety we take what our own pages send, and nothing else. Open the page again and repeat it.",
    ),
    "problem_signed_out": ("Anda belum masuk", "You are not signed in"),
    "problem_signed_out_text": (
        "Sesi Anda sudah berakhir, jadi tidak ada yang berubah. Masuk lagi, lalu ulangi.",
        "Your session has ended, so nothing was changed. Sign in again and repeat it.",
    ),
    "copy": ("Salin", "Copy"),
    "copy_of": ("Salin: {what}", "Copy: {what}"),
    "copied": ("Tersalin", "Copied"),
    "problem_again": (
        "Yang Anda tulis belum tersimpan, tetapi masih ada di halaman ini.",
        "What you wrote is not stored yet, but it is still on this page.",
    ),
    "problem_again_signed_out": (
        "Yang Anda tulis masih ada di halaman ini. Masuk di tab baru, kembali ke sini, lalu kirim lagi.",
        "What you wrote is still on this page. Sign in on a new tab, come back here, and send it again.",
    ),
    "problem_send_again": ("Kirim lagi", "Send it again"),
    "problem_typed_show": ("Lihat yang Anda tulis", "See what you wrote"),
    "done_back_in": (
        "Anda sudah masuk. Kembali ke tab sebelumnya untuk mengirim tulisan Anda.",
        "You are signed in. Go back to the tab before to send what you wrote.",
    ),
    "problem_other": ("Permintaan ini tidak dapat dilayani", "This request cannot be served"),
    "problem_other_text": ("Kembali ke halaman sebelumnya, lalu coba lagi.", "Go back and try again."),
    "to_overview": ("Ke ringkasan", "To the overview"),
    "to_sign_in": ("Ke halaman masuk", "To the sign-in page"),
    "title_refused": ("Perlu diperbaiki", "To put right"),
    "typed_waits": ("Ketikan yang belum disimpan:", "Typing that is not saved:"),
    "typed_mark": ("ketikan belum disimpan", "typing not saved"),
    "typed_unsaved": (
        "Di bawah ini ketikan Anda dari {date}, yang belum disimpan.",
        "Below is what you typed on {date} and have not saved.",
    ),
    "typed_moved": (
        "Ini ketikan Anda dari {date}, yang belum disimpan. Formulirnya sudah berubah sejak itu: salin yang perlu.",
        "This is what you typed on {date} and have not saved. The form has changed since: copy what you still need.",
    ),
    "typed_one": ("Ketikan", "Typed"),
    "typed_drop": ("Buang ketikan ini", "Discard what was typed"),
    "typed_forget": ("Kembali ke yang tersimpan", "Back to what is saved"),
    "typed_forget_text": (
        "Ketikan yang belum disimpan hilang. Ini tidak dapat dibatalkan.",
        "What you typed and did not save is gone. This cannot be taken back.",
    ),
    "typed_kept_at": ("Ketikan diamankan pukul {time}", "Typing kept at {time}"),
    "typed_keep_offline": (
        "Tidak ada sambungan. Biarkan halaman ini terbuka: ketikan diamankan begitu tersambung lagi.",
        "No connection. Leave this page open: your typing is kept as soon as there is one.",
    ),
    "typed_keep_signed_out": (
        "Anda sudah keluar. Masuk lagi di tab lain, lalu simpan di sini.",
        "You are signed out. Sign in again in another tab, then save here.",
    ),
    "typed_keep_failed": (
        "Ketikan belum diamankan. Biarkan halaman ini terbuka; dicoba lagi sebentar lagi.",
        "Your typing is not kept yet. Leave this page open; it is tried again in a moment.",
    ),
    "typed_keep_elsewhere": (
        "Formulir ini juga diketik di tab atau perangkat lain; ketikan yang itulah yang diamankan. Simpan yang di "
        "sini, atau muat ulang halaman ini.",
        "This is typed in another tab or on another device, too; what is typed there is what is kept. Save what is "
        "here, or load this page again.",
    ),
    "done_unsaved_forgotten": ("Ketikan dibuang.", "What was typed is discarded."),
}
