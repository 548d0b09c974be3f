"""Every kind of page that a blog has, in any theme: of the demo site that suits it, and of posts that strain it."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from renderer.demo.files import DemoFile, read_files
from renderer.themes import Site, Themes, draw_error, draw_list, draw_page, draw_post
from renderer.themes.blog.places import Place
from renderer.themes.source import Around, Label, PostList, PostRow, PostSource
from tests.craft_pages import demo_site
from tests.pages import NOW

SITES = {
    "pilar": "gigi-arunika", "spanduk": "kopi-senja", "bingkai": "temu-manten", "etalase": "sekar-pesisir",
    "lembar": "catatan-lintang",
}  # fmt: skip
"""The demo site whose posts show a theme's blog."""
WORD = "Pertanggungjawabankeberlangsunganketidakberpihakanmempertanggungjawabkannyalahsaja"
LABELS = tuple((f"label-{number}", name) for number, name in enumerate(("Seduh manual", "Biji", WORD[:50]) * 4))
STRAIN = f"""{WORD} berdiri di awal kalimat, dan di tengah `{WORD}` sebagai kode.

## Judul pertama yang cukup panjang untuk dua baris di layar ponsel

{"Paragraf biasa yang dibaca orang, kalimat demi kalimat, sampai barisnya penuh. " * 6}

![Cerek](/foto/9.jpg "Cerek tua dari pasar loak, masih dipakai tiap hari")

> Kutipan yang berdiri sendiri, seperti yang dikatakan orang di warung.

| Waktu | Suhu | Takaran | Catatan yang panjang sekali sampai tabelnya harus digeser |
|---|---|---|---|
| 00.30 | 92 °C | 15 g | {WORD} |
| 02.30 | 88 °C | 18 g | ya |

## {WORD}

- [x] timbang
- [ ] giling
- [ ] seduh

### Kode

```python
def seduh(air: int, kopi: int) -> float:  # baris yang lebih panjang dari layar mana pun, jadi harus digeser
    return air / kopi
```

## Daftar

1. satu
2. dua
   - anak
3. [tautan](https://contoh.example/{WORD})

---

## Penutup

{"Kata penutup yang panjang. " * 30}
"""


def demo_posts(file: DemoFile) -> list[PostRow]:
    """The published posts of a demo site, newest first."""
    names = {one.slug: one.name for one in (*file.categories, *file.tags)}
    posts = [post for post in file.posts if post.status == "published" and (post.days_ago or 0) >= 0]
    return [
        row(
            slug=post.slug,
            title=post.title,
            excerpt=post.excerpt,
            content=json.dumps(post.content),
            words=_count(post.content),
            visible_from=NOW - timedelta(days=post.days_ago or 0),
            categories=[(slug, names[slug]) for slug in post.categories],
            tags=[(slug, names[slug]) for slug in post.tags],
        )
        for post in sorted(posts, key=lambda post: post.days_ago or 0)
    ]


def row(**columns: Any) -> PostRow:
    """A post with nothing but a title beside what is named."""
    bare: dict[str, Any] = {
        "id": UUID(int=9), "slug": "tulisan", "title": "Tulisan", "excerpt": None, "extract": None, "content": None,
        "featured_image": None, "gallery_images": (), "seo_title": None, "seo_description": None,
        "visible_from": NOW - timedelta(days=40), "updated_at": None, "words": 0,
    }  # fmt: skip
    return PostRow(**{**bare, **columns})


def listed(post: PostRow) -> PostSource:
    return PostSource(post.slug, post.title, post.excerpt, post.featured_image, post.visible_from, post.words)


def strained() -> PostRow:
    """All that a post can have, and words that fit nowhere."""
    return row(
        slug="semuanya",
        title=f"Semua yang bisa dimuat satu tulisan: {WORD}",
        excerpt=f"Ringkasan dengan {WORD} di tengahnya.",
        content=json.dumps({"type": "markdown", "text": STRAIN}),
        featured_image="/foto/1.jpg",
        gallery_images=[f"/foto/{number}.jpg" for number in range(2, 9)],
        updated_at=NOW,
        words=1200,
        categories=LABELS[:4],
        tags=LABELS,
    )


