"""Telephone numbers as Indonesians write them, read by phonenumbers (E.164), and the links they make."""

import re
from dataclasses import dataclass
from urllib.parse import quote

import phonenumbers

_TEXT_MOST = 500
_STRAIGHT = "01234567890123456789"
_COUNTING = (_STRAIGHT, _STRAIGHT[::-1])
_ADDRESS = re.compile(r"^\s*(?:tel:|whatsapp:|(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=))", re.I)


@dataclass(frozen=True, slots=True)
class Phone:
    """`e164` begins with +; `shown` is how a reader dials it at home."""

    e164: str
    shown: str
    mobile: bool

    @property
    def tel(self) -> str:
        return f"tel:{self.e164}"

    def whatsapp(self, text: str | None = None) -> str:
        """A wa.me link; `text` is cut at 500 characters."""
        link = f"https://wa.me/{self.e164[1:]}"
        return f"{link}?text={quote(text[:_TEXT_MOST], safe='')}" if text else link


def read_phone(text: str | None, *, any_digits: bool = False) -> Phone | None:
    """`08…`, `8…`, `628…`, `+62 (0)8…`; None for what is no number and for placeholders such as 0812-3456-7890.

    `any_digits`: whoever types it has it, be it 0811-1111-111; what a generator writes may be invented.
    """
    if not text:
        return None
    text = _ADDRESS.sub("", text).split("?")[0].strip()
    digits = re.sub(r"\D", "", re.sub(r"\(\s*0\s*\)", "", text[:40]))
    if not 6 <= len(digits) <= 15 or re.search(r"[a-wyzA-WYZ]{3,}|[xX]{2,}", text):
        return None
    abroad = text.startswith("+") or digits.startswith("00")  # 00 is dialled for + (ITU-T E.123)
    digits = digits.removeprefix("00") if not text.startswith("+") else digits
    if abroad and not digits.startswith("62"):
        written = "+" + digits
    elif digits.startswith("62"):
        written = "+62" + digits[2:].lstrip("0")
    else:
        written = "+62" + digits.lstrip("0")
    try:
        number = phonenumbers.parse(written, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    if not any_digits and _placeholder(str(number.national_number)):
        return None
    kind = phonenumbers.number_type(number)
    mobile = kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code != 62:
        return Phone(e164, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL), mobile)
    national = "0" + str(number.national_number)
    if national.startswith("08"):
        return Phone(e164, _in_fours(national), True)
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return Phone(e164, shown.replace(" ", "-").replace(")-", ") "), mobile)


def _in_fours(national: str) -> str:
    head, rest = national[:4], national[4:]
    cut = len(rest) - 4 if len(rest) <= 8 else 4
    return "-".join(part for part in (head, rest[:cut], rest[cut:]) if part)


def _placeholder(national: str) -> bool:
    """All one digit at the end, or counting up or down: nobody's number."""
    tail = national[-7:]
    counting = any(tail in straight for straight in _COUNTING)
    return len(set(tail)) == 1 or counting or national.startswith("8123456")
