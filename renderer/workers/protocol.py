"""What answers when there is no request yet: bytes that are no HTTP, and targets that cannot be read.

aiohttp answers these below any middleware: with the software's name, the offending bytes, a traceback and the peer's
address in the log, and for some targets (an authority that is no host name) with nothing at all, for as long as the
client cares to wait. The few overrides it takes to say the plain 400 instead are kept here.
"""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

from aiohttp import HttpVersion10, HttpVersion11, web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from renderer.edge import straight
from renderer.edge.asked import ID, ID_FIELD, identify
from renderer.edge.front import Front
from renderer.edge.slow import LINGERING_SECONDS, SLOWEST, Limits, cut_off, has_more, progress
from renderer.edge.straight import Straight
from renderer.edge.targets import normalise_target, url_of
from renderer.keys import FRONT
from renderer.respond import NO_STORE, SECURITY, plain, policy
from renderer.workers.crowd import LOOK_SECONDS, most_connections, thin_out

MOST_LINE = 8_192
"""Bytes of a target. Another number than that of a header, since the parser tells the two apart by it alone."""
MOST_FIELD = 8_190
BACKLOG = 1_024
LINGER_SECONDS = 1.0


class _Nameless(web.Response):
    """Without a Server header; the hook that takes it off elsewhere does not run below the application."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall("Server", None)


class Protocol(Straight):
    """One connection."""

    __slots__ = ("_head_since", "_limits", "_ours", "_taken", "_unread_since", "_watching")

    def __init__(self, manager: "Server", **arguments: Any) -> None:
        super().__init__(manager, **arguments)
        self._limits, self._ours = manager.limits, manager
        # Since when a head has been coming, or the connection waits for its first; 0: none is.
        self._head_since = 0.0
        # Bytes that the client has taken in all, and since when it hardly takes any though there are some.
        self._taken = 0
        self._unread_since = 0.0
        self._watching: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._ours.make_room(self._loop.time())
        self._head_since = self._loop.time()
        self._watching = self._loop.call_later(self._limits.look_seconds, self._watch)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._watching is not None:
            self._watching.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._has_come or self._request_in_progress:
            self._head_since = 0.0
        elif not self._head_since:
            self._head_since = self._loop.time()

    def _watch(self) -> None:
        """Cut off who sends a head, or takes an answer, so slowly that it costs more than it is worth. Bodies are
        timed where they are read (edge/body.py), and pauses between requests by aiohttp."""
        transport = self.transport
        if transport is None:
            return
        now, limits = self._loop.time(), self._limits
        unread, taken = progress(transport)
        if not unread or taken - self._taken >= limits.look_seconds * SLOWEST:
            self._unread_since = now
        self._taken = taken
        if self._request_in_progress:
            self._head_since = 0.0  # what came was its body
        is_slow_to_send = self._head_since and now - self._head_since >= limits.head_seconds
        if is_slow_to_send or (unread and now - self._unread_since >= limits.unread_seconds):
            cut_off(transport)
            return
        self._watching = self._loop.call_later(limits.look_seconds, self._watch)

    @property
    def is_idle(self) -> bool:
        """Nothing is being answered, and no whole request has come, nor anything that was not read yet."""
        return self._waits and not self._messages and not has_more(self.transport)

    @property
    def peer(self) -> str | None:
        return self._peer

    @property
    def has_asked(self) -> bool:
        return not self._head_since

    @property
    def waits_since(self) -> float | None:
        """The loop's time since when nothing is asked; None while something is."""
        if self._head_since:
            return self._head_since
        return self._next_keepalive_close_time - self._keepalive_timeout if self.is_idle else None

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The plain page of `status`, after which the connection is closed. What a stranger sent is not logged."""
        if isinstance(exc, LineTooLong):
            status = 414 if exc.args[1] == MOST_LINE else 431  # RFC 9110 §15.5.15, RFC 6585 §5
        if status >= 500:
            self.log_exception("unexpected error below the application", exc_info=exc)
        if ID not in request:
            identify(request)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        headers = {
            **SECURITY,
            ID_FIELD: request[ID],
            "Cache-Control": NO_STORE,
            "Content-Security-Policy": policy(plain.STYLE_HASHES, ()),
        }
        answer = _Nameless(
            status=status, text=plain.plain_page(status), headers=headers, content_type="text/html", charset="utf-8"
        )
        answer.force_close()
        return answer


class Server(straight.Server):
    """Connections of one worker."""

    def __init__(self, front: Front, *arguments: Any, **more: Any) -> None:
        super().__init__(front, *arguments, **more)
        self.limits = Limits(front.server.head_seconds, front.server.idle_seconds, front.server.unread_seconds)
        self._most = most_connections()
        self._looked_at = 0.0

    def make_room(self, now: float) -> None:
        """After one more connection came."""
        if len(self._connections) > self._most and now >= self._looked_at + LOOK_SECONDS:
            self._looked_at = now
            thin_out((one for one in self.connections if isinstance(one, Protocol)), self._most)

    def __call__(self) -> RequestHandler:
        ours = {
            "max_line_size": MOST_LINE,
            "max_field_size": MOST_FIELD,
            "keepalive_timeout": self.limits.idle_seconds,
            "lingering_time": LINGERING_SECONDS,
        }
        return Protocol(self, loop=self._loop, **{**self._kwargs, **ours})


def _without(headers: CIMultiDictProxy[str], name: str) -> CIMultiDictProxy[str]:
    """What else is expected of us than 100-continue may be passed over (RFC 9110 §10.1.1), as kept answers do; aiohttp
    refuses it, below the pages that say such things."""
    left = CIMultiDict(headers)
    del left[name]
    return CIMultiDictProxy(left)


class _Listening(web.BaseSite):
    """A socket that listens already, of any family, with the queue that it has."""

    def __init__(self, runner: "Runner", listener: socket.socket) -> None:
        super().__init__(runner)
        self._listener = listener

    @property
    def name(self) -> str:
        return str(self._listener.getsockname())

    async def start(self) -> None:
        await super().start()
        server: Any = self._runner.server
        loop = asyncio.get_running_loop()
        is_unix = self._listener.family == socket.AF_UNIX
        create = loop.create_unix_server if is_unix else loop.create_server
        self._server = await create(server, sock=self._listener, backlog=BACKLOG)


class Runner(web.AppRunner):
    """Serves an application through `Protocol`, behind its front."""

    _ours: Server

    async def accept(self, listener: socket.socket) -> None:
        """Take connections from a listening socket, which this process owns from now on."""
        await _Listening(self, listener).start()

    async def drain(self, seconds: float) -> None:
        """Take no more connections, and let go of those there are: every answer from now on ends its connection.

        A connection that nobody asks on is kept for `LINGER_SECONDS`: what is on its way there would be lost. After
        `seconds` whatever is left is left.
        """
        self._ours.is_draining = True
        for site in list(self.sites):
            await site.stop()
        began = monotonic()
        while (open_ := self._connections()) and monotonic() < began + seconds:
            if monotonic() > began + LINGER_SECONDS:
                for connection in open_:
                    if connection.is_idle:
                        # aiohttp's `close` would only stop listening: who asks on then is never answered.
                        connection.force_close()
            await asyncio.sleep(0.02)

    def _connections(self) -> list[Protocol]:
        return [one for one in (self.server.connections if self.server else ()) if isinstance(one, Protocol)]

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        front = self.app[FRONT]
        self._ours = Server(
            front,
            partial(front.handle, application=made.request_handler),
            request_factory=self._tolerant(made.request_factory),
            handler_cancellation=made.handler_cancellation,
            loop=made._loop,
            **made._kwargs,
        )
        return self._ours

    def _tolerant(self, make: Callable[..., web.BaseRequest]) -> Callable[..., web.BaseRequest]:
        """`make`, with the target in its one spelling. A message that cannot be read, or in more than one way, becomes
        a request for no host, which is a bad request, and the last of its connection."""

        def make_request(message: Any, *arguments: Any) -> web.BaseRequest:
            # What came behind an offer of another protocol may be lost: the parser takes it for that protocol's.
            if self._ours.is_draining or message.upgrade:
                message = message._replace(should_close=True)
            try:
                if message.version not in (HttpVersion10, HttpVersion11):
                    raise ValueError("a version that was never sent like this")
                if message.version != HttpVersion11 and "Transfer-Encoding" in message.headers:
                    raise ValueError("a transfer coding in a message of HTTP/1.0 (RFC 9112 §6.1)")
                target = normalise_target(message.path)
                if target is not message.path:
                    message = message._replace(path=target, url=url_of(target))
                if message.headers.get("Expect", "100-continue").lower() != "100-continue":
                    message = message._replace(headers=_without(message.headers, "Expect"))
                return make(message, *arguments)
            except ValueError:
                nobody = CIMultiDictProxy(CIMultiDict(Host="", Connection="close"))
                message = message._replace(
                    path="/", url=URL("/"), headers=nobody, should_close=True, version=HttpVersion11
                )
                return make(message, *arguments)

        return make_request
