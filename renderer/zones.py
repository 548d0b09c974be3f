"""Which time zone a site's days are of."""

from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Jakarta"


def zone_name(name: str | None) -> str:
    """The IANA zone of that name, blanks around it left out; DEFAULT_ZONE where there is none."""
    return known_zone((name or "").strip()) or DEFAULT_ZONE


def known_zone(name: str | None) -> str | None:
    """The IANA zone of that name, None if there is none; DEFAULT_ZONE for no name."""
    try:
        return ZoneInfo(name or DEFAULT_ZONE).key
    except (ValueError, OSError, KeyError):
        return None
