"""Letting somebody in who has shown who they are: the second step where they have one, then a new session."""

from uuid import UUID

from aiohttp import web

from renderer.console import audit, doors, draw, queries, second_step, sessions
from renderer.console.device import device_of
from renderer.console.visit import Visit
from renderer.keys import KEYRING


async def first_step_done(
    visit: Visit, user_id: UUID, target: str, *, by: str, password_hash: str | None = None
) -> web.Response:
    """In, or on to the second step. `by` is how the first one was shown."""
    async with visit.db(user_id) as conn:
        has_second_step = await second_step.is_on(conn, user_id)
    if not has_second_step:
        return await admit(visit, user_id, target, by=by, password_hash=password_hash)
    return ask_for_code(visit, second_step.Halfway(user_id, by), target)


def ask_for_code(
    visit: Visit, halfway: second_step.Halfway, target: str, *, error: str = "", status: int = 200
) -> web.Response:
    token = second_step.halfway_token(visit.request.app[KEYRING], halfway)
    return draw.page(visit, "code.html", status=status, token=token, target=target, error=error)


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
