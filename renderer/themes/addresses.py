"""Where a site's pages stand, in each of its languages, and which old paths lead to them."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from renderer.themes.contract.components import Redirect
from renderer.themes.contract.content import Translation
from renderer.themes.contract.lenient import read_model
from renderer.themes.plan import is_reserved, page_path
from renderer.themes.repair import Repairs, pointer
from renderer.themes.text.links import own_path

_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?$")
MOST_LANGUAGES = 8
_MOST_REDIRECTS = 1_000


def language_tag(text: str | None) -> str | None:
    """A well-formed language tag (RFC 5646: language, script, region) in its usual letters, or None."""
    if not text or not _LANGUAGE.match(text):
        return None
    language, *rest = text.split("-")
    return "-".join([language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


@dataclass(frozen=True, slots=True)
class Spoken:
    """A translation with its language and its place in the row."""

    code: str
    under: str
    given: Translation


@dataclass(frozen=True, slots=True)
class Addresses:
    """`of[language][path]` is where a page stands in a language; `leads` maps further spellings to a page's address,
    `moved` addresses that pages had before to where they stand."""

    of: Mapping[str, Mapping[str, str]]
    leads: Mapping[str, str]
    moved: Mapping[str, str] = field(default_factory=dict)

    def known_to(self, language: str) -> dict[str, str]:
        """Everything a writer may call a page → its address; names that languages share mean this one's."""
        here = self.of[language]
        return {
            **{old: here.get(path, path) for old, path in self.moved.items()},
            **self.leads,
            **{address: address for own in self.of.values() for address in own.values()},
            **here,
        }

    def with_moved(self, redirects: Mapping[str, str]) -> "Addresses":
        """Links to an old address of a page are drawn to where it stands, without a redirect between."""
        there = {address for own in self.of.values() for address in own.values()}
        moved = {old: target for old, target in redirects.items() if target in there and old not in self.leads}
        return replace(self, moved=MappingProxyType(moved))


def settle_addresses(
    paths: Sequence[str],
    language: str,
    translations: Sequence[Spoken],
    named: Mapping[tuple[str, str], str],
    repairs: Repairs,
) -> Addresses:
    """The site's own language keeps its paths; another has `as`, or its code in front: `/about`, `/en/tentang`.

    `named` has what this program itself calls a page in a language, by path and language. An address that differs from
    another by the case of its letters alone is taken, since either is to be found by the other's spelling.
    """
    of: dict[str, dict[str, str]] = {language: {path: path for path in paths}}
    taken = set(map(redirect_key, paths))
    leads: dict[str, str] = {}
    for spoken in translations:
        code = spoken.code
        wanted = {page_path(page.path): (index, page) for index, page in enumerate(spoken.given.pages) if page.as_}
        own: dict[str, str] = {}
        for path in paths:
            prefixed = f"/{code}" if path == "/" else f"/{code}{path}"
            given = page_path(wanted[path][1].as_) if path in wanted else named.get((path, code))
            if path in wanted and (given is None or given == "/" or redirect_key(given) in taken):
                repairs.add(f"{spoken.under}/pages/{wanted[path][0]}/as_", "no free path; left out")
            address = _free((given, prefixed, f"/lang-{code}{path}".rstrip("/")), taken)
            own[path] = address
            taken.add(redirect_key(address))
            if address == given:
                leads.setdefault(prefixed, address)
                leads.setdefault(f"/{code}{given}", address)
        of[code] = own
    return Addresses(
        MappingProxyType({code: MappingProxyType(own) for code, own in of.items()}),
        MappingProxyType({path: address for path, address in leads.items() if redirect_key(path) not in taken}),
    )


def _free(wished: Sequence[str | None], taken: Collection[str]) -> str:
    """The first that is free; where the site's own pages stand at all of them, the last with a number."""
    numbered = (f"{wished[-1]}-{number}" for number in count(2))
    return next(one for one in chain(wished, numbered) if one and one != "/" and redirect_key(one) not in taken)


def read_redirects(raw: Any, taken: Iterable[str], leads: Mapping[str, str], repairs: Repairs) -> Mapping[str, str]:
    """Old path → new address, each one hop; `taken` are the paths where pages stand, which nothing may hide.

    Both ends are paths of the same site. A chain is followed to its end; a loop leads nowhere and is left out. Paths
    are matched whatever the case of their letters, so keys are case-folded.
    """
    stated: dict[str, tuple[str, str]] = {}
    pages = {redirect_key(path) for path in taken}
    for where, entry in _entries(raw, repairs):
        source, target = _source(entry.from_), _target(entry.to)
        if source is None:
            repairs.add(where, "not a path that may be redirected; left out")
        elif target is None:
            repairs.add(where, "does not lead to a path of the same site; left out")
        elif source in pages:
            repairs.add(where, "a page stands at this path; left out")
        elif source in stated:
            repairs.add(where, "redirected twice; the first counts")
        else:
            stated[source] = (target, where)
    ends = _ends({source: target for source, (target, _) in stated.items()})
    found = {redirect_key(path): address for path, address in leads.items()}
    for source, (_, where) in stated.items():
        end = ends[source]
        if end is None:
            repairs.add(where, "leads back to itself; left out")
        else:
            found[source] = end
    return MappingProxyType(found)


def _ends(steps: Mapping[str, str]) -> dict[str, str | None]:
    """Where each path's chain ends, None for those that lead into a loop; every step is taken once."""
    ends: dict[str, str | None] = {}
    for source in steps:
        passed: dict[str, None] = {}
        step, end = source, None
        while step in steps and step not in ends and step not in passed:
            passed[step] = None
            end = steps[step]
            step = _bare(end)
        if step in passed:
            end = None
        elif step in ends:
            end = ends[step]
        ends |= dict.fromkeys(passed, end)
    return ends


def _entries(raw: Any, repairs: Repairs) -> Iterable[tuple[str, Redirect]]:
    under = "/config/redirects"
    if isinstance(raw, Mapping):
        pairs = [(pointer(key, under=under), {"from": key, **_as_target(to)}) for key, to in raw.items()]
    elif isinstance(raw, list):
        pairs = [(pointer(index, under=under), entry) for index, entry in enumerate(raw)]
    else:
        if raw is not None:
            repairs.add(under, "expected an object of paths")
        return
    if len(pairs) > _MOST_REDIRECTS:
        repairs.add(under, f"more than {_MOST_REDIRECTS} redirects; the rest is left out")
    for where, entry in pairs[:_MOST_REDIRECTS]:
        yield where, read_model(Redirect, entry, where, repairs)


def _as_target(to: Any) -> dict[str, Any]:
    return to if isinstance(to, dict) else {"to": to}


def _source(text: str | None) -> str | None:
    path = own_path(text, "")
    if path is None or "?" in path or "#" in path:
        return None
    path = redirect_key(path)
    return None if path == "/" or is_reserved(path) or "//" in path else path


def _target(text: str | None) -> str | None:
    return own_path(text, "")


def _bare(target: str) -> str:
    return redirect_key(target.partition("#")[0].partition("?")[0])


def redirect_key(path: str) -> str:
    """What two spellings of one path have in common: percent-encoding, letter case and a last slash do not count."""
    return "/" + unquote(path).strip("/").casefold()
