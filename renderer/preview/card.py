"""The page at a link's own address: for a moment, on the way to the draft; and all that a message's card can show."""

from base64 import b64encode
from hashlib import sha256

from markupsafe import escape

from renderer.themes import Drawn

_STYLE = (
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f6f5f2;color:#22211e;"
    "font:17px/1.6 system-ui,sans-serif}main{max-width:34rem;padding:2rem}h1{font-size:1.5rem;line-height:1.25;"
    "margin:0 0 .75rem}p{margin:0 0 1.25rem}a{color:inherit}[lang=en]{color:#5d5a52;font-size:.95rem}"
    "@media(prefers-color-scheme:dark){body{background:#191816;color:#eceae4}[lang=en]{color:#a8a49a}}"
)
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_SAID = "Pratinjau situs yang belum terbit · A preview of a site that is not published yet"


def draw_card(target: str) -> Drawn:
    """It goes on to `target`, a path of the same host, by itself. It names no site: the message may go anywhere."""
    path = escape(target)
    return Drawn(
        '<!doctype html>\n<html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<meta http-equiv="refresh" content="0; url={path}"><title>Draf</title>'
        f'<meta property="og:type" content="website"><meta property="og:title" content="Draf">'
        f'<meta property="og:description" content="{_SAID}"><meta name="description" content="{_SAID}">'
        f"<style>{_STYLE}</style></head><body><main>"
        f'<h1>Draf</h1><p>Membuka pratinjau… <a href="{path}">Lanjutkan</a></p>'
        f'<div lang="en"><p>Opening the preview… <a href="{path}">Go on</a></p></div></main></body></html>\n',
        (_HASH,),
    )
