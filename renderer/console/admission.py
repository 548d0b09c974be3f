"""Letting somebody in who has shown who they are: the second step where they have one, then a new session."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from aiohttp import web

from renderer.console import account, audit, doors, draw, known_device, queries, second_step, sessions
from renderer.console.device import device_of
from renderer.console.visit import Visit
from renderer.keys import KEYRING

if TYPE_CHECKING:
    from renderer.db.lease import Connection


class Overtaken(Exception):
    """The password was changed since the former one was checked: who knew that one has shown nothing."""


async def first_step_done(
    visit: Visit, user_id: UUID, target: str, *, by: str, checked: str | None = None, renewed: str | None = None
) -> web.Response:
    """In, or on to the second step. `by` is how the first one was shown; `checked` the hash that a password was checked
    against, `renewed` the same password hashed anew, which is stored whatever becomes of the second step. Raises
    Overtaken."""

    async def holds(conn: "Connection") -> bool:
        return checked is None or checked == await second_step.stored_hash(conn, user_id)

    async with visit.db(user_id) as conn:
        await queries.lock_account(conn, user_id)
        if not await holds(conn):
            raise Overtaken
        if renewed:  # before the mark is made, which tells hashes apart
            await queries.store_password(conn, user_id, renewed)
            checked = renewed
        halfway = await second_step.halfway(conn, user_id, by) if await second_step.is_on(conn, user_id) else None
    if halfway is not None:
        return ask_for_code(visit, halfway, target)
    return await admit(visit, user_id, target, by=by, holds=holds)


def ask_for_code(
    visit: Visit, halfway: second_step.Halfway, target: str, *, error: str = "", status: int = 200
) -> web.Response:
    token = second_step.halfway_token(visit.request.app[KEYRING], halfway)
    return draw.page(visit, "code.html", status=status, token=token, target=target, error=error)


async def admit(
    visit: Visit,
    user_id: UUID,
    target: str,
    *,
    by: str,
    done: str = "",
    password_hash: str | None = None,
    holds: Callable[["Connection"], Awaitable[bool]] | None = None,
) -> web.Response:
    """Open a session and lead to `target`. `by` is how they showed it; `password_hash`, of another password, is stored
    with it and ends every other session; `holds` is asked again whether what was shown still counts. Raises Overtaken.
    """
    token, old = sessions.new_token(), sessions.read_token(visit.request)
    async with visit.db(user_id) as conn:
        await queries.lock_account(conn, user_id)
        if holds is not None and not await holds(conn):
            raise Overtaken
        if password_hash:
            await queries.store_password(conn, user_id, password_hash)
            await account.end_all_sessions(conn, user_id)
        if old is not None:
            await doors.end_session(conn, sessions.digest_of(old))
        await queries.open_session(
            conn, user_id, sessions.digest_of(token), device_of(visit.request), sessions.IDLE, sessions.LONGEST
        )
        mark = await second_step.mark_now(conn, user_id)
        await audit.note(conn, visit, "sign_in", user_id=user_id, new={"by": by})
    answer = draw.redirect(target, done)
    sessions.give_token(visit.request, answer, token)
    known_device.remember(visit.request, answer, visit.request.app[KEYRING], user_id, mark)
    return answer
