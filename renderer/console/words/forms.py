"""Words of the forms' settings."""

FORMS = {
    "forms": ("Formulir", "Forms"),
    "forms_link": ("Formulir: siapa yang diberi tahu", "Forms: who is told"),
    "forms_text": (
        "Tentukan siapa yang menerima pesan dari tiap formulir, dan apa yang dibaca pengunjung setelah mengirim.",
        "Say who gets what is sent with each form, and what visitors read once they have sent it.",
    ),
    "form_type_contact": ("Kontak", "Contact"),
    "form_type_newsletter": ("Langganan kabar", "Newsletter"),
    "form_type_order": ("Pesanan", "Orders"),
    "form_type_registration": ("Pendaftaran", "Registrations"),
    "form_is_off": ("dimatikan", "switched off"),
    "form_off_text": (
        "Formulir ini dimatikan; pengunjung tidak melihatnya.",
        "This form is switched off; visitors do not see it.",
    ),
    "form_close": ("Tutup formulir ini", "Close this form"),
    "form_close_text": (
        "Pengunjung tidak melihatnya lagi, dan tidak ada yang bisa dikirim sampai Anda membukanya. Pesan yang sudah "
        "masuk tetap ada.",
        "Visitors no longer see it, and nothing can be sent until you open it again. The messages that came with it "
        "stay.",
    ),
    "form_reopen": ("Buka lagi formulir ini", "Open this form again"),
    "done_form_closed": ("Formulir ditutup.", "The form is closed."),
    "done_form_opened": ("Formulir dibuka lagi.", "The form is open again."),
    "form_text": ("Perubahan langsung berlaku.", "Changes take effect at once."),
    "form_open": ("Lihat formulirnya di situs", "See the form on the site"),
    "form_where": ("Ke mana pesan dikirim", "Where messages go"),
    "form_mails": ("Kirim lewat surel", "Send by e-mail"),
    "form_mails_note": (
        "Pesan selalu tersimpan di sini, juga tanpa surel.",
        "Messages are always kept here, with or without e-mail.",
    ),
    "form_recipients": ("Alamat surel penerima", "Who gets the e-mail"),
    "form_recipients_note": (
        "Paling banyak lima. Pemilik alamat lain menerima satu surel, dan harus setuju dulu. Selama belum ada yang "
        "setuju, pesan dikirim ke {email}.",
        "Five at most. Whoever reads another address gets one letter and has to agree first. Until somebody does, "
        "messages go to {email}.",
    ),
    "form_recipient_n": ("Penerima {n}", "Recipient {n}"),
    "form_recipient": ("Penerima", "Recipient"),
    "form_standing_own": ("Alamat Anda sendiri.", "Your own address."),
    "form_standing_agreed": ("Sudah setuju; pesan dikirim ke sini.", "Has agreed; messages go here."),
    "form_standing_asked": (
        "Sudah ditanya, belum setuju. Minta mereka membuka surelnya.",
        "Was asked and has not agreed yet. Tell them to look at their mail.",
    ),
    "form_standing_silent": (
        "Ditanya tiga kali tanpa jawaban; tidak ditanya lagi.",
        "Was asked three times without an answer, and is not asked again.",
    ),
    "form_standing_new": ("Belum ditanya.", "Was not asked yet."),
    "form_subject": ("Awal judul surel", "How the e-mail’s subject begins"),
    "form_subject_note": (
        "Misalnya “Pesanan baru”. Nama pengirim menyusul di belakangnya.",
        "“New order”, for instance. The sender’s name follows it.",
    ),
    "form_whatsapp": ("Beri tahu lewat WhatsApp", "Tell by WhatsApp"),
    "form_whatsapp_off": ("Tidak", "No"),
    "form_whatsapp_site": ("Ya, ke nomor usaha", "Yes, the number of the business"),
    "form_whatsapp_note": (
        "Nomor usaha adalah yang di halaman Usaha, setelah Anda memastikan bahwa itu benar.",
        "The number of the business is the one on the Business page, once you have confirmed that it is right.",
    ),
    "form_number_sure": (
        "Nomor lain itu milik saya, atau milik orang yang bekerja untuk saya dan mau menerima pesannya",
        "That other number is mine, or of somebody who works for me and wants to be told there",
    ),
    "form_number_new": (
        "Nomor itu ditulis oleh program lain. Tidak ada yang dikirim ke sana sebelum Anda memastikannya.",
        "Another program wrote that number. Nothing is sent there before you have confirmed it.",
    ),
    "form_number_confirmed": ("Nomor {number} sudah Anda pastikan.", "You have confirmed the number {number}."),
    "form_webhook": ("Alamat webhook", "Webhook address"),
    "form_webhook_note": (
        "Untuk program lain: tiap pesan dikirim ke sana sebagai JSON bertanda tangan (Standard Webhooks).",
        "For other programs: each message is posted there as signed JSON (Standard Webhooks).",
    ),
    "form_not_in_tier": (
        "Paket Anda sekarang tidak mencakup ini, jadi tidak dipakai.",
        "Your present plan does not include this, so it is not used.",
    ),
    "form_visitor": ("Kabar untuk pengirim", "Word to the sender"),
    "form_reply": (
        "Kirim surel bahwa pesannya sudah diterima",
        "Mail the sender that the message has come",
    ),
    "form_reply_note": (
        "Hanya kepada yang menulis alamat surel: nama usaha, waktu, dan nomor pesan, tanpa isi pesannya.",
        "Only where an e-mail address was given: your name, the time and a reference, and nothing of the message.",
    ),
    "form_reply_text": ("Tulisan Anda di surel itu", "What you say in that e-mail"),
    "form_reply_text_note": (
        "Misalnya cara membayar, atau kapan Anda menjawab. Dipakai hanya bila surel di atas dikirim.",
        "How to pay, for instance, or when you will answer. Used only where the e-mail above is sent.",
    ),
    "form_says": ("Yang dibaca pengunjung", "What visitors read"),
    "form_usual": ("Kalau kosong: {text}", "If left empty: {text}"),
    "form_thanks": ("Ucapan setelah mengirim", "Thanks after sending"),
    "form_thanks_note": (
        "Kalau kosong, ucapan terima kasih biasa. Nomor pesan dan salinannya selalu ada.",
        "If left empty, the usual thanks. The reference and a copy are always there.",
    ),
    "form_title": ("Judul formulir", "Heading of the form"),
    "form_title_note": ("Di atas pertanyaannya.", "Above the questions."),
    "form_intro": ("Pengantar", "Introduction"),
    "form_intro_note": ("Satu atau dua kalimat di bawah judul.", "A sentence or two below the heading."),
    "form_button": ("Tulisan pada tombol", "What the button says"),
    "form_button_note": ("Beberapa kata.", "A few words."),
    "wrong_no_webhook": (
        "Alamat harus diawali https:// dan bisa dibuka dari internet.",
        "The address has to begin with https:// and be reachable from the internet.",
    ),
    "form_unreadable": (
        "Pengaturan formulir ini tidak bisa dibaca, jadi tidak bisa diubah di sini.",
        "The settings of this form cannot be read, so they cannot be changed here.",
    ),
    "form_moved": (
        "Pengaturan ini sudah diubah di tempat lain. Periksa, lalu simpan lagi.",
        "These settings were changed elsewhere meanwhile. Look at them, and save again.",
    ),
    "done_form_changed": ("Pengaturan formulir disimpan.", "The form’s settings were saved."),
    "hook": ("Rahasia webhook", "The webhook’s secret"),
    "hook_text": (
        "Dengan ini program penerima memastikan bahwa kirimannya dari kami.",
        "By it the receiving program tells that what comes is from us.",
    ),
    "hook_show": ("Tampilkan rahasianya", "Show the secret"),
    "hook_try": ("Kirim contoh ke alamat ini", "Send an example to this address"),
    "hook_tried": ("Contohnya diterima.", "The example was accepted."),
    "hook_tried_not": ("Contohnya belum diterima:", "The example was not accepted:"),
    "hook_too_often": (
        "terlalu sering; coba lagi dalam {seconds} detik.",
        "too often; try again in {seconds} seconds.",
    ),
    "hook_example": ("Contoh kiriman", "An example of what is sent"),
    "hook_example_text": (
        "Seperti ini isi tiap kiriman. Pada contoh, data.test bernilai true; pesan sungguhan tidak memilikinya.",
        "This is what each of them holds. In an example data.test is true; a real message has no such entry.",
    ),
    "hook_rotate": ("Ganti rahasianya", "Make a new secret"),
    "hook_rotate_text": (
        "Selama sehari kiriman ditandatangani dengan keduanya.",
        "For a day messages are signed with both.",
    ),
    "hook_enable": ("Pakai lagi alamat ini", "Use this address again"),
    "hook_disabled_gone": (
        "Penerima menjawab bahwa alamatnya tidak ada lagi (410); tidak ada yang dikirim ke sana.",
        "The receiver answered that the address is gone (410); nothing is sent there.",
    ),
    "hook_disabled_owner": (
        "Situs ini berganti pemilik; tidak ada yang dikirim ke alamat pemilik lama.",
        "The site changed hands; nothing is sent to the former owner’s address.",
    ),
    "done_webhook_rotated": ("Rahasia webhook diganti.", "The webhook has a new secret."),
    "done_webhook_enabled": ("Alamat webhook dipakai lagi.", "The webhook address is used again."),
    "keeping": ("Berapa lama pesan disimpan", "How long messages are kept"),
    "keeping_text": (
        "Pesan yang lebih lama dihapus untuk selamanya, beserta berkasnya. Pengunjung membacanya di samping setiap "
        "persetujuan pada formulir dan di halaman privasi situs, yang dibuat bila belum ada.",
        "Older messages are deleted for good, with their files. Visitors read so beside each consent that a form asks "
        "for, and on the site’s privacy page, which is made if there is none.",
    ),
    "keeping_tier": ("Paket Anda menyimpannya paling lama {n} hari.", "Your plan keeps them for {n} days at most."),
    "keeping_days": ("Disimpan selama (hari)", "Kept for (days)"),
    "keeping_note": (
        "Berlaku langsung. Kalau kosong: selama paket Anda menyimpannya, dan pengunjung tidak diberi angka.",
        "Takes effect at once. If left empty: for as long as your plan keeps them, and visitors are told no number.",
    ),
    "keeping_sure": ("Ya, hapus {n} pesan yang sudah lebih lama", "Yes, delete the {n} messages that are older"),
    "wrong_no_days": ("Tulis angka dari 7 sampai 36500.", "Write a number from 7 to 36500."),
    "wrong_days_beyond_tier": (
        "Paket Anda menyimpannya paling lama {n} hari: jangan menjanjikan lebih.",
        "Your plan keeps them for {n} days at most: promise no more.",
    ),
    "wrong_days_delete": (
        "Belum disimpan: {n} pesan sudah lebih lama dan akan dihapus.",
        "Not saved yet: {n} messages are older, and would be deleted.",
    ),
    "config_unreadable": (
        "Pengaturan situs ini tidak bisa dibaca, jadi tidak bisa diubah di sini.",
        "The settings of this site cannot be read, so they cannot be changed here.",
    ),
    "done_retention_changed": ("Lama penyimpanan disimpan.", "How long messages are kept was saved."),
}
