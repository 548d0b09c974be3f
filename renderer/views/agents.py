"""What a user agent tells: browser, system, kind of device, or that nobody sits in front of it."""

from dataclasses import dataclass, field
from functools import cache, lru_cache

import ua_parser_rs
from ua_parser import Domain
from ua_parser.loaders import load_lazy_builtins
from ua_parser.regex import Resolver

from renderer.views.bots import MOST_CHARACTERS, bot_kind
from renderer.views.rows import texts
from renderer.views.storable import storable

# As many different agents as a day of a large installation has; beyond it the least recent are read again.
MOST_AGENTS = 8192

# The first that fits. Televisions count as desktops; Android without "Mobile" is a tablet.
_DEVICES = (
    (r"TV\b|BRAVIA|CrKey|\bAFT[A-Z]", "desktop"),
    (r"iPad|Tablet|PlayBook|Silk/|Kindle", "tablet"),
    (r"Mobi|iPhone|iPod|Windows Phone|BlackBerry|BB10|Opera Mini|MIDP|Symb|UCWEB|KAIOS|Nokia|NOKIA|WAP", "mobile"),
    (r"Android", "tablet"),
    # Browsers that the lists of browsers leave out.
    (r"\bw3m/|^edbrowse/", "desktop"),
)


@dataclass(frozen=True, slots=True)
class Agent:
    """`bot` is the kind of program (bots.bot_kind), or None for a person's browser."""

    bot: str | None
    browser: str | None = None
    os: str | None = None
    device: str = "desktop"  # mobile | tablet | desktop
    fields: bytes = field(init=False, repr=False, compare=False)  # of its views' rows

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", texts(self.device, self.browser, self.os))


@cache
def browsers_and_systems() -> Resolver:
    """Finds both by ua-parser's patterns."""
    # Lazy: as Python's own patterns they are not needed, and would take 0.15 s to compile.
    browsers, systems, _ = load_lazy_builtins()
    return Resolver((browsers, systems, []))


@cache
def _devices() -> ua_parser_rs.UserAgentExtractor:
    return ua_parser_rs.UserAgentExtractor([(pattern, kind, None, None, None, None) for pattern, kind in _DEVICES])


def warm_up() -> None:
    """Load the patterns now (0.06 s), rather than at the first visit: workers that are forked afterwards share them."""
    read_agent("Mozilla/5.0")


@lru_cache(MOST_AGENTS)
def read_agent(user_agent: str) -> Agent:
    """What the header User-Agent tells. Cached; one never seen before takes tens of µs. Never raises."""
    text = storable(user_agent, MOST_CHARACTERS) or ""
    kind = bot_kind(text)
    if kind is not None:
        return Agent(kind)
    kind_of_device = _devices().extract(text)
    found = browsers_and_systems()(text, Domain.USER_AGENT | Domain.OS)
    if not (found.user_agent or found.os or kind_of_device or text.startswith("Mozilla/")):
        # A name alone that no list of browsers has: what measures, watches or fetches (ApacheBench/2.3).
        return Agent("http-library")
    return Agent(
        None,
        storable(found.user_agent.family, 50) if found.user_agent else None,
        storable(found.os.family, 50) if found.os else None,
        kind_of_device.family if kind_of_device else "desktop",
    )
