"""An owner at her texts: a site with a menu and a photo, and what her forms and her draft hold."""

import html
import json
import re
from typing import Any

import asyncpg
import pytest

from tests.factories import insert, make_site
from tests.owners import HOST, Owner, make_owner
from tests.serving import Serve
from tests.showcase import CONTENT
from tests.visitor import Answer

NAME = f"{'b' * 32}-600x400"
"""Of the one picture that was uploaded."""
_FIELD = re.compile(r"<input\b([^>]*)>|<(select|textarea)\b([^>]*)>\n?(.*?)</\2>", re.S)


async def make_editor(serve: Serve, conn: asyncpg.Connection, content: Any = CONTENT) -> Owner:
    owner = await make_owner(conn, await serve(console={"host": HOST}), "Tini")
    owner.site_id = await make_site(conn, user_id=owner.id, subdomain="warung", generated_content=content)
    owner.picture_id = await insert(
        conn,
        "pictures",
        {"website_id": owner.site_id, "name": NAME, "fallback": "jpg", "bytes": 9, "title": "a.jpg", "alt": "Sepiring"},
    )
    await owner.sign_in()
    return owner


@pytest.fixture
async def tini(serve: Serve, conn: asyncpg.Connection) -> Owner:
    return await make_editor(serve, conn)


def fields_of(page: str, action: str) -> dict[str, Any]:
    """The fields of the form that posts to an address, as a browser would send them; a list where a name has several
    values."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
    assert form, action
    found: dict[str, list[str]] = {}
    for marks, tag, others, inner in re.findall(_FIELD, form[0]):
        marks = marks or others
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', marks))
        if "name" not in given or (given.get("type") in ("checkbox", "radio") and " checked" not in marks):
            continue
        value = given.get("value", "")
        if tag == "select":
            options = re.findall(r'<option value="([^"]*)"( selected)?', inner)
            value = next((text for text, chosen in options if chosen), options[0][0] if options else "")
        elif tag == "textarea":
            value = inner
        found.setdefault(html.unescape(given["name"]), []).append(html.unescape(value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


async def draft_of(conn: asyncpg.Connection, owner: Owner) -> Any:
    text = await conn.fetchval("SELECT generated_content FROM website_drafts WHERE website_id = $1", owner.site_id)
    return json.loads(text) if text else None


async def preview(owner: Owner, to: str = "/") -> tuple[str, str, Answer]:
    """Host and cookies of a preview that the console opened, and its page."""
    opened = await owner.post(f"/sites/{owner.site_id}/texts/preview", {"to": to})
    assert opened.status == 303
    _, _, rest = opened.headers["Location"].partition("://")
    host, _, path = rest.partition("/")
    host = host.partition(":")[0]
    card = await owner.visitor.get(host, f"/{path}")
    cookies = [card.headers["Set-Cookie"].partition(";")[0]]
    on = re.search(r'url=([^"]+)"', card.text)
    assert on
    turned = await owner.visitor.get(host, html.unescape(on[1]), headers={"Cookie": cookies[0]})
    assert turned.headers["Location"] == to
    cookies.append(turned.headers["Set-Cookie"].partition(";")[0])
    page = await owner.visitor.get(host, to, headers={"Cookie": "; ".join(cookies)})
    return host, "; ".join(cookies), page
