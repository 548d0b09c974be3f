"""Shelves of an inbox, and what a list of it was narrowed to, as it stands in an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from renderer.inbox import Days, Status, Wanted
from renderer.inbox.queries import INBOX

ALL = "/leads"
"""The list over all sites."""
FIELDS = ("shelf", "words", "form", "since", "until", "site", "all")
SHELVES: Mapping[str, tuple[Status, ...]] = {
    "inbox": INBOX,
    "new": (Status.NEW,),
    "replied": (Status.REPLIED,),
    "archived": (Status.ARCHIVED,),
    "spam": (Status.SPAM,),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list was asked for, as it stands in its address."""

    shelf: str = "inbox"
    words: str = ""
    form: str = ""
    since: date | None = None
    until: date | None = None
    after: str = ""
    site: str = ""
    """Of a list over all sites: what their titles or addresses have."""
    everywhere: bool = False
    """Of one lead: the list that it was opened from was over all sites."""

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.form or self.since or self.until or self.site)

    def back(self, root: str) -> str:
        """Where the list is; `root` is that of the lead's site."""
        return (ALL if self.everywhere else root) + replace(self, everywhere=False).query()

    def elsewhere(self) -> "Filters":
        """The same, for what is opened from a list over all sites."""
        return replace(self, everywhere=True)

    def fields(self) -> Mapping[str, str]:
        """For a form, of which `read_filters` reads them again."""
        return dict(parse_qsl(self.query().removeprefix("?")))

    def query(self, *, after: str = "", shelf: str = "") -> str:
        """`?…` of the same list from another place or on another shelf; "" for the inbox as it begins."""
        parts = {
            "shelf": (shelf or self.shelf).replace("inbox", ""),
            "words": self.words,
            "form": self.form,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "site": self.site,
            "all": "1" if self.everywhere else "",
            "after": after,
        }
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"?{query}" if query else ""

    @property
    def days(self) -> Days:
        return Days(self.since, self.until)

    def wanted(self, zone: ZoneInfo, after: str | None = None) -> Wanted:
        """Days are the site's."""
        since, until = self.days.moments(zone)
        return replace(self.of_any_day(after), since=since, until=until)

    def of_any_day(self, after: str | None = None) -> Wanted:
        return Wanted(SHELVES[self.shelf], self.form or None, words=self.words, after=after or None)


def read_filters(query: Mapping[str, str]) -> Filters:
    """What is no shelf, day or text is left out."""
    shelf = query.get("shelf", "inbox")
    return Filters(
        shelf if shelf in SHELVES else "inbox",
        read_words(query.get("words", "")),
        _text(query.get("form", ""), 50),
        _day(query.get("since", "")),
        _day(query.get("until", "")),
        query.get("after", "")[:100],
        _text(query.get("site", ""), 100),
        query.get("all") == "1",
    )


def read_words(text: str) -> str:
    """What is looked for, as a database can take it."""
    return _text(text, 200)


def _text(text: str, most: int) -> str:
    return " ".join(text.replace("\0", " ").encode("utf-8", "replace").decode().split())[:most]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Its midnight is a moment in any zone, and so is the next one's.
    return day if MINYEAR < day.year < MAXYEAR else None
