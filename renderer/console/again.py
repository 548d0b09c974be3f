"""What was posted in vain (nobody signed in any more, the database away), for a form that posts it once more."""

from aiohttp import web

from renderer.console.own_request import SAFE
from renderer.console.visit import Visit

_SECRET = frozenset({"code", "token", "setup"})


async def posted(visit: Visit) -> list[tuple[str, str]]:
    """Fields and values as they came. Nothing where one is a password or a code, which do not belong into a page, nor
    of what is no plain form. Ask only for what the console's own pages sent."""
    if visit.request.method in SAFE:
        return []
    try:
        fields = (await visit.form()).items()
    except web.HTTPException:
        return []
    return [] if any("password" in name or name in _SECRET for name, _ in fields) else fields
