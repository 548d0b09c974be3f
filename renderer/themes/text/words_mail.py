"""The program's words in mail, Indonesian and English."""

MAIL = {
    "lead_new": ("Pesan baru", "New message"),
    "lead_from": ("Pesan baru dari {name}", "New message from {name}"),
    "lead_new_order": ("Pesanan baru", "New order"),
    "lead_from_order": ("Pesanan baru dari {name}", "New order from {name}"),
    "lead_new_registration": ("Pendaftaran baru", "New registration"),
    "lead_from_registration": ("Pendaftaran baru dari {name}", "New registration from {name}"),
    "lead_number": ("Nomor", "Number"),
    "lead_email": ("Surel", "E-mail"),
    "lead_yes": ("ya", "yes"),
    "lead_no": ("tidak", "no"),
    "lead_consent": ("Persetujuan", "Consent"),
    "lead_chat": ("Balas lewat WhatsApp", "Reply on WhatsApp"),
    "lead_reply": ("Balas lewat surel", "Reply by e-mail"),
    "lead_desk": ("Buka di ruang pemilik", "Open in the owner’s desk"),
    "lead_reference": ("Nomor pesan", "Reference"),
    "leads_many": ("{n} pesan baru", "{n} new messages"),
    "leads_gathered": (
        "Situs Anda sedang menerima banyak sekali pesan. Supaya kotak surel Anda tidak penuh, yang datang dalam "
        "sepuluh menit dikumpulkan dalam satu surel. Tidak ada yang hilang: semuanya tersimpan di Pesan.",
        "Your site is being sent a great many messages. So that your mailbox does not fill up, those of ten minutes "
        "come in one letter. Nothing is lost: all of them are kept in Messages.",
    ),
    "leads_more": ("Dan {n} lagi, yang dapat dibaca di Pesan.", "And {n} more, to be read in Messages."),
    "leads_desk": ("Buka semua pesan", "Open all messages"),
    "lead_hello": (
        "Halo {name}, terima kasih sudah menghubungi {site} (nomor {reference}).",
        "Hello {name}, thank you for writing to {site} (reference {reference}).",
    ),
    "lead_hello_nobody": (
        "Halo, terima kasih sudah menghubungi {site} (nomor {reference}).",
        "Hello, thank you for writing to {site} (reference {reference}).",
    ),
    "lead_reply_subject": ("{site}: jawaban untuk nomor {reference}", "{site}: reply to reference {reference}"),
    "lead_sent": (
        "Dikirim {when} lewat formulir “{form}” di {site}. Nomor: {reference}",
        "Sent {when} with the form “{form}” on {site}. Reference: {reference}",
    ),
    "lead_alert_subject": ("Pesan tidak sampai lewat {channel}", "Messages do not get through by {channel}"),
    "lead_alert_text": (
        "Pesan dari situs {site} tidak dapat dikirim lewat {channel}. Tidak ada yang hilang: semua pesan tersimpan, "
        "dan pengiriman dicoba lagi.",
        "Messages from the site {site} cannot be delivered by {channel}. Nothing is lost: all of them are stored, and "
        "delivery is tried again.",
    ),
    "lead_alert_count": ("Belum terkirim tujuh hari terakhir: {count}", "Not delivered in the last week: {count}"),
    "lead_alert_said": ("Kegagalan terakhir: {said}", "The last failure: {said}"),
    "reply_subject": (
        "Pesan Anda sudah kami terima – {site} ({reference})",
        "We have your message – {site} ({reference})",
    ),
    "reply_thanks": ("Terima kasih sudah menghubungi {site}.", "Thank you for writing to {site}."),
    "reply_received": (
        "Pesan Anda kami terima {when}. Nomornya {reference}: sebutkan bila Anda bertanya lagi.",
        "Your message came {when}. Its reference is {reference}: name it when you ask again.",
    ),
    "reply_not_you": (
        "Bukan Anda yang mengirim? Mungkin seseorang salah mengetik alamatnya; abaikan saja surel ini.",
        "Was it not you? Somebody may have mistyped their address; just ignore this e-mail.",
    ),
    "newsletter": ("Kabar lewat surel", "News by e-mail"),
    "newsletter_button": ("Berlangganan", "Subscribe"),
    "newsletter_thanks": (
        "Satu langkah lagi: kami mengirim surel ke alamat Anda. Tekan tombol di dalamnya, dan Anda berlangganan.",
        "One step more: we have sent you an e-mail. Press the button in it, and you are subscribed.",
    ),
    "newsletter_subject": ("Konfirmasi langganan kabar {site}", "Confirm that you want news from {site}"),
    "newsletter_ask": (
        "Seseorang, semoga Anda sendiri, meminta kabar dari {site} ke alamat ini. Tekan tombol untuk mengonfirmasi.",
        "Somebody, you we hope, has asked for news from {site} at this address. Press the button to confirm.",
    ),
    "newsletter_not_you": (
        "Bukan Anda? Abaikan saja: tanpa konfirmasi, tidak ada yang kami kirim.",
        "Was it not you? Ignore this: unless it is confirmed, nothing is sent.",
    ),
    "newsletter_confirm": ("Ya, saya mau berlangganan", "Yes, subscribe me"),
    "newsletter_confirm_text": ("Tekan tombol untuk mulai berlangganan.", "Press the button to subscribe."),
    "newsletter_confirmed": ("Anda sudah berlangganan. Terima kasih.", "You are subscribed. Thank you."),
    "newsletter_leave": ("Berhenti berlangganan", "Unsubscribe"),
    "newsletter_leave_text": ("Tekan tombol untuk berhenti berlangganan.", "Press the button to unsubscribe."),
    "newsletter_left": (
        "Anda tidak berlangganan lagi, dan alamat Anda sudah kami hapus.",
        "You are not subscribed any more, and we have deleted your address.",
    ),
    "newsletter_stale": (
        "Tautan ini tidak berlaku lagi. Isi formulirnya sekali lagi bila Anda masih mau berlangganan.",
        "This link does not hold any more. Fill in the form again if you still want to subscribe.",
    ),
    "recipient": ("Pesan dari situs", "Messages from a site"),
    "recipient_subject": ("Terima pesan formulir {site}?", "Get the messages sent to {site}?"),
    "recipient_ask": (
        "Pengelola {site} ingin pesan dari formulirnya juga dikirim ke alamat ini. Tekan tombol bila Anda setuju.",
        "Whoever runs {site} wants its forms’ messages mailed to this address, too. Press the button if you agree.",
    ),
    "recipient_not_you": (
        "Tidak kenal situs ini? Abaikan saja: tanpa persetujuan Anda, tidak ada yang dikirim ke sini.",
        "You do not know this site? Ignore this: unless you agree, nothing is sent here.",
    ),
    "recipient_confirm": ("Ya, kirim ke alamat ini", "Yes, send them here"),
    "recipient_confirm_text": (
        "Tekan tombol agar pesan dari formulir situs ini dikirim ke alamat Anda.",
        "Press the button to have the messages of this site’s forms sent to your address.",
    ),
    "recipient_confirmed": (
        "Pesan berikutnya dikirim juga ke alamat Anda.",
        "From now on messages are sent to your address, too.",
    ),
    "recipient_stale": (
        "Tautan ini tidak berlaku lagi. Pengelola situs bisa meminta Anda sekali lagi.",
        "This link does not hold any more. Whoever runs the site can ask you again.",
    ),
    "channel_email": ("surel", "e-mail"),
    "channel_webhook": ("webhook", "webhook"),
    "channel_whatsapp": ("WhatsApp", "WhatsApp"),
    "reason_tier": ("saluran ini tidak termasuk paket Anda", "your plan does not have this channel"),
    "reason_spam": ("pesan ini ditandai spam", "the message was marked as spam"),
    "reason_gone": ("pesan ini sudah dihapus", "the message is gone"),
    "reason_nobody": ("belum ada tujuan yang diisi", "nobody to send it to is set"),
    "reason_disabled": ("alamat webhook ini dimatikan", "this webhook is switched off"),
    "reason_limited": ("WhatsApp membatasi sementara; dicoba lagi sendiri", "WhatsApp limits us for now"),
    "reason_expired": ("sertifikat HTTPS penerima sudah kedaluwarsa", "the receiver’s HTTPS certificate has expired"),
    "reason_misnamed": (
        "sertifikat HTTPS penerima dibuat untuk nama lain",
        "the receiver’s HTTPS certificate is for another name",
    ),
    "reason_untrusted": (
        "sertifikat HTTPS penerima tidak dikeluarkan lembaga yang dikenal",
        "the receiver’s HTTPS certificate is of no known authority",
    ),
    "reason_private": (
        "alamat itu tidak bisa dibuka dari internet",
        "the address cannot be reached from the internet",
    ),
    "reason_unreachable": ("penerima tidak dapat dihubungi", "the other side could not be reached"),
    "reason_set_up": ("salurannya belum disetel dengan benar", "the channel is not set up rightly"),
    "reason_recipient": ("alamat atau nomor tujuan tidak menerima", "the address or number takes no messages"),
    "reason_refused": ("penerima menolak atau menjawab dengan kesalahan", "the other side refused it or failed"),
    "reason_other": ("belum berhasil", "it did not work"),
}  # fmt: skip
