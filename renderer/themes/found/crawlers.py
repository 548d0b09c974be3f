"""robots.txt (RFC 9309) of a site."""

from renderer.themes.found.indexing import Robots

# Search engines must come in to read `noindex`, and a shared link needs its preview; both keep nothing then.
_READERS = (
    *("Googlebot", "Bingbot", "DuckDuckBot", "YandexBot", "Applebot"),
    *("facebookexternalhit", "WhatsApp", "Twitterbot", "TelegramBot", "LinkedInBot", "Slackbot", "Discordbot"),
)


_OPEN = "Allow: /\n"


def robots_txt(robots: Robots, sitemap: str) -> str:
    """Open for a site that may be indexed, but for its owner's own lines; else only for those who read and obey what
    its pages say. `sitemap` is absolute."""
    if robots.index:
        own = "".join(f"{line}\n" for line in robots.lines)
        if not own.casefold().startswith("user-agent"):
            own = f"User-agent: *\n{own or _OPEN}"
        return f"{own}\nSitemap: {sitemap}\n"
    readers = "".join(f"User-agent: {name}\n" for name in _READERS)
    return f"{readers}Allow: /\n\nUser-agent: *\nDisallow: /\n"
