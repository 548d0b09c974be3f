"""What a reading of a site takes over from the reading before it: whatever would come out the same.

A site changes by a price or a sentence. What its other sections come to hangs on what stands in them, on the site's
facts, and on what is left of the site's bounds: where all of that is as it was, so is what they come to.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol, TypeVar

from renderer.themes.contract.lenient import Lenient
from renderer.themes.items import Workshop

_MOST_SAID = 100
"""Repairs of a part; who has more is made anew each time."""

T = TypeVar("T")
_Place = tuple[int, Hashable]


class Again(Protocol):
    """See `Parts.again`."""

    def __call__(self, of: T, where: Hashable, make: Callable[[], T], /) -> T: ...


@dataclass(frozen=True, slots=True)
class _Part:
    """A value, the repairs that making it took, and what it took of the site's bounds."""

    value: Any
    said: tuple[tuple[str, str], ...]
    entries: int
    translations: int
    price: int


def anew(_of: T, _where: Hashable, make: Callable[[], T]) -> T:
    """`Parts.again` where there is no reading before."""
    return make()


class Parts:
    """Of one edition of a site. `context` is all that every part hangs on; another context makes all parts anew."""

    def __init__(self, context: tuple[Any, ...], before: "Parts | None" = None) -> None:
        self._context = context
        known = before if before and before._context == context else None
        self._before: Mapping[bytes, _Part] = known._made if known else {}
        self._made: dict[bytes, _Part] = {}
        self._placed_before: Mapping[_Place, tuple[Any, Any]] = known._placed if known else {}
        self._placed: dict[_Place, tuple[Any, Any]] = {}

    def take(self, key: bytes | None, shop: Workshop, make: Callable[[], T]) -> T:
        """What `make` comes to, from the reading before where it had the same key. None: a part that has no name."""
        if key is None or _is_short(shop):
            return make()
        found = self._before.get(key)
        if found is None or not _affords(shop, found):
            found = _make(shop, make)
        else:
            for place, message in found.said:
                shop.repairs.add(place, message)
        if len(found.said) <= _MOST_SAID and not _is_short(shop):
            self._made[key] = found
        value: T = found.value
        return value

    def again(self, of: T, where: Hashable, make: Callable[[], T]) -> T:
        """What `make` comes to, which follows from `of` and `where` alone: the same object as in the reading before,
        where that was made of the same object."""
        place = id(of), where
        found = self._placed_before.get(place)
        if found is None or found[0] is not of:
            found = of, make()
        self._placed[place] = found
        value: T = found[1]
        return value

    def done(self) -> "Parts":
        """For the next reading: without what was there for this one."""
        self._before = {}
        self._placed_before = {}
        return self


def name_of(*pieces: "str | bytes | Lenient | None") -> bytes | None:
    """A short name of what these say; None where one of them is nested deeper than can be written down."""
    digest = blake2b(digest_size=16)
    for piece in pieces:
        if isinstance(piece, Lenient):
            try:
                piece = piece.model_dump_json(exclude_unset=True)
            except (ValueError, RecursionError):
                return None
        text = piece.encode("utf-8", "surrogatepass") if isinstance(piece, str) else piece
        digest.update(b"-" if text is None else b"%d:" % len(text))
        digest.update(text or b"")
    return digest.digest()


def _make(shop: Workshop, make: Callable[[], Any]) -> _Part:
    purse = shop.rich.purse
    before, money = shop.room.spent, purse.left if purse else 0
    with shop.repairs.overheard() as said:
        value = make()
    entries, translations = (now - then for now, then in zip(shop.room.spent, before, strict=True))
    return _Part(value, tuple(said), entries, translations, money - purse.left if purse else 0)


def _is_short(shop: Workshop) -> bool:
    """Whether something may have been cut short, or will be."""
    purse = shop.rich.purse
    return shop.room.short or (purse is not None and purse.left <= 0)


def _affords(shop: Workshop, part: _Part) -> bool:
    """Whether the bounds leave as much as it took, which is taken then; what they would cut short is made anew."""
    purse = shop.rich.purse
    if purse is not None and part.price and purse.left <= part.price:
        return False
    if not shop.room.spend(part.entries, part.translations):
        return False
    if purse is not None:
        purse.left -= part.price
    return True
