"""What was typed into a form that cannot be taken now: shown again, to be copied or sent once more.

The database is away and nothing is known of the site, or its turns are all taken. Whoever asked for something else than
a form of ours gets the plain page.
"""

import json

from aiohttp import web
from cachetools import LRUCache

from renderer import respond
from renderer.edge.client_address import SCHEME
from renderer.edge.own_post import is_own_post
from renderer.edge.sent import Wire
from renderer.forms.submission import FORMS, MAX_BODY, MULTIPART, read_posted, wants_json
from renderer.keys import FRONT
from renderer.respond import plain
from renderer.themes import Drawn
from renderer.themes.forms import MOST_WITH_FILES

# Seconds.
AWAY_RETRY = 10
PROBLEM = "application/problem+json"
# Bytes that busy answers may read at a time, of all their senders.
ROOM = 32 * 1024 * 1024
# Of forms that are no site's own: what nobody typed, or what is not to be shown.
_HIDDEN = frozenset({"code", "token", "next", "post", "seen", "was", "setup", "do", "status", "featured"})


async def typed_texts(request: web.BaseRequest, most: int = MAX_BODY) -> list[str]:
    """What a visitor typed into a form of ours, apart from passwords and codes; nothing of what another site sent.

    Raises what `read_posted` raises.
    """
    if request.method != "POST" or request.content_type not in FORMS or not is_own_post(request, request[SCHEME]):
        return []
    values = (await read_posted(request, most)).values
    # A site's owner calls questions as they like.
    shown = [name for name in values if request.path.startswith("/_forms/") or not _is_hidden(name)]
    return [text for name in shown for text in values[name] if text.strip()]


async def keep_text(request: web.Request) -> web.StreamResponse:
    """The database is away and nothing is known of the site: what was typed stays on a page that names nobody."""
    texts = await typed_texts(request)
    headers = {**respond.SECURITY, "Retry-After": str(AWAY_RETRY), "Cache-Control": respond.PRIVATE}
    if wants_json(request):
        return web.json_response(_PROBLEM, status=503, headers=headers, content_type=PROBLEM)
    language = request.app[FRONT].languages.get(request.headers.get("Host", ""), "id")
    drawn = Drawn(plain.plain_page(503, texts, language), plain.STYLE_HASHES)
    return respond.html(request, drawn, status=503, cache=respond.PRIVATE, headers=headers)


class Unsent:
    """One worker's: the answer to a post that waited for its turn in vain. `languages` by Host header."""

    def __init__(self, languages: LRUCache[str, str], room: int = ROOM) -> None:
        self._languages, self._room = languages, room

    async def __call__(self, request: web.BaseRequest) -> Wire:
        if request.content_type in FORMS and wants_json(request):
            return respond.refusal(503, json.dumps(_PROBLEM).encode(), PROBLEM)
        most = MOST_WITH_FILES if request.content_type == MULTIPART else MAX_BODY
        size = min(request.content_length or most, most)
        if size > self._room:
            return respond.busy()
        self._room -= size
        try:
            texts = await typed_texts(request, MAX_BODY if size <= MAX_BODY else most)
        except web.HTTPException:
            texts = []
        finally:
            self._room += size
        return respond.busy(texts, self._languages.get(request.headers.get("Host", ""), "id"))


def _is_hidden(name: str) -> bool:
    return name.startswith("_") or "password" in name or name in _HIDDEN


_PROBLEM = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "errors": []}
