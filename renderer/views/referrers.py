"""Where visitors come from, by the host that a referrer names: search engines, networks, assistants, spammers.

The lists are Ghost's and Matomo's (data/referrers); what they leave out or take otherwise is decided here, by review.
"""

import json
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from renderer.settings import ROOT

FOLDER = ROOT / "data" / "referrers"
MOST_NAME = 100

CHANNELS = ("direct", "search", "social", "referral", "campaign", "ai")
"""Every channel a view can have come by."""

# The lists' words for ours. Mail and advertisements without tags are referrals with a name.
_MEDIUMS = {"search": "search", "social": "social", "ai": "ai"}

# A host holds for all below it.
_ASSISTANTS = {
    "ChatGPT": ("chatgpt.com", "chat.openai.com"),
    "Claude": ("claude.ai",),
    "Copilot": ("copilot.microsoft.com",),
    "DeepSeek": ("chat.deepseek.com",),
    "Gemini": ("gemini.google.com", "bard.google.com"),
    "Grok": ("grok.com",),
    "Kimi": ("kimi.com", "kimi.moonshot.cn"),
    "Le Chat": ("chat.mistral.ai",),
    "Meta AI": ("meta.ai",),
    "NotebookLM": ("notebooklm.google.com",),
    "Perplexity": ("perplexity.ai",),
    "Poe": ("poe.com",),
    "Qwen": ("chat.qwen.ai",),
    "You.com": ("you.com",),
}
_NETWORKS = {
    "Discord": ("discord.com", "discord.gg"),
    "LINE": ("line.me",),
    "Lemon8": ("lemon8-app.com",),
    "Linktree": ("linktr.ee",),
    "Messenger": ("messenger.com", "m.me"),
    "Pinterest": ("pin.it",),
    "Snapchat": ("snapchat.com",),
    "Telegram": ("t.me", "telegram.me", "telegram.org"),
    "Threads": ("threads.net", "threads.com"),
    "TikTok": ("tiktok.com",),
    "WhatsApp": ("wa.me", "whatsapp.com"),
}
_ENGINES = {
    "Brave": ("search.brave.com",),
    "Kagi": ("kagi.com",),
    "Mojeek": ("mojeek.com",),
    "Qwant": ("qwant.com",),
    "Startpage": ("startpage.com",),
}


class Source(NamedTuple):
    """A row of referrer_sources."""

    host: str
    channel: str
    name: str
    below: bool


@cache
def sources() -> tuple[Source, ...]:
    """Every listed host, once: ours stand before Ghost's, those before Matomo's. Raises OSError or ValueError where a
    file is damaged."""
    found: dict[str, Source] = {}
    for channel, listed in (("ai", _ASSISTANTS), ("social", _NETWORKS), ("search", _ENGINES)):
        for name, hosts in listed.items():
            found.update((host, Source(host, channel, name, channel != "search")) for host in hosts)
    names = {row.name.casefold(): row.name for row in found.values()}
    for file in ("referrers.json", "matomo.json"):
        for host, entry in json.loads((FOLDER / file).read_text("utf-8")).items():
            # With a path it is a page of a host that is listed too; without a dot it is an app.
            if "/" not in host and "." in host:
                channel = _MEDIUMS.get(entry["medium"], "referral")
                # One name is spelled one way, else it has two lines in a list.
                name = names.setdefault(entry["source"].casefold(), entry["source"])[:MOST_NAME]
                # A network's other hosts are its own; below a search engine stand mail, maps and pages of anybody.
                row = Source(host.lower(), channel, name, channel in ("social", "ai"))
                found.setdefault(row.host, row)
    return tuple(found[host] for host in sorted(found))


@cache
def _spammers() -> frozenset[str]:
    lines = (line for file in ("spam.txt", "spammers.txt") for line in (FOLDER / file).read_text("utf-8").split())
    return frozenset(line.lower() for line in lines)


@lru_cache(4096)
def is_spam(referrer: str) -> bool:
    """Whether an address names a host that is listed as a spammer's, or one below it. `referrer` is storable."""
    try:
        host = (urlsplit(referrer).hostname or "").rstrip(".")
    except ValueError:
        return False
    labels = host.split(".")
    return any(".".join(labels[first:]) in _spammers() for first in range(max(0, len(labels) - 8), len(labels)))
