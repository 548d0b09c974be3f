"""A service that the operator runs or rents: told what it is meant to know, a little later, and never waited for."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from renderer.outbound.client import OutboundClient
from renderer.outbound.faults import OutboundError

log = logging.getLogger(__name__)

MOST_WAITING = 500
"""Of what waits to be told; beyond, the oldest is forgotten."""
AT_ONCE = 100
GAP = 1.0
"""Seconds: what happens meanwhile is told in one message."""
RETRY = 30.0
CLOSING = 2.0

Item = TypeVar("Item")


def client_for(url: str, addresses: Sequence[str]) -> OutboundClient:
    """A client that may call `addresses` though they are not public, on the port of `url`, and nothing else that is
    not. Nobody else's requests go through it."""
    port = urlsplit(url).port
    return OutboundClient(permitted=frozenset(addresses), ports=frozenset({port} if port and addresses else ()))


class Neighbour(Generic[Item]):
    """One a worker. `write` makes the body of a message of what waits; `run` ends when it is cancelled."""

    def __init__(
        self,
        url: str,
        addresses: Sequence[str],
        headers: Mapping[str, str],
        write: Callable[[Sequence[Item]], bytes],
        at_once: int = AT_ONCE,
    ) -> None:
        self._url, self._headers, self._write, self._at_once = url, headers, write, at_once
        self._plain = bool(addresses)
        self._client = client_for(url, addresses)
        self._waiting: deque[Item] = deque(maxlen=MOST_WAITING)
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()

    def tell(self, item: Item) -> None:
        """Never waits and never raises; only from the loop's own thread."""
        self._waiting.append(item)
        self._woken.set()

    async def run(self) -> None:
        is_away = False
        while True:
            await self._woken.wait()
            await asyncio.sleep(RETRY if is_away else GAP)
            self._woken.clear()
            try:
                fault = await self.flush()
            except Exception as error:
                # No error of the log's: that might be told to this very neighbour, and so on.
                fault = f"a message of ours could not be written ({type(error).__name__})"
            if fault and not is_away:
                log.warning("%s is not told: %s", urlsplit(self._url).hostname, fault)
            is_away = fault is not None
            if self._waiting:
                self._woken.set()

    async def flush(self) -> str | None:
        """Tell what waits, after what is being told; why that failed, and then it waits on, unless it was refused."""
        async with self._turn:
            while self._waiting:
                items = [self._waiting.popleft() for _ in range(min(self._at_once, len(self._waiting)))]
                try:
                    answer = await self._client.send(
                        "POST", self._url, body=self._write(items), headers=self._headers, plain_http=self._plain
                    )
                except OutboundError as fault:
                    self._wait_on(items)
                    return str(fault)
                if answer.status == 429 or answer.status >= 500:
                    self._wait_on(items)
                if not 200 <= answer.status < 300:
                    return f"answered with status {answer.status}"
        return None

    def _wait_on(self, items: Sequence[Item]) -> None:
        """First again; of what there is no room for by now, the oldest is forgotten."""
        room = MOST_WAITING - len(self._waiting)
        self._waiting.extendleft(reversed(items[max(0, len(items) - room) :]))

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """Tell what is being told and what waits, if that goes quickly, and end `run`."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSING):
                    await self.flush()
        finally:
            running.cancel()
            await asyncio.wait([running])
            await self._client.close()
