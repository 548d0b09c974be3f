"""An answer as bytes: its headers, and its body in the codings that were asked for so far."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from renderer.edge import codings, conditions
from renderer.edge.answers import VIEW, Forever, Passing, Shared, View
from renderer.edge.codings import Level
from renderer.edge.downstream import Downstream, Lasting
from renderer.edge.ground import Ground
from renderer.edge.negotiation import IDENTITY, accepted
from renderer.edge.sent import Wire

# Bytes that an answer takes beside those that are sent.
_OVERHEAD = 6_000
# Tags that a 304 is kept ready for: a tag for each coding and level.
_MOST_TAGS = 8
# What is packed of which nobody asked for a coding yet: it is quick both ways.
_PACKED = "zstd"
# Packing is to make room: what stays larger than this part of it is not worth the unpacking.
_PACKED_SHARE = 0.75


@dataclass(slots=True)
class Coded:
    """One coding. `uses` counts how often it was sent, until a better level is made of it."""

    wire: Wire
    tag: str | None
    level: Level
    uses: int = 0

    @property
    def body(self) -> bytes:
        return self.wire.body


class Found(NamedTuple):
    """What is sent of a kept answer. `is_again`: its quick coding proves to be asked for again."""

    status: int
    wire: Wire
    is_again: bool


class Kept:
    """`modified` is Last-Modified; `expires` is time.time() from which it has to be made anew."""

    __slots__ = (
        "_coded",
        "_common",
        "_is_asked",
        "_is_packable",
        "_known",
        "_lasting",
        "_type",
        "etag",
        "expires",
        "ground",
        "is_short",
        "is_text",
        "modified",
        "status",
        "view",
    )

    def __init__(
        self, answer: Shared | Forever | Passing, expires: float = math.inf, downstream: Downstream | None = None
    ) -> None:
        """`downstream`: it may be kept by others, too. Raises TypeError for a body that is no bytes, ValueError for a
        header that would end early."""
        body = answer.body if answer.body is not None else b""
        if not isinstance(body, bytes):
            raise TypeError("only bytes are kept")
        headers = answer.headers
        self.status = answer.status
        self.etag = headers.get("ETag")
        self.modified = headers.get("Last-Modified")
        self.view: View | None = answer.get(VIEW)
        # None: stands on nothing that changes.
        self.ground: Ground | None = answer.ground if isinstance(answer, Shared) else None
        self.expires = expires
        self.is_short = len(body) < codings.SHORTEST
        self.is_text = bool(body) and codings.is_text(answer.content_type)
        self._is_packable = self.is_text and codings.SHORTEST <= len(body) <= codings.LARGE
        self._type = headers.get("Content-Type") if body else None
        self._lasting: Lasting | None = None
        tags: list[tuple[str, str]] = []
        if downstream is not None and isinstance(answer, Shared):
            self._lasting, tags = downstream.lasting(answer, expires), downstream.tags(answer)
        left_out = OF_BYTES if self._lasting is None else OF_BYTES | {"cache-control"}
        common = [(name, value) for name, value in headers.items() if name.lower() not in left_out]
        self._common = _lines([*common, *tags, *([("Vary", "Accept-Encoding")] if self.is_text else ())])
        self._coded: dict[str, Coded] = {}
        self._known: dict[str, Wire] = {}
        self._is_asked = False
        self.add(IDENTITY, body, "quick")

    @property
    def size(self) -> int:
        """Bytes it counts for."""
        return _OVERHEAD + len(self._common) + sum(len(one.wire) for one in self._coded.values())

    def choose(self, wanted: Sequence[str]) -> str:
        """Which of the codings a client wants, best first, it gets."""
        if not self.is_text or (IDENTITY in wanted and self.is_short):
            return IDENTITY
        return wanted[0]

    @property
    def body(self) -> bytes:
        """The body as it is; takes 30 to 150 µs where it was packed."""
        plain = self._coded.get(IDENTITY)
        if plain is not None:
            return plain.wire.body
        coding, packed = next(iter(self._coded.items()))
        return codings.decode(packed.body, coding)

    @property
    def is_packed(self) -> bool:
        """Whether there is one coding alone, of which any other can be made."""
        return len(self._coded) == 1 and IDENTITY not in self._coded

    def pack(self) -> bool:
        """Give up all codings but the one that was sent most often, or where there is none, one that is made now
        (0.15 ms for 40 KB). False: that would take long, or make it no smaller to speak of, and it is as it was."""
        if not self._is_packable:
            return False
        before = self.size
        coded = {coding: one for coding, one in self._coded.items() if coding != IDENTITY}
        if coded:
            coding, one = max(coded.items(), key=lambda item: item[1].uses)
        else:
            coding = _PACKED
            one = self._made(coding, codings.encode(self.body, coding, "quick"), "quick")
        if before - sum(len(each.wire) for each in self._coded.values()) + len(one.wire) > before * _PACKED_SHARE:
            return False
        self._coded = {coding: one}
        self._known.clear()
        self._is_asked = False
        return True

    def pick_once(self, headers: conditions.Headers) -> "Found | None":
        """What `pick` lacks of a packed answer, for who asks first for the body as it is: only what is asked for again
        takes room from others."""
        if self._is_asked or not self.is_packed or self.choose(accepted(headers)) != IDENTITY:
            return None
        self._is_asked = True
        return Found(self.status, self._made(IDENTITY, self.body, "quick").wire, False)

    def unpack(self) -> None:
        """Keep the body as it is again, in the place of a coding that nobody was sent."""
        body = self.body
        self._coded = {coding: one for coding, one in self._coded.items() if one.uses}
        self.add(IDENTITY, body, "quick")

    def coded(self, coding: str) -> Coded | None:
        return self._coded.get(coding)

    def add(self, coding: str, body: bytes, level: Level) -> Coded:
        """Keep the body in a coding, in place of what there was in it."""
        made = self._coded[coding] = self._made(coding, body, level)
        return made

    def _made(self, coding: str, body: bytes, level: Level) -> Coded:
        tag = codings.tag(self.etag, coding, level) if self.etag else None
        own = [("Content-Type", self._type)] if self._type else []
        own.append(("Content-Length", str(len(body))))
        if coding != IDENTITY:
            own.append(("Content-Encoding", coding))
        if tag:
            own.append(("ETag", tag))
        return Coded(Wire(_status_line(self.status) + self._common + _lines(own), body, self._lasting), tag, level)

    def pick(self, headers: conditions.Headers) -> "Found | None":
        """What is sent of it to who asks with these headers, of which none asks that it be unchanged; None where it
        has to be coded first."""
        if self.etag is not None:
            known = conditions.known_tag(headers, self.etag, self.modified)
            if known is not None:
                return Found(304, self.known(self._own_tag(headers) if known == conditions.ANY else known), False)
        coding = self.choose(accepted(headers))
        coded = self._coded.get(coding)
        if coded is None:
            return None
        coded.uses += 1
        is_again = coded.uses == 2 and coded.level == "quick" and coding != IDENTITY and self.ground is not None
        return Found(self.status, coded.wire, is_again)

    def _own_tag(self, headers: conditions.Headers) -> str:
        """Of what would be sent."""
        coding = self.choose(accepted(headers))
        coded = self._coded.get(coding)
        return codings.tag(self.etag or "", coding, "quick" if coded is None else coded.level)

    def known(self, tag: str) -> Wire:
        """304 for a client that holds the coding of that tag."""
        wire = self._known.get(tag)
        if wire is None:
            wire = Wire(_status_line(304) + self._common + _lines([("ETag", tag)]), b"", self._lasting)
            if len(self._known) < _MOST_TAGS:
                self._known[tag] = wire
        return wire


# What a 304 leaves out (RFC 9110 §15.4.5), and what is told of each coding by itself.
OF_BYTES = frozenset({"content-type", "content-length", "content-encoding", "etag", "vary"})


def _status_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()


def _lines(headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers]
    if any(sign in line for line in lines for sign in "\r\n\0"):
        raise ValueError("a header holds the end of a line")
    return "".join(f"{line}\r\n" for line in lines).encode()
