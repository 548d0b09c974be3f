"""A post that strains everything stays within its page, and the judges of pages have nothing to say of it."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from renderer.themes import Themes, draw_post
from renderer.themes.source import Around
from tests import test_axe, test_vnu
from tests.blog_pages import SITES, listed, posts_of
from tests.browsers import needs_browser
from tests.craft import Easel
from tests.hostile_post import hostile_posts
from tests.photographs import files


def documents(themes: Themes, theme: str) -> dict[str, str]:
    site, posts = posts_of(themes, theme, "default", {"mode": "auto"})
    others = [listed(post) for post in posts][:2]
    return {
        f"{theme}-{name}": draw_post(
            site, post, Around(others[0], listed(post), [*others, listed(post)]), post.visible_from
        ).html
        for name, post in hostile_posts().items()
    }


@pytest.mark.skipif(*test_vnu.pytestmark.args, **test_vnu.pytestmark.kwargs)
def test_nu_has_nothing_to_say(themes: Themes, tmp_path: Path) -> None:
    pages = {f"{name}.html": html for theme in SITES for name, html in documents(themes, theme).items()}
    assert len(pages) == 10
    assert test_vnu.nu_says(pages, tmp_path) == []


@pytest.mark.browser
@needs_browser[1]
@pytest.mark.parametrize("theme", SITES)
async def test_nothing_sticks_out_of_a_telephone_and_axe_finds_nothing(
    browser: Browser, themes: Themes, theme: str
) -> None:
    easel = await Easel.open(browser, themes, files=files())
    said = []
    for name, html in documents(themes, theme).items():
        await easel.show(html, 360)
        wide = await easel.page.evaluate("document.documentElement.scrollWidth")
        said += [f"{name} is {wide} pixels wide"] if wide > 360 else []
        if test_axe.AXE.exists() and name.endswith("tiptap"):
            said += [f"{name}, {one}" for one in await test_axe.complaints(easel, html, 360)]
    await easel.close()
    assert said == [], "\n".join(said)
