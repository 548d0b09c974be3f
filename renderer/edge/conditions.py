"""What a client has already (RFC 9110 §13): whichever coding of an answer it was, one tag names what it says."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aiohttp import hdrs
from multidict import CIMultiDictProxy

from renderer.edge.codings import untagged

Headers = CIMultiDictProxy[str]

ANY = "*"
"""In place of a tag: the client has what is fresh, and does not say in which coding."""


def known_tag(headers: Headers, etag: str, modified: str | None) -> str | None:
    """The tag to answer 304 with, or None. `etag` is that of the bytes as they are, `modified` the Last-Modified.

    It is the client's own tag where that is of another coding than we would send: what it holds is what is fresh.
    `ANY` stands for the tag of what we would send (§15.4.5). If-Modified-Since counts only without If-None-Match
    (§13.2.2).
    """
    lines = headers.getall(hdrs.IF_NONE_MATCH, None)
    if lines is not None:
        return named_tag(lines, etag)
    since = headers.get(hdrs.IF_MODIFIED_SINCE)
    if since is None or modified is None:
        return None
    asked, changed = _moment(since), _moment(modified)
    return ANY if asked is not None and changed is not None and asked >= changed else None


def fails(headers: Headers, etag: str, modified: str | None) -> bool:
    """Whether If-Match asks for something else (§13.1.1): answer 412. If-Unmodified-Since counts only without it, and
    where there is a date."""
    lines = headers.getall(hdrs.IF_MATCH, None)
    if lines is not None:
        return named_tag(lines, etag, weak=False) is None
    since = headers.get(hdrs.IF_UNMODIFIED_SINCE)
    if since is None or modified is None:
        return False
    asked, changed = _moment(since), _moment(modified)
    return asked is not None and changed is not None and asked < changed


def named_tag(lines: Iterable[str], etag: str, *, weak: bool = True) -> str | None:
    """The tag among the lines of If-None-Match (`weak`) or If-Match (not) that names `etag` in any coding, or `ANY`."""
    for line in lines:
        if line == etag:
            return etag
        for part in line.split(","):
            tag = part.strip()
            if weak:
                tag = tag.removeprefix("W/")
            if tag == ANY:
                return ANY
            if tag == etag or untagged(tag) == etag:
                return tag
    return None


def unchanged(headers: Headers, answer: Mapping[str, str]) -> str | None:
    """`known_tag` for the headers of an answer that is not made yet."""
    return known_tag(headers, answer["ETag"], answer.get("Last-Modified"))


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
