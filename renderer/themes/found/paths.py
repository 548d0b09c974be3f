"""Addresses of what the program makes for each site: below `/_site`, which no page can take."""

from renderer.themes.text.segments import segment

MANIFEST = "/_site/manifest.webmanifest"
SITEMAP = "/sitemap.xml"
LLMS = "/llms.txt"
CARDS = "/_site/og/"
ICONS = "/_site/icon/"
QRIS = "/_site/qris/"


def card_path(digest: str) -> str:
    """The name holds the hash of what the picture shows, so it may be kept for ever."""
    return f"{CARDS}{digest}.png"


def qris_path(digest: str) -> str:
    return f"{QRIS}{digest}.png"


def post_card_path(slug: str, digest: str) -> str:
    """A post's own card. What names the post has no say in what is shown: the digest must be that post's."""
    return f"{CARDS}{segment(slug)}/{digest}.png"


def icon_path(digest: str, name: str) -> str:
    """`name` is one of `sharing.ICON_NAMES`."""
    return f"{ICONS}{digest}/{name}"
