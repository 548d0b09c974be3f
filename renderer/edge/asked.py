"""The id of each request: on its answer, and on every line that is logged for it."""

from aiohttp import web

from renderer.logs.trace import Asked, new_id, read_trace

# Set on every request that there is an answer to. Ours alone: a client's own X-Request-Id is not looked at.
ID = web.RequestKey("id", str)
ID_FIELD = "X-Request-Id"


def asked(request: web.BaseRequest) -> Asked:
    """What is said of the request where more is done for it than sending kept bytes."""
    return Asked(request[ID], read_trace(request.headers.get("traceparent")))


def identify(request: web.BaseRequest) -> None:
    """Give it an id."""
    request[ID] = new_id()
