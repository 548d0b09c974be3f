"""YouTube videos as cards: a link that works without script, and nothing asked of YouTube before a click.

The theme's script puts the player in the card's place when it is clicked; only pages that hold a card allow its frame.
"""

import re
from urllib.parse import parse_qs, urlsplit

from markupsafe import Markup, escape

from renderer.themes.text.links import is_foreign, safe_link
from renderer.themes.text.words import Words

PLAYER = "https://www.youtube-nocookie.com"
"""The only origin that a page with a card may frame."""

CARD = '<a class="video" '
"""How a card begins."""
_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_TIME = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?")
_LONGEST = 12 * 3600


def read_video(address: object, start: object = None) -> tuple[str, int] | None:
    """The id and the first second of a YouTube address: watch, youtu.be, embed, shorts and live; None for all else."""
    link = safe_link(address) if isinstance(address, str) else None
    if link is None or not is_foreign(link):
        return None
    parts = urlsplit(link)
    host = (parts.hostname or "").removesuffix(".")
    query = parse_qs(parts.query)
    steps = parts.path.strip("/").split("/")
    if host == "youtu.be":
        name = steps[0] if len(steps) == 1 else ""
    elif host not in _HOSTS and host != "www.youtube-nocookie.com":
        return None
    elif steps == ["watch"]:
        name = query.get("v", [""])[0]
    else:
        name = steps[1] if len(steps) == 2 and steps[0] in ("embed", "shorts", "live", "v") else ""
    if not _ID.fullmatch(name):
        return None
    written = (query.get("t") or query.get("start") or [parts.fragment.removeprefix("t=")])[0]
    return name, seconds(start) or seconds(written)


def watch_address(name: str, start: int) -> str:
    return f"https://www.youtube.com/watch?v={name}" + (f"&t={start}s" if start else "")


def video_card(video: tuple[str, int], words: Words) -> str:
    """A block of its own. `data-video` is what the theme's script appends to the player's address."""
    name, start = video
    play = name + (f"?start={start}" if start else "")
    return (
        f'{CARD}href="{escape(watch_address(name, start))}" rel="noopener" data-video="{play}">'
        f"<span><b>{escape(words['video_youtube'])}</b> <small>{escape(words['video_note'])}</small></span></a>"
    )


def holds_video(*texts: Markup | None) -> bool:
    """Whether rendered text holds a card: `<` is escaped in whatever a row says, so nothing else looks like one."""
    return any(text is not None and CARD in text for text in texts)


def seconds(given: object) -> int:
    """Of a number or a text as `1m30s`; 0 for what is none, or longer than a film may be."""
    if isinstance(given, str):
        found = _TIME.fullmatch(given)
        parts = found.groups() if found else ()
        given = sum(int(part or 0) * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
    if isinstance(given, bool) or not isinstance(given, int | float):
        return 0
    return int(given) if 0 < given <= _LONGEST else 0
