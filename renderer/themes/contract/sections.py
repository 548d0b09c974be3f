"""What each section type draws of a section and of its items: the models' fields, narrowed.

Reading stays one tolerant model for every type. These tables are for whoever writes: the JSON Schema, the documentation
and the report of what was given and not drawn. A test draws every field of every type, so that they stay true.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_FRAME = ("label", "title", "intro", "text", "note", "actions", "action")
_RATED = ("name", "text", "price", "status", "badge")
_BUTTONS = ("actions", "action", "phone", "url")


@dataclass(frozen=True, slots=True)
class Kind:
    """A section type. `items` and `groups` are the fields drawn of them; an item has what it `needs`."""

    use: str
    fields: tuple[str, ...] = _FRAME
    items: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("name",)
    groups: tuple[str, ...] = ()

    @property
    def drawn(self) -> frozenset[str]:
        lists = [name for name, fields in (("items", self.items), ("groups", self.groups)) if fields]
        return frozenset((*self.fields, *lists))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "announcement": Kind(
            "One sentence above everything, between two dates.", ("title", "intro", "text", "actions", "action")
        ),
        "hero": Kind(
            "The page’s first heading: what is offered, to whom, where. One a page.",
            ("label", "title", "intro", "text", "facts", "actions", "action", "image"),
        ),
        "features": Kind("What makes a visit worth it.", items=("name", "text", "url")),
        "about": Kind(
            "The story in a few paragraphs, facts beside it.",
            (*_FRAME, "facts", "image"),
            items=("name", "text"),
        ),
        "services": Kind(
            "A directory: name, one line, duration, price.",
            items=(*_RATED, "duration", "category", *_BUTTONS),
            groups=("name", "text"),
        ),
        "menu": Kind(
            "Dishes with prices, in groups.",
            items=(*_RATED, "duration", "category"),
            groups=("name", "text"),
        ),
        "products": Kind(
            "Goods with a picture and a price.",
            items=(*_RATED, "image", "icon", "category", *_BUTTONS),
            groups=("name", "text"),
        ),
        "pricing": Kind(
            "Packages side by side, at most one of them highlighted.",
            items=(*_RATED, "features", "highlight", "category", *_BUTTONS),
            groups=("name",),
        ),
        "gallery": Kind(
            "Works by name; a drawing stands in for a picture.",
            items=("name", "text", "price", "image", "icon", "url"),
            needs=(),
        ),
        "testimonials": Kind(
            "What people really said; needs the owner’s word.", items=("text", "name", "role"), needs=("text",)
        ),
        "team": Kind("Name, role, one sentence.", items=("name", "role", "text", "image", *_BUTTONS)),
        "faq": Kind("Questions as visitors ask them.", items=("name", "text"), needs=("name", "text")),
        "steps": Kind("An order that matters, numbered.", items=("name", "text", "duration", "when", "label")),
        "statistics": Kind(
            "Numbers the owner counted; needs the owner’s word.",
            items=("value", "name", "text"),
            needs=("value",),
        ),
        "logos": Kind("Partners, by name or picture.", items=("name", "image")),
        "itinerary": Kind(
            "Stops of a day or days of a journey, in order.",
            items=("name", "text", "when", "label", "duration", "place", "price", "features"),
        ),
        "locations": Kind(
            "Branches; without items those of site.locations.",
            items=("name", "address", "geo", "place", "text", "hours", *_BUTTONS),
        ),
        "text": Kind("Anything else, as rich text.", (*_FRAME, "facts")),
        "video": Kind(
            "One film; nothing of it is loaded before it is asked for.",
            (*_FRAME, "video", "image"),
        ),
        "form": Kind("A form to send something with: the usual one, or the one that form names.", (*_FRAME, "form")),
        "cta": Kind("One sentence and one or two buttons.", ("title", "intro", "text", "actions", "action")),
        "contact": Kind("Hours, address and numbers, from site."),
        "channels": Kind("Links to other places, from site.channels."),
        "payments": Kind("How to pay, from site.payments."),
        "latest-posts": Kind("The newest posts.", (*_FRAME, "count")),
    }
)

LISTS = frozenset({"items", "groups", "facts", "image", "video", "form"})
"""Fields whose loss a reader would notice; that a type leaves them is reported."""

_NO_LOSS = frozenset({"id", "icon", "category", "label"})
"""Fields of an item that help whoever writes, drawn or not."""


def drawn_fields(kind: str) -> frozenset[str]:
    return KINDS[kind].drawn


def drawn_of_items(kind: str) -> frozenset[str]:
    return _OF_ITEMS[kind]


_OF_ITEMS = {name: frozenset(kind.items) | _NO_LOSS for name, kind in KINDS.items()}
