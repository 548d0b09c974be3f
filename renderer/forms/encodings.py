"""The encoding of what was posted. Pages here are UTF-8 and browsers send that; old clients and scripts do not all."""

import re

LATIN = "windows-1252"
# What clients say they send, and Python's codec; whatever says Latin-1 or ASCII means windows-1252 (Encoding Standard,
# "names and labels"). None of UTF-7, UTF-16 or ISO-2022: in them ASCII bytes are not what they look like. A table:
# `codecs.lookup` imports and remembers whatever a stranger names.
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii"), LATIN),
    **{f"windows-{number}": f"cp{number}" for number in (1250, 1251, 1254, 1256, 1258)},
    **{one: one for one in ("iso-8859-2", "iso-8859-9", "iso-8859-15", "koi8-r", "tis-620", "big5")},
    **{"windows-874": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030"},
    **{"shift_jis": "cp932", "sjis": "cp932", "euc-jp": "euc_jp", "euc-kr": "cp949"},
}
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_REFERENCE = re.compile(r"&#([0-9]{2,7});")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Reading:
    """How the texts of one post are read; `name` is "" for UTF-8 without a fault, else what a lead is marked with."""

    def __init__(self, raw: bytes, declared: str = "") -> None:
        """`raw` is all of the text that was sent, `declared` the label that came with it.

        A label of another writing is believed where the bytes are of it. One of Latin-1 is not: libraries write it for
        want of a better one. So UTF-8 comes first then, and also where some of its characters were cut through, as
        scripts do that count bytes; windows-1252 last. Raises ValueError for what is no text in any of them.
        """
        self._codec, self._errors, self.name = "utf-8", "strict", ""
        label = declared.strip().lower()
        known = _CODECS.get(label, LATIN)
        if known not in ("utf-8", LATIN) and _reads(raw, known):
            self._codec, self.name = known, label
        elif raw.isascii() or _reads(raw, "utf-8"):
            pass
        elif _is_mostly_utf8(raw):
            self._errors, self.name = "replace", "utf-8"
        else:
            self._codec = self.name = LATIN
            self.text(raw)

    def text(self, raw: bytes) -> str:
        """Raises ValueError where it is no text. What an encoding lacks, browsers write as `&#128522;`."""
        text = raw.decode(self._codec, self._errors)
        if self._codec == "utf-8":
            return text
        if _NO_TEXT.search(text):
            raise ValueError("bytes that are no text")
        return _REFERENCE.sub(_character, text)


def _reads(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except ValueError:
        return False
    return True


def _is_mostly_utf8(raw: bytes) -> bool:
    whole, broken = _MULTIBYTE.subn(b"", raw)[1], raw.decode("utf-8", "replace").count("\ufffd")
    return whole >= broken


def _character(found: re.Match[str]) -> str:
    number = int(found[1])
    return chr(number) if 0xA0 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF else found[0]
