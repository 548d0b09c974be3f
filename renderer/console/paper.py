"""A post as it would look, for a sandboxed frame, which has no origin, no scripts, and leads nowhere.

Its policy is that of the page around it, whose 'self' is no origin of the frame's own where a browser holds to that
(WebKit): so its style is in it, under a hash.
"""

import asyncio
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from renderer.console.pictures.inlaid import are_hidden, inlay
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.keys import IMAGE_RULES
from renderer.themes.found.urls import absolute
from renderer.themes.pictures.rules import Pictures
from renderer.themes.text import words as site_words
from renderer.themes.text.rich import RichOptions, render_rich

_STYLE = (Path(__file__).parent / "paper.css").read_text("utf-8")
STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
"""For the policy of the page around it."""


async def draw_paper(visit: Visit, title: str, value: Any) -> str:
    """A whole document. Pictures are where the site has them, or in it where the site shows them to nobody."""
    paper = await asyncio.to_thread(_draw, visit, title, value)
    return await inlay(visit, paper) if are_hidden(visit) else paper


def _draw(visit: Visit, title: str, value: Any) -> str:
    words = site_words.words_for(visit.language)
    pictures = Pictures(visit.site.url, visit.request.app[IMAGE_RULES])

    def picture(address: str) -> str | None:
        vetted = pictures.vet(address)
        return absolute(visit.site.url, vetted) if vetted else None

    options = RichOptions(2, picture, words=words)
    body = render_rich(value, options) or escape(words_for(visit.language)["post_preview_empty"])
    return (
        f'<!doctype html><html lang="{visit.language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="color-scheme" content="light dark"><style>{_STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )


def picture_origins(visit: Visit) -> list[str]:
    """Where the pictures in such a document come from, for the policy of the page around it."""
    return [visit.site.url, *visit.request.app[IMAGE_RULES].origins]
