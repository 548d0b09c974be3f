"""What one worker made anew after a commit, handed to the others of its generation that had it too.

A commit takes the same page from every worker, and each would read and draw it: milliseconds a worker, where taking
finished bytes from a neighbour costs a tenth of one. They come with the ground they stand on, so whoever takes them
holds them against its own reading of the change log as if it had made them. Who begins says so, and the others wait for
it a moment. A message that finds no room is left out: the neighbour makes its own. Workers of another generation have
other sockets, since they may draw otherwise.
"""

import asyncio
import json
import math
import socket
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from renderer.edge.answers import VIEW, Shared, View
from renderer.edge.cache import Wanted
from renderer.edge.ground import Ground
from renderer.edge.snapshot import Snapshot

LARGEST = 160_000
"""Bytes of a message. The system's buffers take 212,992 by default, what it keeps of each itself counted."""
_AT_ONCE = 8
_BEGUN, _IN_VAIN, _MADE = b"b", b"v", b"m"


@dataclass(frozen=True, slots=True)
class Handed:
    """An answer on its way. `origin` names the database that its ground is of, as `Reader.origin` does."""

    origin: str
    wanted: Wanted
    answer: Shared

    def packed(self) -> bytes | None:
        """As a message; None for what is not handed on: it is too large, or of no site, or of one host alone."""
        answer, ground = self.answer, self.answer.ground
        body = answer.body
        if type(answer) is not Shared or ground.site_id is None or not isinstance(body, bytes):
            return None
        view = answer.get(VIEW)
        head = {
            "origin": self.origin,
            "wanted": self.wanted,
            "snapshot": str(ground.snapshot),
            "began": ground.began,
            "expires": None if math.isinf(ground.expires) else ground.expires,
            "site": str(ground.site_id),
            "tags": [subject for subject in ground.subjects if isinstance(subject, str)],
            "sites": [str(subject) for subject in ground.subjects if isinstance(subject, UUID)],
            "status": answer.status,
            "headers": dict(answer.headers),
            "zone": answer.zone,
            "view": None if view is None else (view.website_id, view.time_zone, view.heeds_dnt),
        }
        message = b"".join((_MADE, json.dumps(head).encode(), b"\n", body))
        return message if len(message) <= LARGEST else None

    @classmethod
    def read(cls, message: bytes) -> "Handed":
        """What `packed` made."""
        line, _, body = message.partition(b"\n")
        head = json.loads(line[1:])
        ground = Ground(
            Snapshot.read(head["snapshot"]),
            head["began"],
            math.inf if head["expires"] is None else head["expires"],
            UUID(head["site"]),
            (*map(UUID, head["sites"]), *head["tags"]),
        )
        answer = Shared(ground, status=head["status"], body=body, headers=head["headers"], zone=head["zone"])
        if head["view"] is not None:
            answer[VIEW] = View(*head["view"])
        return cls(head["origin"], Wanted(*head["wanted"]), answer)


@dataclass(frozen=True, slots=True)
class Begun:
    """That a worker makes what is wanted, or (`is_in_vain`) that nothing came of it that could be handed on."""

    wanted: Wanted
    is_in_vain: bool = False

    def packed(self) -> bytes:
        return (_IN_VAIN if self.is_in_vain else _BEGUN) + json.dumps(self.wanted).encode()

    @classmethod
    def read(cls, message: bytes) -> "Begun":
        """What `packed` made."""
        return cls(Wanted(*json.loads(message[1:])), message[:1] == _IN_VAIN)


Message = Handed | Begun


class Relay:
    """The sockets of a generation; made before its workers are forked. `claim` says which of them this process is."""

    def __init__(self, workers: int) -> None:
        self._pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(workers)]
        for pair in self._pairs:
            for end in pair:
                end.setblocking(False)
        self._number = 0

    def claim(self, number: int) -> None:
        self._number = number

    @property
    def mine(self) -> "Line":
        return self.line(self._number)

    def line(self, number: int) -> "Line":
        others = [there for place, (_, there) in enumerate(self._pairs) if place != number]
        return Line(self._pairs[number][0], others)

    def close(self) -> None:
        for pair in self._pairs:
            for end in pair:
                end.close()


class Line:
    """One worker's: what it hands to the others, and what they hand to it."""

    def __init__(self, here: socket.socket, others: list[socket.socket]) -> None:
        self._here = here
        self._others = others
        self._buffer = bytearray(LARGEST)

    def begin(self, wanted: Wanted) -> None:
        """Tell the others that it is being made. `hand` has to follow, or `give_up`."""
        if self._others:
            self._send(Begun(wanted).packed())

    def give_up(self, wanted: Wanted) -> None:
        if self._others:
            self._send(Begun(wanted, is_in_vain=True).packed())

    def hand(self, handed: Handed) -> None:
        """To every other worker that has room for it. Waits for nobody."""
        message = handed.packed() if self._others else None
        if message is None:
            self.give_up(handed.wanted)
        else:
            self._send(message)

    def _send(self, message: bytes) -> None:
        for other in self._others:
            try:
                other.send(message)
            except OSError:
                continue

    def open(self, take: Callable[[Message], None]) -> None:
        """Have the running loop give `take` what comes."""
        asyncio.get_running_loop().add_reader(self._here, self._come, take)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._here)

    def _come(self, take: Callable[[Message], None]) -> None:
        for _ in range(_AT_ONCE):
            try:
                length = self._here.recv_into(self._buffer)
            except BlockingIOError:
                return
            message = bytes(memoryview(self._buffer)[:length])
            take(Handed.read(message) if message[:1] == _MADE else Begun.read(message))
