"""Debian's Firefox for tests, driven by WebDriver BiDi (W3C), which it speaks by itself over a WebSocket."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
REQUIRED = os.environ.get("TAPSITE_TEST_FIREFOX") == "required"
SECONDS = 60.0
"""For a start, an answer, or what is waited for on a busy machine."""

needs_firefox = [
    pytest.mark.browser,
    pytest.mark.skipif(
        PROGRAM is None and not REQUIRED, reason="there is no Firefox on this machine (Debian: firefox-esr)"
    ),
]
# Every name is this machine's, and nobody outside is asked for anything.
_PREFERENCES = {
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.forceResolve": "127.0.0.1",
    "remote.active-protocols": 1,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}
_WATCH = """() => addEventListener('securitypolicyviolation',
  told => console.error(`refused: ${told.violatedDirective}: ${told.blockedURI}`))"""


class Firefox:
    """One tab. `faults`: what its pages complained of, and what they asked for in vain."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0
        self._tab = ""
        self.faults: list[str] = []

    async def open(self) -> None:
        await self._ask("session.new", capabilities={})
        await self._ask("session.subscribe", events=["log.entryAdded", "network.fetchError"])
        await self._ask("script.addPreloadScript", functionDeclaration=_WATCH)
        tree = await self._ask("browsingContext.getTree")
        self._tab = tree["contexts"][0]["context"]

    async def listen(self) -> None:
        """Until the socket closes."""
        async for message in self._socket:
            told = json.loads(message.data)
            if told.get("type") == "event":
                about = told["params"]
                if told["method"] == "network.fetchError":
                    # Whoever goes on to another page lets go of what this one still waits for.
                    if about["errorText"] != "NS_BINDING_ABORTED":
                        self.faults.append(f"{about['errorText']}: {about['request']['url']}")
                elif about["level"] in ("error", "warn"):
                    self.faults.append(str(about["text"]))
            elif (answer := self._waiting.pop(told.get("id"), None)) is not None:
                answer.set_result(told)

    async def resize(self, width: int, height: int) -> None:
        await self._ask("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": height})

    async def goto(self, url: str) -> None:
        await self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    async def back(self) -> None:
        await self._ask("browsingContext.traverseHistory", context=self._tab, delta=-1)

    async def evaluate(self, expression: str) -> Any:
        """What it comes to, by way of JSON; promises are waited for."""
        told = await self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._tab},
            awaitPromise=True,
        )
        assert told["type"] == "success", told["exceptionDetails"]["text"]
        value = told["result"].get("value")
        return None if value is None else json.loads(value)

    async def wait(self, expression: str) -> Any:
        """Until it is true, on whatever page that is."""
        async with asyncio.timeout(SECONDS):
            while True:
                with suppress(AssertionError, BidiError):  # between two pages
                    if found := await self.evaluate(expression):
                        return found
                await asyncio.sleep(0.05)

    async def fill(self, selector: str, text: str) -> None:
        """Typed, key by key, in the place of what was there."""
        await self.evaluate(f"(one => {{ one.focus(); one.select(); }})({_one(selector)})")
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        await self._act({"type": "key", "id": "keys", "actions": keys})

    async def click(self, selector: str) -> None:
        """A finger on its middle."""
        await self.wait(f"!!{_one(selector)}")
        at = await self.evaluate(
            f"(one => {{ one.scrollIntoView({{block: 'center', behavior: 'instant'}}); "
            f"const box = one.getBoundingClientRect(); "
            f"return [box.left + box.width / 2, box.top + box.height / 2].map(Math.floor); }})({_one(selector)})"
        )
        move = {"type": "pointerMove", "x": at[0], "y": at[1]}
        press = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        await self._act({"type": "pointer", "id": "finger", "actions": [move, *press]})

    async def _act(self, actions: dict[str, Any]) -> None:
        await self._ask("input.performActions", context=self._tab, actions=[actions])

    async def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = self._asked = self._asked + 1
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        told = await asyncio.wait_for(self._waiting[number], SECONDS)
        if told["type"] == "error":
            raise BidiError(f"{method}: {told['error']}: {told['message']}")
        found: dict[str, Any] = told["result"]
        return found


class BidiError(Exception):
    """What the browser says of a command that it cannot do."""


def _one(selector: str) -> str:
    return f"document.querySelector({json.dumps(selector)})"


@asynccontextmanager
async def launch(profile: Path) -> AsyncIterator[Firefox]:
    """A browser of its own, with a new profile in this folder."""
    assert PROGRAM is not None, "TAPSITE_TEST_FIREFOX=required, and there is no Firefox"
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    process = await asyncio.create_subprocess_exec(
        *(PROGRAM, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOME": str(profile)},
    )
    assert process.stderr is not None
    rest = None
    try:
        async with asyncio.timeout(SECONDS):
            address = await _address(process.stderr)
        rest = asyncio.create_task(_read_on(process.stderr))
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address}/session", max_msg_size=0) as socket,
        ):
            browser = Firefox(socket)
            listening = asyncio.create_task(browser.listen())
            await browser.open()
            yield browser
            listening.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 10)
        if process.returncode is None:
            process.kill()
            await process.wait()
        if rest is not None:
            rest.cancel()


async def _address(errors: asyncio.StreamReader) -> str:
    """Where it listens, which it says among its complaints."""
    while line := await errors.readline():
        if found := re.search(rb"WebDriver BiDi listening on (ws://\S+)", line):
            return found[1].decode()
    raise AssertionError("Firefox ended before it listened")


async def _read_on(errors: asyncio.StreamReader) -> None:
    """A full pipe would stop it."""
    while await errors.read(65_536):
        pass
