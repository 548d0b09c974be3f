"""Letting somebody in who has shown who they are: a new session, and the old one of this browser ended."""

from uuid import UUID

from aiohttp import web

from renderer.console import audit, doors, draw, queries, sessions
from renderer.console.device import device_of
from renderer.console.visit import Visit


async def admit(
    visit: Visit, user_id: UUID, target: str, *, by: str, done: str = "", password_hash: str | None = None
) -> web.Response:
    """Open a session and lead to `target`. `by` is how they showed it; `password_hash` is stored with it."""
    token, old = sessions.new_token(), sessions.read_token(visit.request)
    async with visit.db(user_id) as conn:
        if password_hash:
            await queries.store_password(conn, user_id, password_hash)
        if old is not None:
            await doors.end_session(conn, sessions.digest_of(old))
        await queries.open_session(
            conn, user_id, sessions.digest_of(token), device_of(visit.request), sessions.IDLE, sessions.LONGEST
        )
        await audit.note(conn, visit, "sign_in", user_id=user_id, new={"by": by})
    answer = draw.redirect(target, done)
    sessions.give_token(visit.request, answer, token)
    return answer
