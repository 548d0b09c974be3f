"""What was repaired in a site's row, in its owner's words: where it stands, and what to make of it.

`renderer check` names fields and reasons for whoever writes generators; an owner wants to know which part of which page
to look at. Repairs of one part that mean the same are one line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from renderer.preview.words import say
from renderer.themes import Repair, Site
from renderer.themes.text.words import Words
from renderer.themes.views import SectionView

_SECTION = re.compile(r"(/generated_content/pages/[^/]+)(?:/sections/[^/]+)?")
_ENTRY = re.compile(r"/items/(\d{1,4})(?=/|$)")
_LANGUAGE = re.compile(r"/generated_content/translations/([A-Za-z-]{2,35})(?=/|$)")
# By what a message has, the first that fits; what a message is for is said in renderer/themes.
_MEANINGS = (
    ("provenance", "owners_word"),
    ("not drawn by", "not_shown"),
    ("leads nowhere", "leads_nowhere"),
    ("placeholder", "made_up"),
    ("own origin", "foreign"),
    ("second|twice|says the same|first counts", "twice"),
    ("left out|ignored|nothing is|nothing to show|nothing stands", "left_out"),
)
_PLACES: Mapping[str, str] = {
    "/generated_content/site": "in_profile",
    "/generated_content/navigation": "in_navigation",
    "/components_config": "in_order",
    "/design_tokens": "in_look",
    "/template_variant": "in_look",
    "/available_color_schemes": "in_look",
    "/config/redirects": "in_redirects",
    "/config": "in_settings",
    "/generated_content": "in_texts",
}


def told(repairs: Iterable[Repair], site: Site, words: Words) -> list[str]:
    """A line for each part and meaning, in the order of the document."""
    sections = {one.pointer: one for spoken in (site, *site.others) for one in _sections(spoken)}
    found = Counter((_place(one.pointer, sections, words), _meaning(one.message)) for one in repairs)
    return [
        f"{place}: {say(meaning, words.language)}{f' ({number}×)' if number > 1 else ''}"
        for (place, meaning), number in found.items()
    ]


def name_of(section: SectionView, words: Words) -> str:
    """What a person would call a section."""
    try:
        return section.title or section.label or words.plain[section.type]
    except KeyError:
        return section.type


def _sections(site: Site) -> Iterable[SectionView]:
    return [section for page in site.pages.values() for section in page.sections if section.pointer]


def _meaning(message: str) -> str:
    return next((meaning for pattern, meaning in _MEANINGS if re.search(pattern, message)), "unreadable")


def _place(pointer: str, sections: Mapping[str, SectionView], words: Words) -> str:
    language = words.language
    found = _SECTION.match(pointer)
    if found is None:
        spoken = _LANGUAGE.match(pointer)
        if spoken is not None:
            return say("in_translation", language, name=spoken[1])
        key = next((key for start, key in _PLACES.items() if _is_below(pointer, start)), "in_search")
        return say(key, language)
    section = sections.get(found[0])
    if section is None:
        return say("in_pages", language)
    entry = _ENTRY.search(pointer, found.end())
    name = name_of(section, words)
    if entry is None:
        return say("in_section", language, name=name)
    return say("in_entry", language, name=name, n=int(entry[1]) + 1)


def _is_below(pointer: str, start: str) -> bool:
    return pointer == start or pointer.startswith(f"{start}/")
