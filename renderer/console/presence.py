"""The owner proves to be there, and not merely a browser that was left signed in: by the present password, or, who has
none, by having signed in just now."""

from dataclasses import dataclass
from datetime import timedelta

from renderer.console import account, attempts, doors
from renderer.console.visit import Visit
from renderer.console.words import words_for
from renderer.console.workshop import WORKSHOP
from renderer.gate.passwords import MAX_PASSWORD_BYTES, fault_of

NOW_LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`said` to the owner at the field of the password; "" with 503: too much waits."""

    status: int
    said: str


async def has_password(visit: Visit) -> bool:
    async with visit.db() as conn:
        found = await doors.account_by_email(conn, visit.user.email)
    return found is not None and fault_of(found.password_hash) is None


async def signed_in_now(visit: Visit) -> bool:
    """Whether this session began less than NOW_LASTS ago."""
    async with visit.db() as conn:
        return await account.is_new_session(conn, visit.user.id, visit.user.session_id, NOW_LASTS)


async def refuse(visit: Visit, password: str) -> Refusal | None:
    """None where it is the present password. Counts like a sign-in; the caller forgives once all is done."""
    t, user = words_for(visit.language), visit.user
    if seconds := await attempts.admit(visit, "password", user.email, user.counted_as):
        return Refusal(429, t("too_often", seconds=seconds))
    async with visit.db() as conn:
        found = await doors.account_by_email(conn, user.email)
    typed = password.encode()[: MAX_PASSWORD_BYTES + 1]
    verdict = await visit.request.app[WORKSHOP].checker.check(user.id, found.password_hash if found else None, typed)
    if verdict is None:
        return Refusal(503, "")
    return None if verdict.matches and typed else Refusal(422, t["current_wrong"])
