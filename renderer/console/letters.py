"""Letters with links, written and sent beside the requests: an answer takes no longer for an address that is known."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

from markupsafe import escape

from renderer.console.links import Made, Purpose
from renderer.console.words import words_for
from renderer.outbound import Letter, MailClient, MailError, mail_address
from renderer.settings import Settings

log = logging.getLogger(__name__)

MOST_WAITING = 200
PAUSES = (0.0, 5.0, 30.0)
"""Seconds before each attempt to hand a letter over; who waits longer asks for another."""


class PostRoom:
    """One a worker. Without a mail server letters are dropped, and the log says so without their links."""

    def __init__(self, mail: MailClient) -> None:
        self._mail = mail
        self._tasks: set[asyncio.Task[None]] = set()

    def later(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do it beside the request; False where too much waits already, and it is not done."""
        if len(self._tasks) >= MOST_WAITING:
            work.close()
            return False
        task = asyncio.create_task(work, name="console letter")
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return True

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error(
                "console: a letter was not sent: %s", fault if isinstance(fault, MailError) else type(fault).__name__
            )

    async def send(self, letter: Letter) -> None:
        if not self._mail.is_set:
            log.warning("console: no mail server is configured; a link was asked for and not sent")
            return
        for last, pause in enumerate(PAUSES, start=1):
            await asyncio.sleep(pause)
            try:
                await self._mail.send(letter)
                return
            except MailError as fault:
                if fault.lasting or last == len(PAUSES):
                    raise

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def write(purpose: Purpose, made: Made, settings: Settings, language: str) -> Letter | None:
    """The letter that carries a link; None where no mail server would take the address."""
    t = words_for(language)
    minutes = int(made.lasts.total_seconds() // 60)
    never = t["letter_email_stop_else"] if purpose == "email_stop" else t["letter_not_you"]
    span = t("span_hours", hours=minutes // 60) if minutes >= 120 else t("span_minutes", minutes=minutes)
    asked = t(f"letter_{purpose}", span=span)
    return _letter(purpose, made.email, made.full_name, language, asked, made.url(settings), never)


def tell(what: str, email: str, full_name: str | None, settings: Settings, language: str) -> Letter | None:
    """A letter that says what happened (`letter_<what>` of the words) and leads to the sign-in page."""
    said = words_for(language)[f"letter_{what}"]
    return _letter(what, email, full_name, language, said, f"{settings.origin(settings.console.host)}/sign-in")


def _letter(
    what: str, email: str, full_name: str | None, language: str, said: str, url: str, last: str = ""
) -> Letter | None:
    recipient = mail_address(email)
    if recipient is None:
        return None
    t = words_for(language)
    hello = t("letter_hello", name=(full_name or "").strip() or email)
    body = "".join(f"<p>{escape(line)}</p>" for line in (hello, said))
    body += f'<p><a href="{escape(url)}">{escape(url)}</a></p>' + (f"<p>{escape(last)}</p>" if last else "")
    return Letter(
        id=uuid4().hex,
        name=t["brand"],
        recipients=(recipient,),
        subject=t[f"letter_{what}_subject"],
        text="\n\n".join(filter(None, (hello, said, url, last))) + "\n",
        html=f'<!doctype html><html lang="{t.language}"><body>{body}</body></html>',
    )
