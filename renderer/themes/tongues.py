"""Text that a page shows in another language than its own, marked with that language (WCAG 3.1.2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from babel import Locale
from babel.core import UnknownLocaleError
from markupsafe import Markup

from renderer.themes.contract.content import Group, Item, SectionContent
from renderer.themes.views import GroupView, ItemView, SectionView

V = TypeVar("V", GroupView, ItemView, SectionView)

_FROM_RIGHT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_OWN_NAMES = {"id": "Bahasa Indonesia", "en": "English", "ms": "Bahasa Melayu", "jv": "Basa Jawa", "su": "Basa Sunda"}
_ITEM = {
    "name": "name",
    "text": "text",
    "role": "role",
    "value": "value",
    "badge": "badge",
    "duration": "duration",
    "when": "when",
    "place": "place",
    "features": "features",
}
_SECTION = {"label": "label", "title": "title", "note": "note"}


def direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in _FROM_RIGHT else "ltr"


def own_name(language: str) -> str:
    """What a language calls itself; its tag where nobody knows."""
    if language in _OWN_NAMES:
        return _OWN_NAMES[language]
    try:
        name = Locale.parse(language, sep="-").get_display_name()
    except (ValueError, UnknownLocaleError):
        name = None
    return name[:1].upper() + name[1:] if name else language


def mark(text: Any, language: str) -> Any:
    """`text` as an element of that language; block markup in a block, a tuple entry by entry."""
    if isinstance(text, tuple):
        return tuple(mark(one, language) for one in text)
    if isinstance(text, Markup):
        return Markup('<div lang="{}">{}</div>').format(language, text)
    return Markup('<span lang="{}">{}</span>').format(language, text) if text else text


def mark_item(view: ItemView, item: Item, language: str | None) -> ItemView:
    return view if language is None else _marked(view, _ITEM, item.untranslated, language)


def mark_group(view: GroupView, group: Group, language: str | None) -> GroupView:
    return view if language is None else _marked(view, {"name": "name", "text": "text"}, group.untranslated, language)


def mark_section(view: SectionView, content: SectionContent, language: str | None) -> SectionView:
    own = content.untranslated
    if language is None or not own:
        return view
    view = _marked(view, _SECTION, own, language)
    lead = "intro" if content.intro else "text"  # what the lead was made of
    return _marked(view, {lead: "lead"} if view.text is None else {"intro": "lead", "text": "text"}, own, language)


def _marked(view: V, fields: Mapping[str, str], untranslated: frozenset[str], language: str) -> V:
    changed = {
        name: mark(value, language)
        for field, name in fields.items()
        if field in untranslated and (value := getattr(view, name))
    }
    return replace(view, **changed) if changed else view
