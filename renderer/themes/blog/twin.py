"""A post as Markdown, beside its page: heading, what the page says of it, and its text."""

import re
from typing import Any

from renderer.themes.blog.views import ArticleView
from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import plain
from renderer.themes.site import Site
from renderer.themes.source import PostRow

_MOST = 400_000
"""Characters of HTML that are turned into Markdown; what is longer is given as its words."""
_BLANK = re.compile(r"\n{3,}")
_OWN = re.compile(r"\b(href|src)=\"(/[^\"]*)\"")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#])")


def twin(site: Site, post: PostRow, article: ArticleView) -> str:
    url = absolute(site.source.base_url, article.href)
    parts = [f"# {escape_markdown(plain(article.title))}"]
    if article.excerpt:
        parts.append(f"> {escape_markdown(plain(article.excerpt))}")
    by = escape_markdown(article.author) if article.author else plain(site.name)
    parts.append(f"{article.date} · {by} · <{url}>")
    if article.body:
        parts.append(_text(site, str(article.body)))
    return _BLANK.sub("\n\n", "\n\n".join(parts)).strip() + "\n"


def _text(site: Site, html: str) -> str:
    base = site.source.base_url
    if len(html) <= _MOST:
        whole = _OWN.sub(lambda match: f'{match[1]}="{base}{match[2]}"', html)
        # Few ask for a twin, and its parser takes a twentieth of a start.
        from markdownify import markdownify

        try:
            return str(markdownify(whole, heading_style="ATX", bullets="-", code_language_callback=_language))
        except RecursionError:  # its parser walks as deep as the document is nested
            pass
    return escape_markdown(re.sub(r"<[^>]*>", " ", html))


def _language(pre: Any) -> str:
    """What the code of a `<pre>` is written in, for its fence."""
    code = pre.find("code")
    classes = code.get("class") or () if code else ()
    return next((name.removeprefix("language-") for name in classes if name.startswith("language-")), "")


def escape_markdown(text: str) -> str:
    """Text that Markdown takes as it stands."""
    return _SPECIAL.sub(r"\\\1", text)
