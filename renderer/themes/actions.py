"""What a button leads to. An action that leads nowhere is left out, so no page shows a dead button."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from renderer.themes.blog.places import post_address
from renderer.themes.contract.content import Action, Item, SectionContent, Target
from renderer.themes.facts import Reach
from renderer.themes.repair import Repairs
from renderer.themes.text.links import safe_link
from renderer.themes.text.typography import heading, shorten
from renderer.themes.views import ItemView, Link, SectionView

Holder = TypeVar("Holder", ItemView, SectionView)

_KINDS = {
    "wa": "whatsapp", "whatsapp": "whatsapp", "phone": "phone", "call": "phone", "tel": "phone", "telephone": "phone",
    "email": "email", "mail": "email", "map": "map", "maps": "map", "route": "map", "directions": "map",
    "section": "section", "anchor": "section", "page": "page", "url": "url", "link": "url", "external": "url",
    "post": "post", "blog": "post",
}  # fmt: skip


_LABEL = 48


def placed_actions(holder: Item | SectionContent) -> list[tuple[str, Action]]:
    """Its actions with their places below it: the list, and the one that may stand alone."""
    listed = [(f"actions/{index}", action) for index, action in enumerate(holder.actions)]
    return [*listed, ("action", holder.action)] if holder.action else listed


def alive_in(href: str, path: str, there: Collection[str]) -> bool:
    """Whether an address on the page `path` leads somewhere; `there` holds `/tentang#cerita` of every section."""
    return not href.startswith("#") or path + href in there


def keep_links(section: SectionView, wanted: Callable[[str], bool]) -> SectionView:
    """The section without the buttons whose address is not wanted, its items' too; the same one if all are."""

    def keep(one: Holder) -> Holder:
        actions = tuple(to for to in one.actions if wanted(to.href))
        return one if len(actions) == len(one.actions) else replace(one, actions=actions)

    def keep_all(items: tuple[ItemView, ...]) -> tuple[ItemView, ...]:
        kept = tuple(keep(item) for item in items)
        return items if all(new is old for new, old in zip(kept, items, strict=True)) else kept

    items = keep_all(section.items)
    groups = tuple(
        group if (kept := keep_all(group.items)) is group.items else replace(group, items=kept)
        for group in section.groups
    )
    if items is not section.items or any(new is not old for new, old in zip(groups, section.groups, strict=True)):
        section = replace(section, items=items, groups=groups)
    return keep(section)


class Linker:
    """Turns targets into addresses for one page; `paths` (what a page may be called → its address) and `sections` say
    what exists."""

    def __init__(
        self,
        reach: Reach,
        path: str,
        paths: Mapping[str, str],
        sections: Callable[[str], str | None],
        repairs: Repairs,
        page_name: str | None = None,
    ) -> None:
        self._reach = reach
        self._path = path
        self._page_name = page_name
        self._paths = paths
        self._sections = sections
        self._repairs = repairs

    def links(
        self, actions: Sequence[tuple[str, Action]], names: dict[str, str], under: str, most: int = 3
    ) -> tuple[Link, ...]:
        """The links of actions, each with its place below `under`; a dead one is left out and reported."""
        found: list[Link] = []
        for place, action in actions:
            link = self.link(action, names)
            if link is None:
                self._repairs.add(f"{under}/{place}", "leads nowhere, or has no label; left out")
            elif len(found) == most:
                self._repairs.add(f"{under}/{place}", f"more than {most} buttons; left out")
            else:
                found.append(link)
                if action.label and len(action.label) > _LABEL:
                    self._repairs.add(f"{under}/{place}/label", f"longer than {_LABEL} characters; cut")
        return tuple(found)

    def link(self, action: Action | None, names: dict[str, str]) -> Link | None:
        """`names` maps ids of the section's items to what a person calls them."""
        if action is None or action.to is None:
            return None
        kind = self._kind(action.to)
        href = self._href(kind, action.to, names)
        label = action.label or self._label(kind)
        if href is None or not label:
            return None
        return Link(heading(shorten(label, _LABEL)), href, kind)

    def _kind(self, to: Target) -> str:
        if to.kind:
            return _KINDS.get(to.kind.casefold(), "")
        if to.path:
            return "page"
        if to.section:
            return "section"
        return "url"

    def _label(self, kind: str) -> str | None:
        words = self._reach.words
        key = {"whatsapp": "book", "phone": "call", "email": "email", "map": "route_long", "post": "read"}.get(kind)
        return words[key] if key else None

    def _href(self, kind: str, to: Target, names: dict[str, str]) -> str | None:
        reach = self._reach
        if kind == "whatsapp":
            return reach.whatsapp_link(names.get(to.item or "", to.item), to.text, self._page_name)
        if kind == "phone":
            return reach.phone.tel if reach.phone else None
        if kind == "email":
            return reach.email
        if kind == "map":
            return reach.route
        if kind == "section":
            return self._sections(to.section or "")
        if kind == "page":
            return self._page(to.path or to.url or "")
        if kind == "post":
            slug = (to.slug or to.path or "").strip("/").removeprefix("blog/")
            return post_address(slug) if slug else None
        return self._url(to.url or to.path or "") if kind == "url" else None

    def _page(self, path: str) -> str | None:
        link = safe_link(path)
        if link is None or not link.startswith("/"):
            return None
        bare, mark, fragment = link.partition("#")
        bare = bare.split("?")[0].rstrip("/") or "/"
        address = self._paths.get(bare, bare if bare.startswith("/blog") else None)
        return address + mark + fragment if address else None

    def _url(self, url: str) -> str | None:
        if url.startswith("#"):
            return self._sections(url[1:])
        link = safe_link(url)
        if link is not None and link.startswith("/"):
            return self._page(link)
        return link