def bare() -> PostRow:
    """A post that has nothing but a title and one sentence."""
    return row(title="Tutup", content=json.dumps({"text": "Besok kami tutup."}), words=3)


def posts_of(themes: Themes, theme: str, variant: str, tokens: Any = None) -> tuple[Site, list[PostRow]]:
    file = next(file for file in read_files() if file.website.subdomain == SITES.get(theme, "gigi-arunika"))
    return demo_site(themes, file, theme, variant, tokens), demo_posts(file)


def blog_documents(themes: Themes, theme: str, variant: str, tokens: Any = None) -> dict[str, str]:
    """HTML by name: each page kind of a blog, as the theme draws it."""
    site, posts = posts_of(themes, theme, variant, tokens)
    longest = max(posts, key=lambda post: post.words)
    others = [listed(post) for post in posts if post is not longest]
    hostile = listed(strained())
    around = Around(others[0], hostile, [*others, hostile][:3])
    shelf = [listed(post) for post in posts]
    shelf = [*shelf, hostile, listed(bare()), *[_sibling(post, number) for number, post in enumerate(shelf * 3)]][:10]
    kinds = [label for post in posts for label in post.categories]
    categories = tuple(dict.fromkeys(kinds))
    label = Label(*categories[0], "Apa yang ada di sini, dalam satu kalimat yang ditulis pemiliknya.")
    years, months = [(2026 - age, 0) for age in range(9)], [(2026, month) for month in range(1, 13)]
    marked = {f"/blog/{post.slug}": "Kata yang \ue000dicari\ue001 di tengah kalimat." for post in shelf}
    lists = {
        "list": (Place("index"), PostList(shelf, more=True, categories=categories, spans=years)),
        "list-2": (Place("index", page=2), PostList(shelf[3:8], more=True, categories=categories, spans=years)),
        "list-one": (Place("index"), PostList(shelf[:1])),
        "list-none": (Place("index"), PostList(())),
        "category": (Place("category", label.slug), PostList(shelf[:3], label=label, categories=categories)),
        "tag": (Place("tag", "hostile"), PostList([hostile, *shelf[:1]], label=Label("hostile", WORD[:50]))),
        "archive": (Place("archive", year=2026, month=10), PostList(shelf[:2], spans=months)),
        "search": (Place("search"), PostList(shelf[:5], more=True, query="dicari", found=marked, instead="cari")),
        "search-none": (Place("search"), PostList((), query=WORD)),
        "search-start": (Place("search"), PostList(())),
        "subscribe": (Place("subscribe"), PostList(())),
    }
    shown = {name: draw_list(site, place, found, NOW).html for name, (place, found) in lists.items()}
    shown["post"] = draw_post(site, longest, around, NOW).html
    shown["post-photo"] = draw_post(site, _photographed(posts[0]), Around(others[0]), NOW).html
    shown["post-strained"] = draw_post(site, strained(), around, NOW).html
    shown["post-bare"] = draw_post(site, bare(), Around(), NOW).html
    shown |= {f"error-{status}": draw_error(site, status, "/blog/x").html for status in (404, 410)}
    privacy = draw_page(site, site.view.privacy.href, [], NOW) if site.view.privacy else None
    return shown | ({"privacy": privacy.html} if privacy else {})


def _count(content: Any) -> int:
    """Words of all texts of a TipTap document."""
    if isinstance(content, dict):
        return len(str(content.get("text", "")).split()) + _count(content.get("content", []))
    return sum(map(_count, content))


def _sibling(post: PostSource, number: int) -> PostSource:
    photo = f"/foto/{number}.jpg" if number % 3 == 1 else None
    day = NOW - timedelta(days=60 + 9 * number)
    return PostSource(f"{post.slug}-{number}", post.title, post.excerpt, photo, day, post.words)


def _photographed(post: PostRow) -> PostRow:
    columns = {name: getattr(post, name) for name in PostRow.__dataclass_fields__}
    return PostRow(**{**columns, "featured_image": "/foto/3.jpg", "gallery_images": ["/foto/4.jpg", "/foto/5.jpg"]})
