"""The film of a video section: at YouTube, or a file where the site's pictures may be."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from renderer.themes.contract.content import SectionContent
from renderer.themes.cut import cut
from renderer.themes.items import Workshop
from renderer.themes.text.typography import polish
from renderer.themes.text.video import PLAYER, read_video, seconds, watch_address
from renderer.themes.views import SectionView, VideoView

_FILES = (".mp4", ".webm")


def show_video(content: SectionContent, under: str, shop: Workshop) -> VideoView | None:
    """None, and reported, where the address is none that may be played."""
    given = content.video
    if given is None or not given.url:
        return None
    length = polish(cut(given.duration, 20, f"{under}/video", "duration", shop.repairs)) if given.duration else None
    known = read_video(given.url, given.start)
    if known is not None:
        name, start = known
        return VideoView(watch_address(name, start), name + (f"?start={start}" if start else ""), length)
    file = shop.pictures.vet(given.url)
    if file is None or not urlsplit(file).path.lower().endswith(_FILES):
        shop.repairs.add(
            f"{under}/video/url",
            "neither a YouTube address nor an mp4 or webm on this site’s own origin or an allowed host; left out",
        )
        return None
    start = seconds(given.start)
    # W3C Media Fragments, §4.2.1: the second at which it begins.
    return VideoView(f"{file.partition('#')[0]}#t={start}" if start else file, None, length)


def played(sections: Iterable[SectionView]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the films of a page need of its Content-Security-Policy: `frame-src` and `media-src`."""
    films = [section.video for section in sections if section.video]
    frames = (PLAYER,) if any(film.play for film in films) else ()
    files = dict.fromkeys(_origin(film.href) for film in films if film.play is None)
    return frames, tuple(files)


def _origin(href: str) -> str:
    return f"https://{urlsplit(href).hostname}" if href.startswith("https:") else "'self'"
