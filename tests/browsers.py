"""Debian's Chromium for tests, where it is there; `TAPSITE_TEST_BROWSER=required` makes its absence a failure."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM = shutil.which("chromium")
# The same engine without a desktop around it shows a page for half the processor's time; but it fills in no forms, and
# keeps no page to go back to.
_SHELL = shutil.which("chromium-headless-shell")
PATIENCE = 120_000
"""Milliseconds for a page or an element on a busy machine; Playwright itself waits for half a minute."""
SHOTS = os.environ.get("TAPSITE_TEST_SHOTS")
"""A folder that keeps what is looked at."""
REQUIRED = os.environ.get("TAPSITE_TEST_BROWSER") == "required"
# Debian's Chromium otherwise looks for Google's hosts at every start.
_QUIET = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --host-resolver-rules=MAP * 127.0.0.1"
)

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED, reason="there is no Chromium on this machine (Debian: chromium)"
    ),
]


@asynccontextmanager
async def launch(program: str | None = CHROMIUM, **more: Any) -> AsyncIterator[Browser]:
    """A browser that nobody else uses, with all that a desktop's has; `more` is Playwright's."""
    flags = [f"--{flag}" for flag in _QUIET.removeprefix("--").split(" --")]
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", *flags], timeout=PATIENCE, **more
        )
        with pytest.MonkeyPatch.context() as patched:
            for name in ("new_context", "new_page"):
                patched.setattr(launched, name, partial(_patient, getattr(launched, name)))
            yield launched
        await launched.close()


async def _patient(make: Callable[..., Awaitable[BrowserContext | Page]], **options: Any) -> BrowserContext | Page:
    made = await make(**options)
    made.set_default_timeout(PATIENCE)
    return made


async def keep_shot(page: Page, name: str, **more: Any) -> None:
    """A picture of all of the page, where somebody wants it: to take one costs as much as to look."""
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", **{"full_page": True, **more})


@pytest.fixture(scope="session")
async def _browser() -> AsyncIterator[Browser]:
    async with launch(_SHELL or CHROMIUM) as launched:
        yield launched


@pytest.fixture
async def browser(_browser: Browser) -> AsyncIterator[Browser]:
    """One browser for all tests of a process; what a test opened in it is closed after the test."""
    yield _browser
    for context in _browser.contexts:
        await context.close()


@pytest.fixture
async def desktop() -> AsyncIterator[Browser]:
    """A browser as people have one, for what `browser` may lack."""
    async with launch() as launched:
        yield launched
