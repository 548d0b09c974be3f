"""What was posted: the form's two fields, read with bounds."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from renderer.edge.body import read_body

# 256 bytes of password, each as %XX, and a path.
MAX_BODY = 8192
MAX_FIELDS = 8
# To send it in; the form is a packet or two.
SECONDS = 10

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, repr=False)
class Submission:
    password: bytes
    next_path: str


async def read_submission(request: web.Request) -> Submission:
    """The posted form. Raises web.HTTPException: 400 malformed, 408 too slow, 413 too large, 415 not a plain form."""
    body = await read_body(request, (_FORM,), most=MAX_BODY, seconds=SECONDS)
    return _parse(body)


def _parse(body: bytes) -> Submission:
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:  # not UTF-8, or too many fields
        raise web.HTTPBadRequest from None
    passwords = [value for name, value in fields if name == "password"]
    if len(passwords) != 1 or "\0" in passwords[0]:
        raise web.HTTPBadRequest
    return Submission(passwords[0].encode(), next((value for name, value in fields if name == "next"), ""))
