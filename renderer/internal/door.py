"""What stands between the internal socket and its application: the proxy's question, answered without either.

Caddy asks before each certificate it has not got (`on_demand_tls`, `ask`): 200 lets it, anything else does not.
"""

from urllib.parse import parse_qs

from aiohttp import web

from renderer.edge.asked import identify
from renderer.edge.front import Front, Handler
from renderer.edge.sent import Sent, Wire
from renderer.hostnames import InvalidHost
from renderer.internal.certificates import Certificates
from renderer.settings import Settings

PATH = "/_edge/tls-ask"


def _wire(status: str, text: str) -> Wire:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\nCache-Control: no-store\r\n"
    )
    return Wire(head.encode(), text.encode())


_YES = (200, _wire("200 OK", "yes\n"))
_NO = (404, _wire("404 Not Found", "no\n"))
_WRONG = (400, _wire("400 Bad Request", "expected ?domain=<host name>\n"))
_UNKNOWN = (503, _wire("503 Service Unavailable", "unknown\n"))


class Door(Front):
    """A front that keeps nothing."""

    def __init__(self, settings: Settings, certificates: Certificates) -> None:
        # Probes and scrapes come every few seconds for ever, and would bury the visitors' lines.
        quiet = settings.log.model_copy(update={"access": False})
        super().__init__(settings.model_copy(update={"log": quiet}))
        self._certificates = certificates

    async def handle(self, request: web.BaseRequest, application: Handler) -> web.StreamResponse:
        identify(request)
        path, _, query = request.raw_path.partition("?")
        if path != PATH or request.method not in ("GET", "HEAD"):
            return await application(request)
        status, wire = await self._answer(query)
        return Sent(request, status, wire, is_hit=True)

    async def _answer(self, query: str) -> tuple[int, Wire]:
        known = self._certificates
        try:
            asked = parse_qs(query, max_num_fields=4).get("domain", ())
            if len(asked) != 1:
                return _WRONG
            may = known.knows(asked[0])
            if may is None:
                may = await known.asks(asked[0])
        except (InvalidHost, ValueError):
            return _WRONG
        if may is None or (not may and not known.loaded.is_set()):
            return _UNKNOWN
        return _YES if may else _NO
