"""Why leads were not delivered (console/reasons.py)."""

from collections.abc import Mapping

REASONS: Mapping[str, tuple[str, str]] = {
    "reason_tier": ("saluran ini tidak termasuk paket Anda", "your plan does not have this channel"),
    "reason_spam": ("pesan ini ditandai spam", "the message was marked as spam"),
    "reason_gone": ("pesan ini sudah dihapus", "the message is gone"),
    "reason_nobody": ("belum ada tujuan yang diisi", "nobody to send it to is set"),
    "reason_disabled": ("alamat webhook ini dimatikan", "this webhook is switched off"),
    "reason_limited": ("WhatsApp membatasi sementara; dicoba lagi sendiri", "WhatsApp limits us for now"),
    "reason_unreachable": ("penerima tidak dapat dihubungi", "the other side could not be reached"),
    "reason_set_up": ("salurannya belum disetel dengan benar", "the channel is not set up rightly"),
    "reason_recipient": ("alamat atau nomor tujuan tidak menerima", "the address or number takes no messages"),
    "reason_refused": ("penerima menolak atau menjawab dengan kesalahan", "the other side refused it or failed"),
    "reason_other": ("belum berhasil", "it did not work"),
}
