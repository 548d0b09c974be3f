"""Who wrote a post, in which language, and where it stands in others: what its document says beside its text."""

from collections.abc import Sequence
from typing import Any, TypeVar

from markupsafe import Markup

from renderer.themes.addresses import language_tag
from renderer.themes.blog.places import post_address
from renderer.themes.decode import is_seen
from renderer.themes.found.wording import plain
from renderer.themes.text.typography import shorten
from renderer.themes.tongues import direction, own_name
from renderer.themes.views import Tongue

T = TypeVar("T", str, Markup, str | None, Markup | None)

_MOST_AUTHOR = 80


def author_of(value: Any) -> str | None:
    """`{"author": "…"}` or `{"author": {"name": "…"}}` of a post's document."""
    said = value.get("author") if isinstance(value, dict) else None
    if isinstance(said, dict):
        said = said.get("name")
    name = shorten(plain(said), _MOST_AUTHOR) if isinstance(said, str) else ""
    return name if is_seen(name) else None


def language_of(value: Any, site_language: str) -> str | None:
    """The document's own language, where it is another than the site's."""
    said = value.get("language") if isinstance(value, dict) else None
    tag = language_tag(said) if isinstance(said, str) else None
    return tag if tag != site_language else None


def tongues_of(translations: Sequence[tuple[str, str, str]], own: str, href: str) -> tuple[Tongue, ...]:
    """The post at `href`, in the language `own`, and (language, slug, title) of those that name it and are named by it:
    one a language. Empty where it has one language."""
    found = {own: Tongue(own, own_name(own), href, current=True, worded=True)}
    for language, slug, _ in translations:
        tag = language_tag(language)
        if tag and slug:
            found.setdefault(tag, Tongue(tag, own_name(tag), post_address(slug), current=False, worded=True))
    return tuple(found.values()) if len(found) > 1 else ()


def in_language(text: T, language: str | None) -> T | Markup:
    """`text` as an element of that language, block markup in a block."""
    if not language or not text:
        return text
    tag = "div" if isinstance(text, Markup) else "span"
    return Markup('<{} lang="{}" dir="{}">{}</{}>').format(tag, language, direction(language), text, tag)
