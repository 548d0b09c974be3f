"""`make gallery`: every theme, variant and colour scheme on one page, by day and night, phone and desktop, with and
without photographs. THEME=pilar takes one theme. Writes var/gallery/index.html and the pictures beside it.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import async_playwright

from renderer.demo.files import DemoFile, read_files
from renderer.settings import ROOT
from renderer.themes import PostSource, Themes, draw_page, load_themes
from renderer.themes.standalone import payment_code_inside
from tests.browsers import CHROMIUM
from tests.craft import Easel
from tests.craft_pages import demo_site
from tests.pages import NOW
from tests.photographs import files, with_photographs

PLACE = ROOT / "var" / "gallery"
WIDTHS = (360, 1280)
FOLD = 2400
"""Pixels of a page that are kept; of a theme's own scheme all are."""
_THUMB = {360: 150, 1280: 320}
_STYLE = """body{margin:24px;font:16px/1.5 sans-serif;background:#eee;color:#111}h2{margin:48px 0 8px}
.row{display:flex;flex-wrap:wrap;align-items:flex-start}figure{margin:0 16px 16px 0}img{display:block;max-width:100%}
figcaption{font-size:13px}"""
_DECODED = "Promise.all([...document.images].map(img => img.decode().catch(() => {})))"
# One kind of site a theme, until a demo site of its own says which.
_SITES = {"spanduk": "kopi-senja", "bingkai": "sekar-pesisir", "etalase": "sekar-pesisir", "lembar": "catatan-lintang"}


@dataclass(frozen=True)
class Shot:
    theme: str
    variant: str
    scheme: str
    mode: str
    width: int
    photographs: bool

    @property
    def name(self) -> str:
        kind = "photographs" if self.photographs else "plain"
        return f"{self.theme}-{self.variant}-{self.scheme}-{self.mode}-{self.width}-{kind}"


def shots(themes: Themes, only: str | None) -> Iterator[Shot]:
    for theme in themes:
        if only and theme.id != only:
            continue
        for variant in theme.manifest.variants:
            for scheme in theme.manifest.schemes:
                for photographs in (False, True):
                    for mode in ("light", "dark"):
                        for width in WIDTHS:
                            yield Shot(theme.id, variant, scheme, mode, width, photographs)


def file_for(theme: str) -> DemoFile:
    sites = {file.website.subdomain: file for file in read_files()}
    own = [file for file in read_files() if file.website.template_id == theme]
    return sites.get(_SITES.get(theme, ""), own[0] if own else next(iter(sites.values())))


def document(themes: Themes, shot: Shot) -> str:
    file = file_for(shot.theme)
    if shot.photographs:
        content = with_photographs(file.website.generated_content)
        file = file.model_copy(update={"website": file.website.model_copy(update={"generated_content": content})})
    # A dark-first scheme has no day: asking for one would draw what no visitor sees.
    tokens = {"scheme": shot.scheme, "color": {}, "mode": shot.mode, "font": {}}
    posts = [PostSource(post.slug, post.title, post.excerpt, None, NOW, 640) for post in file.posts[:4]]
    site = demo_site(themes, file, shot.theme, shot.variant, tokens)
    drawn = draw_page(site, "/", posts, NOW)
    assert drawn is not None
    return payment_code_inside(site, drawn.html)


def index(taken: list[Shot]) -> str:
    """The page of all pictures: a heading a theme and variant, a row a scheme."""
    parts = [f"<!doctype html><meta charset=utf-8><title>Gallery</title><style>{_STYLE}</style><h1>Gallery</h1>"]
    above: tuple[str, str, str] = ("", "", "")
    for shot in taken:
        here = (shot.theme, shot.variant, shot.scheme)
        if here[:2] != above[:2]:
            parts.append(f"<h2>{escape(shot.theme)}, {escape(shot.variant)}</h2>")
        if here != above:
            parts.append(f"<h3>{escape(shot.scheme)}</h3><div class=row>")
        above = here
        name, kind = escape(shot.name), "with" if shot.photographs else "without"
        parts.append(
            f'<figure><a href="{name}.jpg"><img src="{name}-small.jpg" alt="{name}" loading="lazy"></a>'
            f"<figcaption>{shot.mode}, {shot.width} px, {kind} photographs</figcaption></figure>"
        )
        if shot.photographs and shot.mode == "dark" and shot.width == WIDTHS[-1]:
            parts.append("</div>")
    return "\n".join(parts)


def keep(shot: Shot, png: bytes, place: Path) -> None:
    picture = Image.open(BytesIO(png)).convert("RGB")
    picture.save(place / f"{shot.name}.jpg", quality=68)
    small = _THUMB[shot.width]
    top = picture.crop((0, 0, shot.width, min(picture.height, round(shot.width * (2 if shot.width < 700 else 1.4)))))
    top.resize((small, round(top.height * small / top.width)), Image.Resampling.LANCZOS).save(
        place / f"{shot.name}-small.jpg", quality=72
    )


async def take(only: str | None) -> None:
    themes = load_themes(ROOT / "themes")
    PLACE.mkdir(parents=True, exist_ok=True)
    taken = list(shots(themes, only))
    (PLACE / "index.html").write_text(index(taken), "utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        easel = await Easel.open(browser, themes, files=files())
        for number, shot in enumerate(taken, 1):
            await easel.show(document(themes, shot), shot.width)
            await easel.page.evaluate("document.querySelectorAll('img').forEach(img => { img.loading = 'eager'; })")
            await easel.page.evaluate(_DECODED)
            whole = shot.scheme == themes.get(shot.theme).manifest.scheme
            high = await easel.page.evaluate("document.documentElement.scrollHeight")
            clip = {"x": 0, "y": 0, "width": shot.width, "height": high if whole else min(high, FOLD)}
            keep(shot, await easel.page.screenshot(full_page=True, clip=clip), PLACE)
            sys.stdout.write(f"\r{number} of {len(taken)}")
            sys.stdout.flush()
        await browser.close()
    print(f"\n{PLACE / 'index.html'}")


if __name__ == "__main__":
    asyncio.run(take(os.environ.get("THEME")))
