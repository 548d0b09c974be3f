"""The program's words around forms, Indonesian and English."""

FORMS = {
    "form": ("Formulir", "Form"),
    "form_title": ("Kirim pesan", "Send a message"),
    "form_title_order": ("Buat pesanan", "Place an order"),
    "form_title_registration": ("Pendaftaran", "Registration"),
    "form_name": ("Nama", "Name"),
    "form_whatsapp": ("Nomor WhatsApp", "WhatsApp number"),
    "form_email": ("Surel", "E-mail"),
    "form_message": ("Pesan", "Message"),
    "form_send": ("Kirim", "Send"),
    "form_optional": ("boleh kosong", "optional"),
    "form_choose": ("Pilih", "Choose"),
    "form_problem": ("Belum terkirim", "Not sent yet"),
    "form_problems": ("Belum terkirim. Tolong periksa:", "Not sent yet. Please check:"),
    "form_elsewhere": (
        "Isian ini datang dari halaman lain. Periksa, lalu kirim lagi dari sini.",
        "This came from another page. Please check it, and send it again from here.",
    ),
    "form_away": (
        "Belum terkirim: ada gangguan di pihak kami. Isian Anda masih ada di sini; kirim lagi sebentar lagi.",
        "Not sent yet: something is out of order on our side. Your answers are still here; send them again shortly.",
    ),
    "form_closed": (
        "Formulir ini ditutup. Hubungi kami dengan cara lain yang ada di situs ini.",
        "This form is closed. Please get in touch in another way that this site names.",
    ),
    "form_lost": (
        "Belum terkirim. Isian Anda masih ada di sini; periksa sambungan, lalu kirim lagi.",
        "Not sent yet. Your answers are still here; check your connection and send them again.",
    ),
    "form_bad_file": (
        "Kirim foto (JPEG, PNG, WebP, HEIC), PDF, atau dokumen Word, Excel atau PowerPoint tanpa makro.",
        "Send a picture (JPEG, PNG, WebP, HEIC), a PDF, or a Word, Excel or PowerPoint document without macros.",
    ),
    "form_file_too_large": ("Paling besar {most} per berkas.", "At most {most} a file."),
    "form_files_together": (
        "Paling besar {most} per berkas, dan {all} untuk semuanya.",
        "At most {most} a file, and {all} for all of it.",
    ),
    "form_too_many_files": ("Paling banyak {most} berkas.", "At most {most} files."),
    "form_files_full": (
        "Berkas belum bisa kami terima saat ini. Kirim tanpa berkas, atau lewat WhatsApp.",
        "We cannot take files at the moment. Please send it without, or by WhatsApp.",
    ),
    "form_file_again": ("Pilih lagi berkasnya.", "Please choose the file again."),
    "form_bad_pattern": ("Bentuknya belum sesuai.", "This does not have the form asked for."),
    "form_too_early": ("Paling awal {least}.", "Not before {least}."),
    "form_too_late": ("Paling akhir {most}.", "Not after {most}."),
    "form_bad_quantity": ("Tulis jumlah untuk {item}, misalnya 2.", "Write a quantity for {item}, such as 2."),
    "form_too_many": ("Paling banyak {most} untuk {item}.", "At most {most} of {item}."),
    "form_too_few": ("Paling sedikit {least} untuk {item}.", "At least {least} of {item}."),
    "form_nothing_ordered": ("Pilih setidaknya satu barang.", "Choose at least one item."),
    "form_quantity": ("Jumlah", "Quantity"),
    "form_total": ("Total: {total}", "Total: {total}"),
    "form_total_open": (
        "Total: {total}, ditambah yang harganya menyusul",
        "Total: {total}, plus what is priced on request",
    ),
    "form_price_later": ("harga menyusul", "price on request"),
    "form_free": ("gratis", "free"),
    "form_thousands": (".", ","),
    "form_when": ("bila perlu", "if it applies"),
    "form_of": ("{n} dari {most}", "{n} out of {most}"),
    "form_yes": ("Ya", "Yes"),
    "form_sent": ("Yang Anda kirim", "What you sent"),
    "form_reply_open": (
        "Kami sedang buka sampai pukul {time}, dan biasanya membalas hari ini.",
        "We are open until {time}, and usually answer today.",
    ),
    "form_reply_today": (
        "Kami buka hari ini pukul {time}, dan membalas sesudah itu.",
        "We open today at {time}, and answer after that.",
    ),
    "form_reply_tomorrow": (
        "Kami buka lagi besok pukul {time}, dan membalas sesudah itu.",
        "We open again tomorrow at {time}, and answer after that.",
    ),
    "form_reply_later": (
        "Kami buka lagi {day} pukul {time}, dan membalas sesudah itu.",
        "We open again on {day} at {time}, and answer after that.",
    ),
    "form_leave": ("Biarkan bagian ini kosong", "Leave this empty"),
    "form_busy": (
        "Terlalu banyak isian dari jaringan Anda. Isian Anda masih di sini: coba kirim lagi dalam beberapa menit.",
        "Too much was sent from your network. What you typed is still here: please try again in a few minutes.",
    ),
    "form_unread": (
        "Kiriman ini tidak bisa dibaca, jadi belum tersimpan. Kembali ke halaman tadi: isian Anda masih ada di sana. "
        "Kirim lagi dari sana, atau isi di sini.",
        "What was sent could not be read, so it is not stored. Go back a page: what you typed is still there. Send it "
        "again from there, or fill it in here.",
    ),
    "form_kind": (
        "Kiriman ini bukan isian formulir yang bisa kami baca (urlencoded, multipart, atau JSON, tanpa kompresi), jadi "
        "belum tersimpan. Isi dan kirim dari sini.",
        "What was sent is no form that we can read (urlencoded, multipart or JSON, not compressed): it is not stored. "
        "Fill it in and send it from here.",
    ),
    "form_large": (
        "Kiriman ini terlalu besar, jadi belum tersimpan. Kembali ke halaman tadi: isian Anda masih ada di sana. "
        "Kirim lagi dengan teks atau berkas yang lebih kecil.",
        "What was sent is too large, so it is not stored. Go back a page: what you typed is still there. Send it "
        "again with a shorter text or smaller files.",
    ),
    "form_large_kept": (
        "Berkasnya terlalu besar, jadi belum tersimpan. Isian yang ada sebelum berkas itu masih di sini; lengkapi "
        "sisanya, lalu kirim lagi dengan berkas yang lebih kecil.",
        "The file is too large, so nothing is stored. What you filled in before it is still here; complete the rest "
        "and send it again with a smaller file.",
    ),
    "form_large_here": (
        "Kiriman ini terlalu besar, jadi belum tersimpan. Kirim lagi dengan teks atau berkas yang lebih kecil.",
        "What was sent is too large, so it is not stored. Send it again with a shorter text or smaller files.",
    ),
    "form_slow": (
        "Kiriman ini datang terlalu lambat, jadi belum tersimpan. Coba kirim lagi.",
        "What was sent came too slowly, so it is not stored. Please send it again.",
    ),
    "form_required": ("Bagian ini perlu diisi.", "This is needed."),
    "form_consent": ("Kami memerlukan persetujuan ini.", "We need your consent to this."),
    "form_bad_email": (
        "Alamat surel ini belum lengkap, misalnya nama@contoh.id.",
        "This is not a whole e-mail address, such as name@example.com.",
    ),
    "form_bad_phone": (
        "Nomor ini belum lengkap, misalnya 0812 3456 7890.",
        "This is not a whole number, such as 0812 3456 7890 or +44 20 7946 0000.",
    ),
    "form_bad_number": ("Tulis angka, misalnya 12 atau 1.500.", "Write a number, such as 12 or 1,500."),
    "form_bad_money": (
        "Tulis jumlah rupiah, misalnya 150.000 atau 1,5 juta.",
        "Write an amount in rupiah, such as 150,000.",
    ),
    "form_purpose": ("Tujuan", "Purpose"),
    "form_marketing": (
        "kabar dan penawaran; isian ini tetap kami terima tanpanya",
        "news and offers; what you send is taken without it",
    ),
    "form_withdraw": ("Persetujuan boleh ditarik kapan saja.", "You may withdraw your consent at any time."),
    "form_too_small": ("Paling sedikit {least}.", "At least {least}."),
    "form_too_large": ("Paling banyak {most}.", "At most {most}."),
    "form_too_short": ("Paling sedikit {least} huruf.", "At least {least} characters."),
    "form_too_long": ("Paling banyak {most} huruf.", "At most {most} characters."),
    "form_bad_choice": ("Pilih salah satu yang ada.", "Choose one of those given."),
    "form_bad_date": ("Tulis tanggal seperti 2027-03-10.", "Write a date such as 2027-03-10."),
    "form_bad_time": ("Tulis jam seperti 17:30.", "Write a time such as 17:30."),
    "form_bad_url": ("Tulis alamat lengkap, misalnya https://contoh.id.", "Write a whole address, such as https://example.com."),
    "form_thanks": ("Terima kasih", "Thank you"),
    "form_thanks_text": ("Isian Anda sudah kami terima.", "We have received what you sent."),
    "form_reference": ("Nomor", "Reference"),
    "form_back": ("Kembali ke halaman tadi", "Back to the page"),
    "form_chat": ("Lanjut di WhatsApp", "Continue on WhatsApp"),
    "form_chat_text": (
        "Halo, saya baru saja mengisi formulir di situs ini. Nomor: {reference}",
        "Hello, I have just filled in the form on your site. Reference: {reference}",
    ),
}  # fmt: skip
