"""Reading rendered rich text back: what a browser would find wrong with it."""

from markupsafe import Markup

from renderer.themes.decode import clean_text
from tests.pages import Page

_AROUND = (
    '<!doctype html>\n<html lang="id"><head><title>x</title><style>a{}</style></head>'
    '<body><main><h1>x</h1><h2>x</h2><div class="prose">{…}</div></main></body></html>'
)


def fragment(html: Markup | str | None) -> Page:
    """The text as it would stand on a page below its headings; fails when it is invalid or unsafe there."""
    # Cleaned as a column's text is before it is read.
    page = Page(_AROUND.replace("{…}", clean_text(str(html or ""))))
    assert page.problems == [], html
    return page
