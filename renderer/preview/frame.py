"""A page of the preview in a frame as wide as a device: its own style sheets then answer as they do there."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from renderer.preview.bar import Seen, draw_bar
from renderer.preview.words import say
from renderer.themes import Drawn
from renderer.themes.text.words import words_for

_STYLE = (Path(__file__).parent / "frame.css").read_text("utf-8")
_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
    "<title>{title}</title><style>%s</style></head><body>{bar}"
    '<main><h1>{title}</h1><iframe class="w{width}" title="{title}" src="{target}"></iframe></main>'
    "</body></html>\n"
)


def draw_frame(seen: Seen) -> Drawn:
    """`seen.width` is one of `WIDTHS`, `seen.target` a path of this host."""
    bar, language = draw_bar(seen), words_for(seen.site.language).language
    style = bar.style + _STYLE
    html = _PAGE.format(
        language=language,
        title=say("framed", language, n=seen.width),
        bar=bar.html,
        width=seen.width,
        target=seen.target,
    )
    # After the rest: its braces are not ours to fill.
    page = str(html).replace("%s", style, 1)
    return Drawn(page, (b64encode(sha256(style.encode()).digest()).decode(),), frames=("'self'",))
