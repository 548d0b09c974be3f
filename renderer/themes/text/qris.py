"""QRIS payloads: read and checked, never made and never changed.

EMVCo's QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, as QRIS (Bank Indonesia, ASPI) uses it.
"""

import re
from dataclasses import dataclass

MOST = 512
"""Characters of a payload (§3.2)."""
_DATA = re.compile(r"[ -~]+")
_DIGITS = re.compile(r"[0-9]+")
_AMOUNT = re.compile(r"([0-9]{1,12})(?:\.[0-9]{0,2})?")
_ACCOUNTS = range(2, 52)
_RUPIAH, _INDONESIA = "360", "ID"
_ONCE = "12"
_NATIONAL = "ID.CO.QRIS.WWW"


class QrisError(ValueError):
    """The message says why a text is no QRIS that a site may show."""


@dataclass(frozen=True, slots=True)
class Qris:
    """`amount` in whole rupiah where the payload itself states one; `nmid` is the merchant's national number."""

    payload: str
    merchant: str
    city: str | None
    nmid: str | None
    amount: int | None


def read_qris(text: str) -> Qris:
    """Raises QrisError."""
    payload = text.strip()
    if len(payload) > MOST or not _DATA.fullmatch(payload):
        raise QrisError("not a QRIS payload")
    data = _objects(payload)
    if payload[:6] != "000201" or payload[-8:-4] != "6304" or "63" not in data:
        raise QrisError("not a QRIS payload")
    if data["63"].upper() != f"{crc16(payload[:-4].encode()):04X}":
        raise QrisError("its checksum is wrong, so it was cut or changed on the way")
    if data.get("53") != _RUPIAH or data.get("58") != _INDONESIA or not any(int(tag) in _ACCOUNTS for tag in data):
        raise QrisError("a payment code, but no QRIS")
    if data.get("01") == _ONCE:
        raise QrisError("made for one payment; a site needs the code that hangs on the counter")
    merchant = data.get("59", "").strip()
    if not merchant:
        raise QrisError("names no merchant")
    amount = _AMOUNT.fullmatch(data["54"]) if "54" in data else None
    if "54" in data and amount is None:
        raise QrisError("its amount is no number")
    return Qris(payload, merchant, data.get("60", "").strip() or None, _nmid(data), int(amount[1]) if amount else None)


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE, as ISO/IEC 13239 and EMVCo §4.7.3 have it: polynomial 0x1021, first 0xFFFF."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _objects(text: str) -> dict[str, str]:
    """Tag → value: two digits of tag, two of length, then as many characters. QrisError for all else, or one twice."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        end = at + 4 + int(head[2:]) if len(head) == 4 and _DIGITS.fullmatch(head) else -1
        if end <= at + 4 or end > len(text) or head[:2] in found:
            raise QrisError("not a QRIS payload")
        found[head[:2]] = text[at + 4 : end]
        at = end
    return found


def _nmid(data: dict[str, str]) -> str | None:
    try:
        national = _objects(data.get("51", ""))
    except QrisError:
        return None
    return national.get("02") if national.get("00") == _NATIONAL else None
