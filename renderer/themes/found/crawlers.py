"""robots.txt (RFC 9309) of a site."""

from renderer.themes.found.indexing import Robots

# Search engines must come in to read `noindex`, and a shared link needs its preview; both keep nothing then.
_READERS = (
    *("Googlebot", "Bingbot", "DuckDuckBot", "YandexBot", "Applebot"),
    *("facebookexternalhit", "WhatsApp", "Twitterbot", "TelegramBot", "LinkedInBot", "Slackbot", "Discordbot"),
)


def robots_txt(robots: Robots) -> str:
    """Open for a site that may be indexed; else only for those who read and obey what its pages say."""
    if robots.index:
        return "User-agent: *\nAllow: /\n"
    readers = "".join(f"User-agent: {name}\n" for name in _READERS)
    return f"{readers}Allow: /\n\nUser-agent: *\nDisallow: /\n"
