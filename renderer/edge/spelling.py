"""Which answer a request asks for, where that can be said before it is made."""

from functools import lru_cache
from urllib.parse import parse_qsl

from aiohttp import hdrs
from multidict import MultiMapping
from yarl import URL

from renderer.edge.cache import Wanted
from renderer.edge.targets import normalise_target

# Fields that an answer may follow from. Others (campaigns, noise) change nothing, and are no part of the key.
_ASKING = frozenset({"q", "p"})
_LONGEST = 1_000
"""Characters of a target beyond which nothing is kept."""
# Below these every host answers alike.
_SITELESS = ("/_theme/", "/_edge/")


def read_wanted(target: str, scheme: str, headers: MultiMapping[str]) -> Wanted | None:
    """What is asked for; None where that is more than a host and a path, or a path spelt in one of many ways."""
    hosts = headers.getall(hdrs.HOST, ())
    if len(hosts) != 1 or len(target) > _LONGEST:
        return None
    path = _path_of(target)
    return None if path is None else Wanted(scheme, hosts[0], path)


@lru_cache(4096)
def _path_of(target: str) -> str | None:
    """The path that an answer is kept under."""
    if target[:1] != "/" or target.startswith(_SITELESS) or "#" in target or normalise_target(target) != target:
        return None
    path, _, query = target.partition("?")
    if (query and not _is_noise(query)) or ("%" in path and URL(path).raw_path != path):
        return None
    return path


def _is_noise(query: str) -> bool:
    """Whether no field of a query is one that answers follow from."""
    try:
        return all(name not in _ASKING for name, _ in parse_qsl(query, keep_blank_values=True, max_num_fields=40))
    except ValueError:
        return False
