"""Which user agents are programs and not people, and what kind of program.

The list is crawler-user-agents (data/bots, MIT). What it leaves out or takes too far is decided here, by review, and
tests/test_views_agents.py holds both: all of the list's samples are bots, no browser of a person is one.
"""

import json
from functools import cache

import ua_parser_rs

from renderer.settings import ROOT

LIST = ROOT / "data" / "bots" / "crawler-user-agents.json"

# The list's patterns that we read more narrowly, and why.
REVISED = {
    # The unfurlers send the bare name; in a browser's agent it is the app in which a person reads.
    "WhatsApp": "^WhatsApp",
    "Viber": "^Viber",
    # Android's HTTP library: alone it is a program, behind a browser's name it is an app that shows a page.
    "okhttp": "^okhttp",
    # Of these too the service sends its name first, and an app in which a person reads sends a browser's before it.
    "Feedly": "^Feedly",
    r"Notion\/": "^Notion/",
    r"Overcast\/": "^Overcast/",
    r"PayPal\/": "^PayPal/",
    r"Tumblr\/": "^Tumblr/",
    # A search engine's name is its browser's too.
    "Sogou": r"Sogou\b.*[Ss]pider",
    # Ends of other names: telephones (HTC Butterfly), screens (ViewSonic), an app (WIRED), every thousandth Opera Mini.
    "Butterfly": "compatible; Butterfly/",
    "Sonic": r"\bSonic/|RankSonic",
    r"RED\/": r"\bRED/",
    r"008\/": r"\b008/",
}

# Programs that the list does not know, by what such names have in common (Rust regex syntax: no look-around).
OURS = (
    # CUBOT makes telephones.
    (r"(?i)(?:^|[^u])bots?(?:[-/;:,)_. ]|$)", "crawler"),
    (r"(?i)(?:crawl(?:er|ing)?|spider|scrap(?:er|y)|fetcher|validator|checker)(?:[-/;:,)_. ]|$)", "crawler"),
    # Browsers have no address of their own.
    (r"\+?https?://", "crawler"),
    (
        r"(?i)^(?:curl|wget|httpie|python|java|go-http|ruby|perl|php|node|libwww|apache-httpclient|lua|dart|postman|reqwest)",
        "http-library",
    ),
    # An app on Apple's systems that fetches by itself: where it shows a page, a browser's agent is sent.
    (r" CFNetwork/", "http-library"),
    # What loads servers or downloads: behind a browser's name, or taken for a browser.
    (r"(?i)\b(?:siege|nikto|aria2|wget2?|httrack|offline explorer|teleport|webzip)\b", "http-library"),
    (r"(?i)headless|phantomjs|selenium|puppeteer|playwright|webdriver", "browser-automation"),
)

# Longer than any browser's; the rest is not looked at.
MOST_CHARACTERS = 512


@cache
def _matcher() -> ua_parser_rs.UserAgentExtractor:
    # ua-parser's engine looks for all patterns at once and in linear time: 2 µs where `re` takes a millisecond.
    entries = json.loads(LIST.read_text("utf-8"))
    listed = [(REVISED.get(one["pattern"], one["pattern"]), one["tags"][0]) for one in entries]
    return ua_parser_rs.UserAgentExtractor(
        [(pattern, kind, None, None, None, None) for pattern, kind in (*listed, *OURS)]
    )


def bot_kind(user_agent: str) -> str | None:
    """What kind of program this is (the list's first tag, such as `search-engine` or `seo`), or None for a person.

    `user_agent` is text that can be encoded (storable.py).
    Every browser names itself: who sends nothing is a program too, of the kind `unnamed`.
    """
    agent = user_agent[:MOST_CHARACTERS].strip()
    if not agent or agent == "-":
        return "unnamed"
    found = _matcher().extract(agent)
    return None if found is None else found.family
