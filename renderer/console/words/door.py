"""Words of the doors: sign-in, links, passwords; and of the letters that carry links."""

DOOR = {
    "sign_in": ("Masuk", "Sign in"),
    "sign_in_lead": (
        "Atur situs Anda, baca pesan masuk, dan lihat siapa yang berkunjung.",
        "Look after your site, read your messages, and see who came by.",
    ),
    "email": ("Surel", "E-mail"),
    "password": ("Kata sandi", "Password"),
    "new_password": ("Kata sandi baru", "New password"),
    "password_note": (
        "Paling sedikit {fewest} karakter. Beberapa kata yang hanya Anda ingat lebih kuat daripada satu kata rumit.",
        "At least {fewest} characters. A few words that only you remember are stronger than one complicated word.",
    ),
    "sign_in_wrong": (
        "Surel atau kata sandi tidak cocok. Periksa ejaan dan huruf besarnya.",
        "E-mail and password do not match. Check the spelling and capital letters.",
    ),
    "sign_in_busy": (
        "Terlalu banyak yang masuk bersamaan. Coba lagi beberapa detik lagi.",
        "Too many people are signing in at this moment. Try again in a few seconds.",
    ),
    "too_often": (
        "Terlalu sering dicoba. Tunggu {seconds} detik, atau masuk lewat tautan di surel.",
        "Tried too often. Wait {seconds} seconds, or sign in with a link by e-mail.",
    ),
    "letter_too_often": (
        "Terlalu sering diminta. Tunggu {seconds} detik, lalu coba lagi.",
        "Asked for too often. Wait {seconds} seconds, then try again.",
    ),
    "bad_email": (
        "Tulis alamat surel yang lengkap, misalnya nama@contoh.id.",
        "Write a whole e-mail address, such as name@example.com.",
    ),
    "send_link": ("Kirim tautan masuk ke surel", "Send a sign-in link by e-mail"),
    "forgotten": ("Lupa kata sandi?", "Forgotten your password?"),
    "reset": ("Ganti kata sandi", "Set a new password"),
    "reset_lead": (
        "Tulis surel akun Anda. Kami kirim tautan untuk membuat kata sandi baru.",
        "Write your account’s e-mail address. We will send a link for setting a new password.",
    ),
    "send_reset": ("Kirim tautan", "Send the link"),
    "letter_sent": ("Periksa surel Anda", "Check your e-mail"),
    "letter_sent_text": (
        "Jika {email} terdaftar, tautannya sedang dalam perjalanan. Tautan berlaku sekali, selama yang tertulis di "
        "suratnya. Belum ada? Periksa folder spam, dan surat kami sebelumnya: tautannya mungkin masih berlaku.",
        "If {email} has an account, the link is on its way. It is good once, for as long as the letter says. "
        "Nothing there? Check the spam folder, and our earlier letters: a link in them may still be good.",
    ),
    "link_sign_in": ("Masuk sekarang", "Sign in now"),
    "link_sign_in_text": ("Tekan tombol untuk masuk sebagai {email}.", "Press the button to sign in as {email}."),
    "link_verify": ("Pastikan surel ini", "Confirm this address"),
    "link_verify_text": (
        "Tekan tombol untuk memastikan bahwa {email} milik Anda.",
        "Press the button to confirm that {email} is yours.",
    ),
    "link_reset": ("Simpan dan masuk", "Save and sign in"),
    "link_reset_text": (
        "Buat kata sandi baru untuk {email}. Semua perangkat lain akan dikeluarkan.",
        "Set a new password for {email}. All other devices will be signed out.",
    ),
    "link_email": ("Pakai alamat ini", "Use this address"),
    "link_email_text": (
        "Tekan tombol agar akun Anda memakai {email}. Sesudah itu Anda masuk dengan alamat ini.",
        "Press the button to make {email} your account’s address. From then on you sign in with it.",
    ),
    "link_email_stop": ("Batalkan perubahan", "Stop the change"),
    "link_email_stop_text": (
        "Tekan tombol agar alamat akun {email} tetap seperti sekarang.",
        "Press the button to keep your account’s address {email} as it is.",
    ),
    "problem_link_gone": ("Tautan ini sudah tidak berlaku", "This link is no longer good"),
    "problem_link_gone_text": (
        "Setiap tautan berlaku sekali dan hanya sebentar. Minta tautan baru di halaman masuk.",
        "Each link is good once, and not for long. Ask for a new one on the sign-in page.",
    ),
    "password_short": ("Paling sedikit {fewest} karakter.", "At least {fewest} characters."),
    "password_long": ("Paling banyak {most} bita.", "At most {most} bytes."),
    "password_common": (
        "Kata sandi ini terlalu umum dan mudah ditebak. Pilih yang lain.",
        "This password is common and easily guessed. Choose another one.",
    ),
    "password_personal": (
        "Jangan pakai alamat surel sebagai kata sandi.",
        "Do not use your e-mail address as a password.",
    ),
    "done_signed_out": ("Anda sudah keluar.", "You are signed out."),
    "done_verified": ("Surel Anda sudah dipastikan.", "Your e-mail address is confirmed."),
    "done_email_changed": (
        "Alamat surel akun sudah diganti. Masuklah dengan alamat baru.",
        "The account’s e-mail address was changed. Sign in with the new one.",
    ),
    "done_email_stopped": (
        "Perubahan alamat dibatalkan. Bukan Anda yang memintanya? Ganti kata sandi Anda.",
        "The change of address was stopped. Was it not you who asked? Change your password.",
    ),
    "done_password": (
        "Kata sandi baru tersimpan. Perangkat lain sudah dikeluarkan.",
        "Your new password is saved. Other devices are signed out.",
    ),
    # Letters
    "span_minutes": ("{minutes} menit", "{minutes} minutes"),
    "span_hours": ("{hours} jam", "{hours} hours"),
    "letter_hello": ("Halo {name},", "Hello {name},"),
    "letter_sign_in_subject": ("Tautan masuk Anda", "Your sign-in link"),
    "letter_sign_in": (
        "Buka tautan ini untuk masuk ke ruang pemilik. Tautan berlaku sekali, selama {span}:",
        "Open this link to sign in to your owner’s desk. It is good once, for {span}:",
    ),
    "letter_reset_subject": ("Ganti kata sandi", "Set a new password"),
    "letter_reset": (
        "Buka tautan ini untuk membuat kata sandi baru. Tautan berlaku sekali, selama {span}:",
        "Open this link to set a new password. It is good once, for {span}:",
    ),
    "letter_verify_subject": ("Pastikan alamat surel Anda", "Confirm your e-mail address"),
    "letter_verify": (
        "Buka tautan ini untuk memastikan bahwa surel ini milik Anda:",
        "Open this link to confirm that this e-mail address is yours:",
    ),
    "letter_email_subject": ("Pastikan alamat surel baru", "Confirm your new e-mail address"),
    "letter_email": (
        "Buka tautan ini agar akun Anda memakai alamat ini. Tautan berlaku sekali, selama {span}:",
        "Open this link to make this your account’s address. It is good once, for {span}:",
    ),
    "letter_email_stop_subject": ("Alamat surel akun Anda akan diganti", "Your account’s e-mail address is to change"),
    "letter_email_stop": (
        "Seseorang yang masuk ke akun Anda meminta alamat surel lain. Bukan Anda? Buka tautan ini dalam {span} "
        "untuk membatalkannya, lalu ganti kata sandi Anda:",
        "Somebody signed in to your account asked for another e-mail address. Was it not you? Open this link within "
        "{span} to stop it, then change your password:",
    ),
    "letter_email_stop_else": (
        "Memang Anda? Tidak ada yang perlu dilakukan di sini.",
        "Was it you? There is nothing to do here.",
    ),
    "letter_email_changed_subject": (
        "Alamat surel akun Anda sudah diganti",
        "Your account’s e-mail address has changed",
    ),
    "letter_email_changed": (
        "Mulai sekarang akun Anda memakai alamat surel lain, yang telah dipastikan lewat tautan. Alamat ini tidak "
        "dipakai lagi untuk masuk. Bukan Anda? Hubungi pengelola layanan ini segera.",
        "From now on your account has another e-mail address, which was confirmed by a link. This one no longer signs "
        "you in. Was it not you? Get in touch with whoever runs this service at once.",
    ),
    "letter_email_taken_subject": ("Alamat ini sudah punya akun", "This address has an account already"),
    "letter_email_taken": (
        "Seseorang meminta agar akun lain memakai alamat ini. Alamat ini sudah punya akun, jadi tidak ada yang "
        "berubah. Anda dapat masuk di sini:",
        "Somebody asked to make this the address of another account. It has an account already, so nothing has "
        "changed. You can sign in here:",
    ),
    "letter_not_you": (
        "Bukan Anda yang meminta? Abaikan surel ini; tidak ada yang berubah.",
        "Was it not you? Ignore this message; nothing has changed.",
    ),
}
