"""A page in Chromium that is opened once and shown many documents, with the measures of tests/craft_probe.js."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playwright.async_api import Browser, Page, Route

from renderer.themes import Themes

ORIGIN = "http://craft.test"
WIDTHS = (320, 360, 768, 1280, 1920)
_PROBE = (Path(__file__).parent / "craft_probe.js").read_text("utf-8")


class Easel:
    """One page of the browser. `requests` are the addresses it asked for, `faults` what it complained about."""

    def __init__(self, page: Page, themes: Themes, files: Mapping[str, bytes]) -> None:
        self.page = page
        self._files = files
        self.requests: list[str] = []
        self.faults: list[str] = []
        self._themes = themes
        self._shown: dict[str, str] = {}

    @classmethod
    async def open(
        cls, browser: Browser, themes: Themes, files: Mapping[str, bytes] = MappingProxyType({}), **context: Any
    ) -> "Easel":
        """`files` are the site's own pictures (JPEG) by path."""
        page = await (await browser.new_context(reduced_motion="reduce", **context)).new_page()
        easel = cls(page, themes, files)
        await easel.page.route("**/*", easel._answer)
        easel.page.on("request", lambda request: easel.requests.append(request.url))
        easel.page.on("pageerror", lambda error: easel.faults.append(str(error)))
        return easel

    async def show(self, html: str, width: int = 1280, height: int = 800) -> None:
        await self.page.set_viewport_size({"width": width, "height": height})
        self._shown["page"] = html
        await self.page.goto(f"{ORIGIN}/page", wait_until="load")
        await self.page.evaluate(_PROBE)
        await self.page.evaluate("document.fonts.ready")

    async def resize(self, width: int, height: int = 800) -> None:
        await self.page.set_viewport_size({"width": width, "height": height})

    async def ask(self, **measures: Any) -> dict[str, Any]:
        """The answers of several measures, each with its arguments, in one step."""
        asked = {name: list(given) if isinstance(given, tuple) else [given] for name, given in measures.items()}
        script = (
            "asked => Object.fromEntries(Object.entries(asked).map(([name, given]) => [name, craft[name](...given)]))"
        )
        answer: dict[str, Any] = await self.page.evaluate(script, asked)
        return answer

    async def close(self) -> None:
        await self.page.context.close()

    async def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path in self._themes.assets:
            asset = self._themes.assets[path]
            await route.fulfill(body=asset.body, content_type=asset.content_type)
        elif path == "/page":
            await route.fulfill(body=self._shown["page"], content_type="text/html; charset=utf-8")
        elif path in self._files:
            await route.fulfill(body=self._files[path], content_type="image/jpeg")
        else:
            await route.fulfill(status=404, body="")


def sheets_of_paper(pdf: bytes) -> int:
    """Pages of a PDF as Chromium writes it: page objects are not compressed."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def said(where: str, answers: Mapping[str, Any]) -> list[str]:
    """The sentences of all measures, with the place they are about."""
    return [f"{where}: {sentence}" for sentences in answers.values() for sentence in sentences]
