"""Each measure of craft can fail: a page that keeps a rule, and the same page with one thing spoilt."""

from typing import Any

from playwright.async_api import Browser

from renderer.themes import Themes
from tests.browsers import needs_browser
from tests.craft import Easel, sheets_of_paper

_WORDS = "Tulisan yang cukup panjang untuk dibaca beberapa baris lamanya, dengan kata-kata biasa saja. " * 4
PAGE = f"""<!doctype html><html lang="id"><head><title>x</title><style>
:root {{ --f2: 17px }} *, *::before, *::after {{ box-sizing: border-box }}
@font-face {{ font-family: Own; font-weight: 400 700; src: local("Liberation Sans"), local("DejaVu Sans") }}
body {{ margin: 0; font: 400 17px/1.6 Own }} h1, h2, h3, p, ul {{ margin: 0; padding: 0 }} p {{ max-width: 34em }}
.vh {{ position: absolute; width: 1px; height: 1px; overflow: hidden }}
.price {{ font-variant-numeric: tabular-nums }} .a {{ padding: 40px 0 }} .b {{ padding: 64px 0 }}
.c {{ padding: 24px 0 }}
.cells {{ display: grid; grid-template-columns: 1fr 1fr; list-style: none }}
a {{ display: inline-block; padding: 12px 0 }}
.art {{ height: 100px; background: linear-gradient(red, blue) }} img {{ width: 100%; height: 100% }}
</style><style id="spoilt"></style></head><body><header><a href="#">Toko Contoh</a></header><main>
<section id="hero" class="a hero"><h1>Judul</h1><a href="#">Pesan</a></section>
<section id="s1" class="b"><h2>Satu</h2><div class="prose"><p>{_WORDS}</p></div></section>
<section id="s2" class="c t-menu"><h2>Dua</h2>
<ul class="cells"><li>Teh <span class="price">Rp5.000</span></li><li>Kopi</li>
<li>Susu</li><li>Air</li></ul><div class="art"><img src="/nowhere.png" alt="Foto"></div></section>
</main><footer style="min-height: 60px">Jalan Kaliurang 12</footer></body></html>"""

SPOILT: list[tuple[str, Any, str]] = [
    ("sizes", 4, "h1{font-size:40px}h2{font-size:30px}li{font-size:11px}a{font-size:12px}footer{font-size:13px}"),
    ("body", (), ".prose p{font-size:15px}"),
    ("body", (), "body{line-height:1.4}"),
    ("measure", (45, 75), "p{max-width:none}"),
    ("measure", (45, 75), "p{max-width:12em}"),
    ("faux", (), "h2{font-weight:800}"),
    ("faux", (), "p{font-style:italic}"),
    ("faux", (), "p{font-family:Elsewhere}"),
    ("faux", (), "li::before{content:'x';font-weight:900}"),
    ("figures", (), ".price{font-variant-numeric:normal}"),
    ("bands", 160, "#s1{padding:200px 0}"),
    ("bands", 160, "body{padding-top:200px}"),
    ("bands", 160, "footer{min-height:400px !important}"),
    ("centred", 1, "h2{text-align:center}"),
    ("overflow", (), "#s1{width:1400px}"),
    ("overflow", (), "li{transform:translateX(-200px)}"),
    ("overflow", (), "#s1{overflow:hidden;width:300px}p{min-width:600px}"),
    ("orphans", (), ".cells{grid-template-columns:1fr 1fr 1fr}"),
    ("orphans", (), "li + li{display:none}"),
    ("targets", 48, "a{padding:4px 0}"),
    ("surface", (), "li{border:1px solid red;box-shadow:0 0 4px red}"),
    ("surface", (), "@keyframes x{to{opacity:1}}li{animation:x 1s}"),
    ("surface", (), "li{transition:color .4s}"),
    ("holes", (), ".art{background:none}"),
    ("firstScreen", "Toko Contoh", "header{display:none}"),
    ("firstScreen", "Toko Contoh", "h1{padding-top:900px}"),
    ("firstScreen", "Toko Contoh", "main a{margin-top:900px}"),
    ("density", 6, "li{height:600px}"),
    ("fills", (), "main{display:none}"),
    ("printed", ["Jalan Kaliurang 12"], "footer{display:none}"),
]

pytestmark = needs_browser


async def test_what_breaks_a_rule_is_found(browser: Browser, themes: Themes) -> None:
    easel = await Easel.open(browser, themes)
    await easel.show(PAGE)
    unseen = []
    for measure, given, spoil in SPOILT:
        asked = {measure: given if isinstance(given, tuple) else (given,)}
        await easel.page.evaluate("document.getElementById('spoilt').textContent = ''")
        assert (await easel.ask(**asked))[measure] == []
        await easel.page.evaluate("css => { document.getElementById('spoilt').textContent = css; }", spoil)
        if not (await easel.ask(**asked))[measure]:
            unseen.append(f"{measure}: {spoil}")
    await easel.close()
    assert unseen == []


async def test_lines_paddings_and_sheets_are_counted(browser: Browser, themes: Themes) -> None:
    easel = await Easel.open(browser, themes)
    await easel.show(PAGE, 360, 640)
    long = f"<h1 style='font-size: 40px'>{'Perawatan gigi ' * 12}</h1>"
    answers = await easel.ask(headings=(["<h1>Kopi</h1>", long],), paddings=())
    assert answers["headings"][0] == 1
    assert answers["headings"][1] > 4
    assert answers["paddings"] == [48, 80, 128]
    assert sheets_of_paper(await easel.page.pdf(format="A4")) <= 2
    await easel.show(PAGE.replace("</style>", "section{break-after:page}</style>"))
    assert sheets_of_paper(await easel.page.pdf(format="A4")) >= 4
    await easel.close()
