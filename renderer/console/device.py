"""What a browser is called in the owner's list of sessions: "Chrome Mobile, Android"."""

from aiohttp import web

from renderer.views.agents import read_agent

MOST = 200


def device_of(request: web.Request) -> str:
    """Browser and system, as far as the header tells; "" where it tells nothing."""
    agent = read_agent(request.headers.get("User-Agent", ""))
    return ", ".join(filter(None, (agent.browser, agent.os)))[:MOST]
