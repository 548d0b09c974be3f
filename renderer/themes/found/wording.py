"""Titles and descriptions as search engines and link previews show them: plain, short, and never empty junk."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from markupsafe import Markup

from renderer.themes.contract.spelling import says_nothing
from renderer.themes.decode import clean_text, is_seen
from renderer.themes.source import SiteSource
from renderer.themes.text.typography import polish, shorten
from renderer.themes.text.words import OPEN
from renderer.themes.views import PageView, SectionView, SiteView

MOST_TITLE = 70
MOST_DESCRIPTION = 160
_LEAST_FOUND = 25
"""Characters that a page's own first words must have to describe it."""
_MOST_READ = 20_000
"""Characters of a text's HTML in which its first words are looked for."""

_TAG = re.compile(r"<[!/?a-zA-Z][^<>]{0,2000}>")
_NAMED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ALONE = frozenset({"br", "hr", "img", "p", "li", "wbr"})
"""Elements that need no end."""
_MOST_PLAIN = 5_000
_BLOCK = re.compile(r"</?(?:p|br|li|h[1-6]|pre|blockquote|t[dhr]|d[tdl]|hr|figcaption|div)\b[^<>]{0,200}>")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,500}\)")
_MARKS = re.compile(
    r"(?<!\w)(?:\*{1,3}|_{1,3}|~~|`+)(?=\S)|(?<=\S)(?:\*{1,3}|_{1,3}|~~|`+)(?!\w)|^\s{0,3}#{1,6}\s+", re.M
)


# What a text without any of these needs not be asked for again: a graph has hundreds of names.
_MARKED = re.compile(rf"[<&*_~`#\[{OPEN}]")
_ROUGH = re.compile(r"[\"'-]|\.\.\.|Rp\s")


def plain(text: str | None, *, as_html: bool = False) -> str:
    """Text without tags, entities or Markdown's marks, in one line; empty where it only says "nothing".

    A tag that is opened and never closed is a word, as in "<div> vs <span>"; not `as_html`, for whoever takes texts for
    markup (RSS).
    """
    if not text or says_nothing(text):
        return ""
    bare = str(text)[:_MOST_PLAIN]
    if _MARKED.search(bare):
        bare = _MARKS.sub(
            "", _LINK.sub(r"\1", _untagged(clean_text(unescape(bare)), every=as_html or len(text) > _MOST_PLAIN))
        )
        if says_nothing(bare):
            return ""
    if not is_seen(bare):
        return ""
    bare = " ".join(bare.split())
    return polish(bare) if _ROUGH.search(bare) else bare


def plain_column(text: str | None, *, as_html: bool = False) -> str:
    """`plain` of a column that nobody has cleaned yet: no control or noncharacter, which XML refuses, is left in it."""
    return plain(clean_text(text[: _MOST_PLAIN + 1]), as_html=as_html) if text else ""


def _untagged(text: str, *, every: bool) -> str:
    no_words = _ALONE | {match[2].lower() for match in _NAMED.finditer(text) if match[1]}

    def put(match: re.Match[str]) -> str:
        named = _NAMED.match(match[0])
        is_word = named is not None and not named[1] and named[2].lower() not in no_words
        return match[0] if is_word and not every else " "

    return _TAG.sub(put, text)


def page_title(source: SiteSource, view: SiteView, page: PageView) -> str:
    """At most 70 characters: the owner's for the home page, else what the page is called, with the site's name.

    A name that is nothing but marks is better than none.
    """
    return _title(source, view, page) or shorten(view.name, MOST_TITLE)


def _title(source: SiteSource, view: SiteView, page: PageView) -> str:
    own = plain(source.seo_title) if page.home and speaks_rows(page) else ""
    if own:
        return shorten(own, MOST_TITLE)
    name, title = plain(view.name), plain(page.title)
    if page.home:
        return _joined(name, title if title and title != name else plain(view.tagline))
    title = title or plain(next((section.title for section in page.sections if section.type == "hero"), None))
    return _joined(title, name) if title and title != name else shorten(name, MOST_TITLE)


def speaks_rows(page: PageView) -> bool:
    """Whether the page is in the site's own language, which the row's plain columns speak."""
    return not page.tongues or page.tongues[0].current


def _joined(first: str, second: str) -> str:
    """Both, where both fit; a name that is cut says less than none."""
    both = f"{first} – {second}" if second else first
    return both if len(both) <= MOST_TITLE else shorten(first, MOST_TITLE)


def page_description(source: SiteSource, view: SiteView, page: PageView) -> str | None:
    """At most 160 characters, from whoever said it best: the owner, the page, its first words, the site."""
    rows = (source.seo_description, source.description) if speaks_rows(page) else (None, None)
    candidates: Iterable[str | None] = (
        *(rows[:1] if page.home else ()),
        page.description,
        *(rows[1:] if page.home else ()),
        *_first_words(page.sections),
        *(() if page.home else rows[1:]),
        view.tagline,
    )
    found = next((text for candidate in candidates if (text := plain(candidate))), None)
    return shorten(found, MOST_DESCRIPTION) if found else None


def bare_words(markup: Markup) -> str:
    """The text of the engine's own markup in one line: where a block or a line ends, the next word is another."""
    return Markup(_BLOCK.sub(" ", markup)).striptags()  # noqa: S704 - still markup


def _beginning(markup: Markup) -> str:
    """Its first words; a text of a hundred thousand tags is not read to its end for them."""
    if len(markup) > _MOST_READ:
        markup = markup[:_MOST_READ].rpartition("<")[0]
    return bare_words(markup)[:2_000]


def _first_words(sections: tuple[SectionView, ...]) -> Iterator[str]:
    """What the page says first: below its heading, then about itself, then anywhere."""
    ranked = sorted(sections, key=lambda section: {"hero": 0, "about": 1, "text": 2}.get(section.type, 3))
    for section in ranked:
        if section.type == "announcement":
            continue
        for markup in (section.lead, section.text):
            if markup and len(words := _beginning(markup)) >= _LEAST_FOUND:
                yield words
