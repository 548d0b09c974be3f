"""Where abuse of sites is reported: a page and a security.txt on the base domains, once an operator named a contact."""

from datetime import UTC, datetime, timedelta

from aiohttp import web

from renderer import respond
from renderer.keys import SETTINGS
from renderer.respond import plain
from renderer.themes import Drawn

PAGE = "/abuse"
TEXT = "/.well-known/security.txt"
VALID = timedelta(days=90)


def show_contact(request: web.Request) -> web.Response | None:
    """What a base domain says there; None for other paths, and where no contact is configured."""
    contact = request.app[SETTINGS].server.abuse_contact
    if not contact or request.path not in (PAGE, TEXT):
        return None
    if request.path == PAGE:
        return respond.html(request, Drawn(plain.contact_page(contact), plain.STYLE_HASHES))
    return web.Response(text=security_text(contact, datetime.now(UTC)), headers={"Cache-Control": respond.NO_STORE})


def security_text(contact: str, now: datetime) -> str:
    """RFC 9116: Contact and Expires are what it has to have."""
    expires = (now + VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    return f"Contact: {contact}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: id, en\n"
