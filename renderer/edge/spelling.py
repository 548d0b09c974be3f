"""Which answer a request asks for, where that can be said before it is made."""

from urllib.parse import parse_qsl

from aiohttp import web
from yarl import URL

from renderer.edge.cache import Wanted
from renderer.edge.client_address import SCHEME

# Fields that an answer may follow from. Others (campaigns, noise) change nothing, and are no part of the key.
_ASKING = frozenset({"q", "p"})
_LONGEST = 1_000
"""Characters of a target beyond which nothing is kept."""
# Below these every host answers alike.
_SITELESS = ("/_theme/", "/_edge/")


def read_wanted(request: web.BaseRequest) -> Wanted | None:
    """What is asked for; None where that is more than a host and a path, or a path spelt in one of many ways."""
    target = request.raw_path
    hosts = request.headers.getall("Host", ())
    if len(hosts) != 1 or target[:1] != "/" or len(target) > _LONGEST or target.startswith(_SITELESS):
        return None
    if "?" in target:
        target, _, query = target.partition("?")
        if not _is_noise(query):
            return None
    if "#" in request.raw_path or ("%" in target and URL(target).raw_path != target):
        return None
    return Wanted(request[SCHEME], hosts[0], target)


def _is_noise(query: str) -> bool:
    """Whether no field of a query is one that answers follow from."""
    try:
        return all(name not in _ASKING for name, _ in parse_qsl(query, keep_blank_values=True, max_num_fields=40))
    except ValueError:
        return False
