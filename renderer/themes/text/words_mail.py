"""The program's words in mail, Indonesian and English."""

MAIL = {
    "lead_new": ("Pesan baru", "New message"),
    "lead_from": ("Pesan baru dari {name}", "New message from {name}"),
    "lead_number": ("Nomor", "Number"),
    "lead_email": ("Surel", "E-mail"),
    "lead_yes": ("ya", "yes"),
    "lead_no": ("tidak", "no"),
    "lead_consent": ("Persetujuan", "Consent"),
    "lead_chat": ("Balas lewat WhatsApp", "Reply on WhatsApp"),
    "lead_reply": ("Balas lewat surel", "Reply by e-mail"),
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
    "channel_email": ("surel", "e-mail"),
    "channel_webhook": ("webhook", "webhook"),
    "channel_whatsapp": ("WhatsApp", "WhatsApp"),
}  # fmt: skip
