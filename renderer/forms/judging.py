"""What is sent with a form is counted and weighed: new, spam, or for now refused."""

import asyncio
import errno
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg
from aiohttp import web
from cachetools import TTLCache

from renderer.db.pool import TEMPORARY
from renderer.edge.client_address import network_of
from renderer.edge.limits import MOST_REMEMBERED, SPAN, Allowance
from renderer.forms import queries
from renderer.forms.lead import Lead
from renderer.forms.proof import make_challenge, read_proof
from renderer.forms.rates import FormRates, Rates
from renderer.forms.spam import CLIENT_OFTEN, EVERYWHERE_FLOOD, Signs, judge_spam, normal_text
from renderer.forms.submission import Posted
from renderer.keyring import Keyring
from renderer.keyring.stamps import age_of
from renderer.keys import CLIENT, LEASE, SITE
from renderer.settings.sections import Forms

RETRY_SECONDS = 600
# All sites together take so many times `client_limit` of one client; more of who proves work for each.
SITES_AT_ONCE = 10
# Solutions that a worker remembers, as long as they count.
MOST_PROOFS = 50_000
# Subscribers that one client (IPv6: a /64) may confirm or take off a site's list in ten minutes.
MOST_LETTERS = 1_000


class TooMany(Exception):
    """Refused for now."""


class Turn:
    """The same sent at once takes turns: the first one is weighed, and `stored` is its id for those who waited."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.stored: UUID | None = None


class Judge:
    """One a worker. `bad_referrers` are domains of the operator's list."""

    def __init__(self, settings: Forms, keyring: Keyring, bad_referrers: frozenset[str] = frozenset()) -> None:
        self._settings, self._keyring, self._bad_referrers = settings, keyring, bad_referrers
        self._rates = FormRates(keyring.subkey("limits", context=("forms",)))
        self.letters = Allowance(keyring.subkey("limits", context=("newsletter",)), MOST_LETTERS)
        self._refused: TTLCache[int, bool] = TTLCache(MOST_REMEMBERED, SPAN)
        self._proofs: TTLCache[bytes, bool] = TTLCache(MOST_PROOFS, RETRY_SECONDS)
        self._turns: WeakValueDictionary[tuple[UUID, bytes], Turn] = WeakValueDictionary()

    def turn(self, website_id: UUID, lead: Lead) -> Turn:
        """That of everything in this worker that is the same; gone when nobody holds it."""
        return self._turns.setdefault((website_id, lead.digest), Turn())

    async def judge(self, request: web.Request, posted: Posted, lead: Lead) -> Lead:
        """The lead with its status. Raises TooMany."""
        website_id, text = request[SITE].id, normal_text(lead.answers.data)
        client = network_of(request[CLIENT])
        # Of a site, a client, and one at the other: numbers, so that no address is kept.
        subjects = tuple(map(hash, (website_id, client, (website_id, client))))
        # Each text would be a row of its own: of who is refused until further notice none is counted.
        counted = None if any(one in self._refused for one in subjects) else text
        try:
            conn = await request[LEASE].conn()
            rates = await self._rates.count(conn, website_id, request[CLIENT], counted)
            solved = await self._is_solved(request, posted.proof)
            self._refuse(subjects, rates, solved=solved)
            if text is not None and counted is None:
                rates = replace(rates, text=await self._rates.count_text(conn, text))
        except (*TEMPORARY, asyncpg.PostgresError):
            await request[LEASE].release()
            rates = self._rates.count_here(website_id, request[CLIENT], text)
            solved = self._is_solved_here(request, posted.proof)
            self._refuse(subjects, rates, solved=solved)
        limits = self._settings
        signs = Signs(
            trapped=posted.trapped,
            stamp_age=age_of(self._keyring, website_id, posted.stamp, datetime.now(UTC).date()),
            seconds=posted.seconds,
            by_client=rates.client,
            by_client_everywhere=rates.everywhere,
            same_text=rates.text,
            under_attack=rates.site > limits.site_alarm,
            solved=solved,
        )
        verdict = judge_spam(lead, signs, self._bad_referrers)
        if not verdict.is_spam:
            return lead
        spam = {"score": verdict.score, "reasons": [name for name, _ in verdict.reasons]}
        return replace(lead, status="spam", about={**lead.about, "spam": spam})

    def _refuse(self, subjects: Sequence[int], rates: Rates, *, solved: bool) -> None:
        """Raise TooMany for who sends too much to a site, to all sites together, or to a site that is sent too much."""
        limits = self._settings
        beyond = (
            rates.site > limits.site_limit and not solved,
            rates.everywhere > limits.client_limit * SITES_AT_ONCE and not solved,
            rates.client > limits.client_limit,
        )
        for one, is_beyond in zip(subjects, beyond, strict=True):
            if is_beyond:
                self._refused[one] = True
        if any(beyond):
            raise TooMany

    async def challenge(self, request: web.Request) -> dict[str, object]:
        """What a browser is asked to solve before it sends; empty: nothing."""
        try:
            rates = await self._rates.seen(await request[LEASE].conn(), request[SITE].id, request[CLIENT])
        except (*TEMPORARY, asyncpg.PostgresError):
            # No worker knows what the others count meanwhile, so all prove it: many people are not to be taken for a
            # flood.
            return make_challenge(self._key(request))
        return make_challenge(self._key(request)) if self._is_wanted(rates) else {}

    def _is_wanted(self, rates: Rates) -> bool:
        return (
            rates.site >= self._settings.site_alarm
            or rates.client + 1 >= CLIENT_OFTEN
            or rates.everywhere + 1 >= EVERYWHERE_FLOOD
        )

    async def _is_solved(self, request: web.Request, proof: str) -> bool:
        digest = read_proof(self._key(request), proof) if proof else None
        if digest is None:
            return False
        return await queries.take_proof(await request[LEASE].conn(), request[SITE].id, digest)

    def _is_solved_here(self, request: web.Request, proof: str) -> bool:
        """The same while the database is away: once a worker."""
        digest = read_proof(self._key(request), proof) if proof else None
        if digest is None or digest in self._proofs:
            return False
        self._proofs[digest] = True
        return True

    def _key(self, request: web.Request) -> bytes:
        return self._keyring.subkey("forms", context=("proof", str(request[SITE].id)))


def read_referrers(path: Path | None) -> frozenset[str]:
    """Domains of a file, one a line, `#` before remarks. Raises OSError, also for what is no text."""
    if path is None:
        return frozenset()
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, str(error), str(path)) from None
    lines = (line.partition("#")[0].strip().casefold() for line in text.splitlines())
    return frozenset(line for line in lines if line)
