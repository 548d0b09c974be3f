"""How much of one row is drawn: bounds that no reader misses, so that no document takes a worker's time for itself.

Counted, not timed: a row is drawn the same on every machine.
"""

from renderer.themes.repair import Repairs

MOST_ENTRIES_ON_PAGE = 600
MOST_ENTRIES = 4_000
"""Of a site, in all its languages together; its own comes first."""
MOST_SECTIONS = 1_500
MOST_TRANSLATED = 12_000
"""Entries of all lists, buttons and facts among them, that translations are laid over."""


class Room:
    """What is left for the rest of a site, and of the page that is being drawn."""

    def __init__(self) -> None:
        self._entries = MOST_ENTRIES
        self._sections = MOST_SECTIONS
        self._page = MOST_ENTRIES_ON_PAGE
        self._translations = MOST_TRANSLATED
        self.short = False
        """Whether something was left out for want of room."""

    @property
    def spent(self) -> tuple[int, int]:
        """Entries and translated entries so far."""
        return MOST_ENTRIES - self._entries, MOST_TRANSLATED - self._translations

    def spend(self, entries: int, translations: int) -> bool:
        """Take as many at once; where there are not so many, nothing is taken."""
        if entries > min(self._page, self._entries) or translations > self._translations:
            return False
        self._page -= entries
        self._entries -= entries
        self._translations -= translations
        return True

    def turn_page(self) -> None:
        self._page = MOST_ENTRIES_ON_PAGE

    def entries(self, wanted: int, under: str, repairs: Repairs) -> int:
        """How many of `wanted` entries of the list at `under` there is room for."""
        given = max(0, min(wanted, self._page, self._entries))
        if given < wanted:
            self.short = True
            most = f"{MOST_ENTRIES_ON_PAGE} entries on one page"
            if self._entries < self._page:
                most = f"{MOST_ENTRIES} entries on all pages"
            repairs.add(under, f"more than {most}; the rest was left out")
        self._page -= given
        self._entries -= given
        return given

    def section(self, under: str, repairs: Repairs) -> bool:
        """Whether there is room for one more section."""
        self._sections -= 1
        if self._sections < 0:
            self.short = True
            repairs.add(under, f"more than {MOST_SECTIONS} sections on all pages; left out")
        return self._sections >= 0

    def translations(self, wanted: int) -> int:
        """How many of `wanted` entries may be translated; the rest of a translated list is left out."""
        given = max(0, min(wanted, self._translations))
        self.short = self.short or given < wanted
        self._translations -= given
        return given
