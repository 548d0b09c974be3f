"""What a preview has to say of a page: what differs from the live site, and what somebody should look at. Pure."""

import re
from dataclasses import dataclass, replace

from renderer.themes import Repair, Site
from renderer.themes.views import SectionView

MOST = 30
"""Things that are told; the rest is counted."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
# Numbers and names that are typed where the true one is not known.
_NUMBER = re.compile(r"(?<!\d)\+?[\d][\d .-]{6,18}\d")
_RUNS = re.compile(r"(\d)\1{5}|123456|234567|345678|456789|987654")
_WORDS = re.compile(
    r"lorem ipsum|\[[a-z][a-z _-]{2,30}\]|\bx{4,40}\b|(?<![\w.+-])[\w.+-]{1,64}@(?:example|contoh)\.\w{1,20}",
    re.IGNORECASE,
)
_MOST_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Changes:
    """Of one page. `is_new`: the live site has none there; `look`: theme, colours or letters differ."""

    sections: tuple[SectionView, ...] = ()
    gone: int = 0
    is_new: bool = False
    look: bool = False

    @property
    def any(self) -> bool:
        return bool(self.sections or self.gone or self.is_new or self.look)


def changes_on(shown: Site, live: Site, path: str) -> Changes | None:
    """None: no page of the site stands at `path` (posts and lists, which change by themselves)."""
    ours, theirs = shown.at(path), live.at(path)
    if ours is None:
        return None
    look = (shown.theme.id, shown.variant, shown.look.markup) != (live.theme.id, live.variant, live.look.markup)
    if theirs is None:
        return Changes(is_new=True, look=look)
    said = _content if look else _whole
    there = {section.id: said(section) for section in theirs.pages[path].sections}
    here = ours.pages[path].sections
    changed = tuple(section for section in here if there.get(section.id) != said(section))
    return Changes(changed, len(there.keys() - {section.id for section in here}), look=look)


def _whole(section: SectionView) -> SectionView:
    return section


def _content(section: SectionView) -> SectionView:
    """Without what follows from the look, which is told by itself."""
    return replace(section, layout="", variant="", ground="", size="", motif=None)


def examples_on(shown: Site, path: str) -> tuple[SectionView, ...]:
    """Sections that nobody has vouched for."""
    site = shown.at(path)
    return tuple(section for section in site.pages[path].sections if section.is_example) if site else ()


def placeholders(site: Site) -> tuple[str, ...]:
    """Texts of the site's content that look as if they were to be replaced."""
    text = (site.source.generated_content or "")[:_MOST_TEXT]
    numbers = (match[0].strip() for match in _NUMBER.finditer(text))
    found = [number for number in numbers if _RUNS.search(re.sub(r"\D", "", number)) and _is_telephone(number)]
    found += [match[0] for match in _WORDS.finditer(text)]
    return tuple(dict.fromkeys(one[:60] for one in found))[:MOST]


def to_check(site: Site) -> tuple[Repair, ...]:
    """What was repaired in the row, as `renderer check` tells it."""
    return site.repairs


def css_id(section: SectionView) -> str | None:
    """An id that may stand in a style sheet as it is."""
    return section.id if _ID.fullmatch(section.id) else None


def _is_telephone(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return number.startswith("+") or digits.startswith(("0", "62"))
