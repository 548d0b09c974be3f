"""What answers when there is no request yet: bytes that are no HTTP, and targets that cannot be read.

aiohttp answers these below any middleware: with the software's name, the offending bytes, a traceback and the peer's
address in the log, and for some targets (an authority that is no host name) with nothing at all, for as long as the
client cares to wait. The few overrides it takes to say the plain 400 instead are kept here.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from renderer import plain
from renderer.edge.access import AccessLog
from renderer.edge.asked import ID, ID_FIELD, identify
from renderer.keys import FRONT
from renderer.respond import NO_STORE, SECURITY, policy

MOST_LINE = 8_192
"""Bytes of a target. Another number than that of a header, since the parser tells the two apart by it alone."""
MOST_FIELD = 8_190


class _Nameless(web.Response):
    """Without a Server header; the hook that takes it off elsewhere does not run below the application."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall("Server", None)


class Protocol(RequestHandler):
    """One connection."""

    __slots__ = ("_access",)

    def __init__(self, manager: "Server", **arguments: Any) -> None:
        super().__init__(manager, **arguments)
        self._access = manager.access
        # Else aiohttp looks at no clock, and calls nothing.
        self._logging_enabled = manager.access.is_on

    def log_access(self, request: web.BaseRequest, response: web.StreamResponse, time: float | None) -> None:
        """After each answer."""
        if time is not None:
            self._access.tell(request, response, self._loop.time() - time)

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


class Server(web.Server):
    """Connections of one worker."""

    def __init__(self, access: AccessLog, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.access = access

    def __call__(self) -> RequestHandler:
        lengths = {"max_line_size": MOST_LINE, "max_field_size": MOST_FIELD}
        return Protocol(self, loop=self._loop, **{**self._kwargs, **lengths})


class Runner(web.AppRunner):
    """Serves an application through `Protocol`, behind its front."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        front = self.app[FRONT]
        return Server(
            front.access,
            partial(front.handle, application=made.request_handler),
            request_factory=_tolerant(made.request_factory),
            handler_cancellation=made.handler_cancellation,
            loop=made._loop,
            **made._kwargs,
        )


def _tolerant(make: Callable[..., web.BaseRequest]) -> Callable[..., web.BaseRequest]:
    """`make`, but a message whose target cannot be read becomes a request for no host, which is a bad request."""

    def make_request(message: Any, *arguments: Any) -> web.BaseRequest:
        try:
            return make(message, *arguments)
        except ValueError:
            nobody = CIMultiDictProxy(CIMultiDict(Host="", Connection="close"))
            return make(message._replace(url=URL("/"), headers=nobody, should_close=True), *arguments)

    return make_request
