"""A drawn page as one file that a browser opens from a disk: style sheets, fonts and the payment code inside of it."""

import re
from base64 import b64encode
from collections.abc import Mapping

from renderer.themes.drawn import Asset, Drawn
from renderer.themes.pictures.qris import draw_qris
from renderer.themes.site import Site

_SHEET = re.compile(r'<link rel="stylesheet" href="(?P<path>/_theme/[^"]+)"(?P<media> media="print")?>')
_PRELOAD = re.compile(r'<link rel="preload" href="/_theme/[^>]+>\n?')
_SERVED = re.compile(r'<link rel="(?:manifest|apple-touch-icon)" href="/[^>]+>\n?')
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_FAMILY = re.compile(r"font-family:\s*[\"']?([^\"';}]+)")
_URL = re.compile(r"url\([\"']?(?P<path>/_theme/[^\"')]+)[\"']?\)")


def standalone(site: Site, drawn: Drawn) -> str:
    """The page's HTML without a link to any file of the theme. Only the faces that it is set in are put in."""
    look = site.look.pairing
    families = frozenset((look.heading, look.body))
    assets = site.theme.assets
    html = _PRELOAD.sub("", _SERVED.sub("", drawn.html))

    def inside(match: re.Match[str]) -> str:
        return f"<style{match['media'] or ''}>{_sheet(assets, match['path'], families)}</style>"

    return _SHEET.sub(inside, payment_code_inside(site, html))


def payment_code_inside(site: Site, html: str) -> str:
    """A page of the site with its payment code's picture, which a server would draw, inside of it."""
    qris = site.view.qris
    if not (qris and qris.code and qris.picture):
        return html
    return html.replace(f'"{qris.picture}"', f'"{_data(draw_qris(qris.code), "image/png")}"')


def _sheet(assets: Mapping[str, Asset], path: str, families: frozenset[str]) -> str:
    asset = assets.get(path)
    if asset is None:
        return ""
    css = _FACE.sub(lambda match: match[0] if _wanted(match[0], families) else "", asset.body.decode())
    return _URL.sub(lambda match: _inside(assets, match["path"]), css)


def _wanted(face: str, families: frozenset[str]) -> bool:
    name = _FAMILY.search(face)
    return "/_theme/" not in face or (name is not None and name[1].strip() in families)


def _inside(assets: Mapping[str, Asset], path: str) -> str:
    asset = assets.get(path)
    return f"url({_data(asset.body, asset.content_type)})" if asset else "none"


def _data(body: bytes, content_type: str) -> str:
    return f"data:{content_type};base64,{b64encode(body).decode()}"
