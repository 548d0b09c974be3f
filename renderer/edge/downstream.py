"""What caches between us and browsers are told: how long they may keep an answer, and by which tags it is taken back.

Only where something tells them when that is over (renderer/purge.py). A tag is a keyed hash, so that it names nobody.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from renderer.edge.answers import Shared, SharedAside
from renderer.edge.changes import Subject
from renderer.edge.ground import EVERYWHERE

# Browsers ask again each time and get a 304; nothing downstream keeps a page that we could not take back.
PUBLIC = "public, max-age=0, must-revalidate"
# What is answered otherwise as soon as somebody changes their mind is never lent: 404, 410, and what is not `Shared`.
_LENT = (200, 301)

Lasting = Callable[[int], bytes]
"""The Cache-Control line, ended, of an answer that is sent at a Unix time."""


@dataclass(frozen=True, slots=True)
class Downstream:
    """`seconds`: most that is kept (s-maxage); `stale`: beyond that, while we fail (stale-if-error, RFC 5861 §4)."""

    key: bytes = field(repr=False)
    seconds: int
    stale: int

    def tags(self, answer: Shared) -> list[tuple[str, str]]:
        """Headers that name what an answer stands on, as Cloudflare and as Fastly read them."""
        if not _lent(answer):
            return []
        names = [tag_of(self.key, subject) for subject in (*answer.ground.subjects, EVERYWHERE)]
        return [("Cache-Tag", ",".join(names)), ("Surrogate-Key", " ".join(names))]

    def lasting(self, answer: Shared, expires: float) -> Lasting | None:
        """None: as its own header says. `expires`: time.time() from which it is made anew.

        Kept while we fail it may be beyond that, but not beyond what its rows say: a post that is due, a subscription
        that ends.
        """
        if not _lent(answer) or answer.headers.get("Cache-Control") != PUBLIC:
            return None
        until, seconds, stale = answer.ground.expires, self.seconds, self.stale

        def line(now: int) -> bytes:
            kept = int(min(seconds, expires - now))
            if kept <= 0:
                return f"Cache-Control: {PUBLIC}\r\n".encode()
            error = int(min(stale, until - now - kept))
            beyond = f", stale-if-error={error}" if error > 0 else ""
            return f"Cache-Control: public, max-age=0, s-maxage={kept}{beyond}\r\n".encode()

        return line


def _lent(answer: Shared) -> bool:
    """What leads from http to https is for one scheme alone, which is no part of most caches' keys: lent, it would send
    those who come by https to where they are, for as long as it is kept."""
    return answer.status in _LENT and not isinstance(answer, SharedAside)


def tag_of(key: bytes, subject: Subject) -> str:
    """32 characters of 0-9 a-f."""
    return hmac.digest(key, str(subject).encode("utf-8", "replace"), "sha256")[:16].hex()


def tags_of(keys: Sequence[bytes], subjects: Sequence[str]) -> list[str]:
    """Under every key of the ring: what was sent before a rotation is taken back, too."""
    return list(dict.fromkeys(tag_of(key, subject) for subject in subjects for key in keys))
