"""How much what was sent looks like spam. Pure. Nothing is refused here: it is stored, and its owner sees it.

No sign is enough by itself where an honest person may give it: autofill falls into traps, a page may be old, an address
may be shared by a thousand. What is enough is what people do not do.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from disposable_email_domains import blocklist

from renderer.forms.lead import Lead

THRESHOLD = 5
STAMP_DAYS = 35
# Within ten minutes, from one address (IPv6: one /64): beyond, a browser is asked for a proof; without one it is spam.
CLIENT_OFTEN, CLIENT_FLOOD, EVERYWHERE_FLOOD = 8, 15, 40
# The same text within a day, to whatever sites and by whomever.
TEXT_OFTEN, TEXT_FLOOD = 3, 10
_LINK = re.compile(r"(?:https?://|\bwww\.)\S", re.I)
_MARKUP = re.compile(r"<a\s[^<>]*href|\[url[=\]]|\[link=|<script|</?iframe", re.I)
_QUICK_SECONDS = 2.0
# Names that referrer spam has been known by for years; `forms.spam_referrers` adds a list of the operator's.
_REFERRERS = frozenset(
    {
        *("semalt.com", "buttons-for-website.com", "darodar.com", "ilovevitaly.com", "best-seo-offer.com", "econom.co"),
        *("get-free-traffic-now.com", "success-seo.com", "floating-share-buttons.com", "free-social-buttons.com"),
        *(
            "event-tracking.com",
            "trafficmonetizer.org",
            "webmonetizer.net",
            "simple-share-buttons.com",
            "4webmasters.org",
        ),
        *(
            "hulfingtonpost.com",
            "priceg.com",
            "rankings-analytics.com",
            "traffic2money.com",
            "videos-for-your-business.com",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of how it was sent. `stamp_age`: days since the form was drawn, None without a stamp of ours.
    Counts are those of the last ten minutes, of the text of the last day, this one among them."""

    trapped: bool = False
    stamp_age: int | None = 0
    seconds: float | None = None
    by_client: int = 1
    by_client_everywhere: int = 1
    same_text: int = 1
    under_attack: bool = False
    solved: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` with their points, the heaviest first."""

    score: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def is_spam(self) -> bool:
        return self.score >= THRESHOLD


def judge_spam(lead: Lead, signs: Signs, bad_referrers: frozenset[str] = frozenset()) -> Verdict:
    """The points of all that speaks against it."""
    text = text_of(lead.answers.data)
    points = {
        "trap": 4 if signs.trapped else 0,
        "stamp": 2 if signs.stamp_age is None else 1 if signs.stamp_age > STAMP_DAYS else 0,
        "quick": 2 if signs.seconds is not None and signs.seconds < _QUICK_SECONDS else 0,
        "links": _points(len(_LINK.findall(text)), (3, 2), (6, 4)),
        "markup": 4 if _MARKUP.search(text) else 0,
        "writing": 2 if _is_foreign(text) else 0,
        "referrer": 4 if _is_bad_referrer(lead.referrer, bad_referrers) else 0,
        "mailbox": 2 if _is_disposable(lead.answers.email) else 0,
        "text": _points(signs.same_text, (TEXT_OFTEN, 3), (TEXT_FLOOD, 5)),
        **({} if signs.solved else _unproven(signs)),
    }
    reasons = sorted(((name, count) for name, count in points.items() if count), key=lambda one: (-one[1], one[0]))
    return Verdict(sum(points.values()), tuple(reasons))


def text_of(data: Mapping[str, Any]) -> str:
    """What was written freely, in one text; a consent's wording is not the visitor's."""
    return "\n".join(_texts(data.values()))


def normal_text(data: Mapping[str, Any]) -> str | None:
    """What tells the same text again, however it is spaced; None where it is too short to tell anything."""
    longest = max(_texts(data.values()), key=len, default="")
    text = " ".join(unicodedata.normalize("NFKC", longest).casefold().split())
    return text if len(text) >= 40 else None


def _unproven(signs: Signs) -> dict[str, int]:
    """What a browser that worked for it is believed not to be."""
    return {
        "attack": 5 if signs.under_attack else 0,
        "often": _points(signs.by_client, (CLIENT_OFTEN, 2), (CLIENT_FLOOD, 5)),
        "everywhere": 5 if signs.by_client_everywhere >= EVERYWHERE_FLOOD else 0,
    }


def _points(count: int, *steps: tuple[int, int]) -> int:
    return max((points for least, points in steps if count >= least), default=0)


def _texts(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (text for text in value if isinstance(text, str))


def _is_foreign(text: str) -> bool:
    """Mostly in a writing that neither Indonesian nor English has."""
    if text.isascii():
        return False
    letters = [letter for letter in text[:2_000] if letter.isalpha()]
    return len(letters) >= 20 and sum(ord(letter) > 0x24F for letter in letters) * 2 > len(letters)


def _is_disposable(email: str | None) -> bool:
    return bool(email) and any(domain in blocklist for domain in _above(str(email).rpartition("@")[2]))


def _is_bad_referrer(referrer: str, more: frozenset[str]) -> bool:
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return True
    return any(domain in _REFERRERS or domain in more for domain in _above(host))


def _above(host: str) -> Iterable[str]:
    """The host and the domains it stands below, but no top-level domain."""
    parts = host.casefold().split(".")[-6:]
    return (".".join(parts[start:]) for start in range(len(parts) - 1))
