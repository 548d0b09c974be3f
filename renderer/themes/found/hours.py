"""Opening hours as schema.org's OpeningHoursSpecification: a week, and exceptions by date."""

from typing import Any

from renderer.themes.text.hours import DAY, Span, Week

_DAYS = tuple(
    f"https://schema.org/{name}"
    for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
)


def weekly(week: Week) -> list[dict[str, Any]]:
    """One entry for each span with the days that share it; a day without one is closed."""
    days: dict[Span, list[str]] = {}
    for name, spans in zip(_DAYS, week.days, strict=True):
        for span in spans:
            days.setdefault(span, []).append(name)
    return [{"@type": "OpeningHoursSpecification", "dayOfWeek": names, **_times(span)} for span, names in days.items()]


def exceptions(week: Week) -> list[dict[str, Any]]:
    """Closed for a day is `opens` and `closes` at 00:00, as Google's local business documentation has it."""
    return [
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": change.first.isoformat(),
            "validThrough": change.last.isoformat(),
            **(_times(change.span) if change.span else {"opens": "00:00", "closes": "00:00"}),
        }
        for change in week.exceptions
    ]


def _times(span: Span) -> dict[str, str]:
    """`closes` before `opens` is on the next day (schema.org); all day is 00:00 to 23:59, since 00:00 twice is shut."""
    if span.close - span.open >= DAY:
        return {"opens": "00:00", "closes": "23:59"}
    return {"opens": _clock(span.open), "closes": _clock(span.close % DAY)}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
