"""What a service says is in a bucket, a page at a time (ListObjectsV2 of Amazon's API)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote
from xml.etree import ElementTree

from renderer.objects.store import Item


@dataclass(frozen=True, slots=True)
class Listed:
    """Items by their whole names. `token` asks for the next page; "": this is the last."""

    items: list[Item]
    token: str


def read_listing(body: bytes) -> Listed:
    """Raises ValueError for whatever is no listing."""
    text = body.decode()
    if "<!" in text:
        # No service declares anything, and what is declared could be entities.
        raise ValueError("declarations in a listing")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - declares nothing, and its length is bounded
    except ElementTree.ParseError as fault:
        raise ValueError("no XML") from fault
    if root.tag.rpartition("}")[2] != "ListBucketResult":
        raise ValueError("no listing")
    more = root.findtext("{*}IsTruncated", "") == "true"
    token = root.findtext("{*}NextContinuationToken", "") if more else ""
    if more and not token:
        raise ValueError("more is there, and no way to it")
    return Listed([_item(one) for one in root.iterfind("{*}Contents")], token)


def _item(one: ElementTree.Element) -> Item:
    # Asked for with encoding-type=url, as names may hold what XML cannot.
    key, size, changed = (one.findtext(f"{{*}}{name}", "") for name in ("Key", "Size", "LastModified"))
    return Item(unquote(key), int(size), datetime.fromisoformat(changed).timestamp())
