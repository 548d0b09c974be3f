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
    "or_by_link": ("Tanpa kata sandi", "Without a password"),
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
        "Jika {email} terdaftar, tautannya sedang dalam perjalanan dan berlaku sekali, paling lama {minutes} menit. "
        "Belum ada? Periksa folder spam.",
        "If {email} has an account, the link is on its way. It is good once, for {minutes} minutes at most. "
        "Nothing there? Check the spam folder.",
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
    "done_password": (
        "Kata sandi baru tersimpan. Perangkat lain sudah dikeluarkan.",
        "Your new password is saved. Other devices are signed out.",
    ),
    # Letters
    "letter_hello": ("Halo {name},", "Hello {name},"),
    "letter_sign_in_subject": ("Tautan masuk Anda", "Your sign-in link"),
    "letter_sign_in": (
        "Buka tautan ini untuk masuk ke ruang pemilik. Tautan berlaku sekali, selama {minutes} menit:",
        "Open this link to sign in to your owner’s desk. It is good once, for {minutes} minutes:",
    ),
    "letter_reset_subject": ("Ganti kata sandi", "Set a new password"),
    "letter_reset": (
        "Buka tautan ini untuk membuat kata sandi baru. Tautan berlaku sekali, selama {minutes} menit:",
        "Open this link to set a new password. It is good once, for {minutes} minutes:",
    ),
    "letter_verify_subject": ("Pastikan alamat surel Anda", "Confirm your e-mail address"),
    "letter_verify": (
        "Buka tautan ini untuk memastikan bahwa surel ini milik Anda:",
        "Open this link to confirm that this e-mail address is yours:",
    ),
    "letter_not_you": (
        "Bukan Anda yang meminta? Abaikan surel ini; tidak ada yang berubah.",
        "Was it not you? Ignore this message; nothing has changed.",
    ),
}
