"""What must hold of a field, and how what people type becomes what the content says. Pure."""

import re
from collections.abc import Callable, Mapping

from renderer.console.editing.facts import days_of, read_day
from renderer.console.editing.fields import Field
from renderer.themes.text.links import mail_link, safe_link
from renderer.themes.text.qris import QrisError, read_qris

_PROFILES = {
    "instagram": "https://www.instagram.com/{}",
    "tiktok": "https://www.tiktok.com/@{}",
    "facebook": "https://www.facebook.com/{}",
    "youtube": "https://www.youtube.com/@{}",
    "x": "https://x.com/{}",
    "threads": "https://www.threads.net/@{}",
    "telegram": "https://t.me/{}",
    "github": "https://github.com/{}",
    "pinterest": "https://www.pinterest.com/{}",
    "tokopedia": "https://www.tokopedia.com/{}",
    "shopee": "https://shopee.co.id/{}",
}
"""Where a name alone leads, as the places themselves write it on a profile."""
_NAME = re.compile(r"@?([A-Za-z0-9_.-]{1,60})")
_BARE = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:[/?#].*)?")
_NUMBER = re.compile(r"-?\d{1,3}(?:[.,]\d{1,12})?")


def tidied(field: Field, value: str, kind: str = "") -> str:
    """What the content is to say, where somebody typed `value`. `kind` is a channel's."""
    if field.kind in ("lines", "many"):
        return "\n".join(dict.fromkeys(line.strip() for line in value.splitlines() if line.strip()))
    if field.kind == "flag":
        return "1" if value else ""
    if field.kind == "tick":
        return "owner" if value else ""
    rule = _TIDY.get(field.rule)
    return rule(value, kind) if rule and value else value


def wrong_with(field: Field, value: str) -> str:
    """A word of what is wrong with it; "" where nothing is."""
    if len(value) > field.most:
        return "too_long"
    if not value:
        return "needed" if field.needed else ""
    if field.kind in ("choice", "focus") and value not in field.options:
        return "no_choice"
    check = _CHECKS.get(field.rule)
    return "" if check is None or check[0](value) else check[1]


def _channel(value: str, kind: str) -> str:
    """An e-mail address, a profile's name, or an address without its beginning, as a link."""
    if (mail := mail_link(value)) is not None:
        return mail
    if (name := _NAME.fullmatch(value)) and kind in _PROFILES and not ("." in value and "@" not in value):
        return _PROFILES[kind].format(name[1])
    return _address(value, kind)


def _address(value: str, _: str) -> str:
    return f"https://{value}" if _BARE.fullmatch(value) else value


def _number(value: str, _: str) -> str:
    return str(float(value.replace(",", "."))) if _NUMBER.fullmatch(value) else value


def _is_qris(value: str) -> bool:
    try:
        read_qris(value)
    except QrisError:
        return False
    return True


def _within(most: float) -> Callable[[str], bool]:
    return lambda value: bool(_NUMBER.fullmatch(value)) and abs(float(value)) <= most


def _day(value: str, _: str) -> str:
    week = read_day(value)
    return days_of(week)[0] if week else value


_TIDY: Mapping[str, Callable[[str, str], str]] = {
    "channel": _channel,
    "link": _address,
    "qris": lambda value, _: value.strip(),
    "lat": _number,
    "lng": _number,
    "day": _day,
}
_CHECKS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "channel": (lambda value: safe_link(value) is not None, "no_link"),
    "link": (lambda value: safe_link(value) is not None, "no_link"),
    "qris": (_is_qris, "no_qris"),
    "lat": (_within(90), "no_place"),
    "lng": (_within(180), "no_place"),
    "day": (lambda value: read_day(value) is not None, "no_hours"),
    "count": (lambda value: value.isascii() and value.isdigit() and 1 <= int(value) <= 12, "no_count"),
}
