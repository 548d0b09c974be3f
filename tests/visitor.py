"""A visitor: real HTTP to a worker's application, any Host header."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDictProxy

from renderer.keys import FRONT

Client = TestClient[Any, Any]


@dataclass
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def lasting(self) -> dict[str, str]:
        """Headers but for those that each answer has of its own."""
        return {name.lower(): value for name, value in self.headers.items()} | {"date": "", "x-request-id": ""}


class Visitor:
    def __init__(self, client: Client) -> None:
        self.client = client

    async def ask(self, method: str, host: str, path: str = "/", **arguments: Any) -> Answer:
        headers = {"Host": host, "Accept-Encoding": "identity", **arguments.pop("headers", {})}
        arguments = {"allow_redirects": False, "auto_decompress": False, **arguments}
        await self.caught_up()
        answer: ClientResponse
        async with self.client.request(method, path, headers=headers, **arguments) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def caught_up(self) -> None:
        """Until what was committed is what is served: a worker hears of it some milliseconds later."""
        server = self.client.server
        reader = server.app[FRONT].reader if isinstance(server, TestServer) else None
        if reader is not None:
            await reader.caught_up()

    async def get(self, host: str, path: str = "/", **arguments: Any) -> Answer:
        return await self.ask("GET", host, path, **arguments)

    async def raw(self, request: bytes) -> bytes:
        """Whatever the server answers to these very bytes, until it closes."""
        reader, writer = await asyncio.open_connection(self.client.host, self.client.port)
        writer.write(request)
        await writer.drain()
        try:
            return await asyncio.wait_for(reader.read(), 60)
        finally:
            writer.close()
            await writer.wait_closed()
