"""When an answer may be expected: what the opening hours say of now."""

from datetime import date, datetime, timedelta

from renderer.themes.text.hours import DAY, Span, Week
from renderer.themes.text.words import Words

_AHEAD = 15


def reply_time(week: Week, now: datetime, words: Words) -> str | None:
    """Open until when, or open again when; `now` in the site's zone. None where no hours are told of the next days."""
    today, minute = now.date(), now.hour * 60 + now.minute
    for day, passed in ((today - timedelta(days=1), DAY), (today, 0)):
        for span in _spans(week, day):
            if span.open <= minute + passed < span.close:
                return words.say("form_reply_open", time=_clock(span.close, words))
    for ahead in range(_AHEAD):
        day = today + timedelta(days=ahead)
        starts = sorted(span.open for span in _spans(week, day) if ahead or span.open > minute)
        if starts:
            key = ("form_reply_today", "form_reply_tomorrow")[ahead] if ahead < 2 else "form_reply_later"
            pattern = "EEEE" if ahead < 7 else "EEEE, d MMMM"
            return words.say(key, day=words.date(day, pattern), time=_clock(starts[0], words))
    return None


def _spans(week: Week, day: date) -> tuple[Span, ...]:
    for change in week.exceptions:
        if change.first <= day <= change.last:
            return (change.span,) if change.span else ()
    return week.days[day.weekday()]


def _clock(minutes: int, words: Words) -> str:
    minutes %= DAY
    return f"{minutes // 60:02d}{words.clock_mark}{minutes % 60:02d}"
