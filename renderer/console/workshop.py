"""What the console keeps for as long as the worker runs."""

import asyncio

import asyncpg
from aiohttp import web

from renderer.gate.checker import PasswordChecker

CLOSING_SECONDS = 2.0


class Workshop:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.checker = PasswordChecker()

    async def close(self) -> None:
        self.checker.close()
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.pool.close()
        except TimeoutError:
            self.pool.terminate()


WORKSHOP = web.AppKey("workshop", Workshop)
