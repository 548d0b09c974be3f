"""What was posted: read with bounds, whatever form it has, into names and texts that a database can store."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from renderer.edge.body import read_beginning, read_body
from renderer.edge.urlencoded import read_pairs
from renderer.forms.encodings import Reading
from renderer.forms.files import Upload
from renderer.forms.multipart import File, Raw, parse_multipart, texts_before_files

MAX_BODY = 256 * 1024
MAX_FIELDS = 200
# To send it in: a long text over a bad line.
SECONDS = 30
# With files.
SECONDS_WITH_FILES = 120

URLENCODED, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"


@dataclass(frozen=True, slots=True, repr=False)
class Posted:
    """`values` by name, as they came; `page` is where the form stood, `once` an id that its script gave to where
    it was sent from, `stamp` the day it was drawn, `proof` a solved challenge, `seconds` for how long it was open by
    its script's own word. `trapped`: a field that nobody sees was filled in. `encoding`: the one it was read in, where
    that was no faultless UTF-8."""

    values: Mapping[str, Sequence[str]]
    page: str
    once: str
    wants_json: bool
    stamp: str = ""
    proof: str = ""
    seconds: float | None = None
    trapped: bool = False
    encoding: str = ""
    uploads: Mapping[str, Sequence[Upload]] = field(default_factory=dict)


async def read_posted(request: web.BaseRequest, most: int = MAX_BODY) -> Posted:
    """The posted form, of at most so many bytes.

    Raises web.HTTPException: 400 malformed, 408 too slow, 413 too large, 415 no form.
    """
    body = await read_body(request, _PARSERS, most=most, seconds=SECONDS if most == MAX_BODY else SECONDS_WITH_FILES)
    try:
        pairs, encoding = _PARSERS[request.content_type](body, request)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    return _posted(pairs, encoding, request)


async def read_unread(request: web.BaseRequest) -> Posted:
    """What of a body that was too large came before its first file: texts that may be shown again. Never raises."""
    pairs: list[Part] = []
    if request.content_type == MULTIPART:
        beginning = await read_beginning(request)
        with suppress(ValueError):
            raw, charset = texts_before_files(beginning, request.headers.get("Content-Type", ""), MAX_FIELDS)
            pairs, _ = _texts(raw, request.charset or charset)
    return _posted(pairs, "", request)


def _posted(pairs: "list[Part]", encoding: str, request: web.BaseRequest) -> Posted:
    values: dict[str, list[str]] = {}
    uploads: dict[str, list[Upload]] = {}
    for name, value in pairs:
        if isinstance(value, Upload):
            uploads.setdefault(storable(name), []).append(Upload(storable(value.name), value.data))
            continue
        values.setdefault(storable(name), []).append(storable(value))
    own = {
        name: next(iter(values.pop(f"_{name}", [])), "") for name in ("page", "once", "stamp", "proof", "took", "extra")
    }
    return Posted(
        values,
        page=own["page"],
        once=own["once"],
        wants_json=wants_json(request),
        stamp=own["stamp"],
        proof=own["proof"],
        seconds=int(own["took"]) / 1000 if re.fullmatch("[0-9]{1,9}", own["took"]) else None,
        trapped=bool(own["extra"].strip()),
        encoding=encoding,
        uploads=uploads,
    )


def storable(text: str) -> str:
    """PostgreSQL stores no NUL, and no encoding has half a surrogate pair."""
    if text.isascii():
        return text.replace("\0", "\ufffd")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


Part = tuple[str, str | Upload]
Read = tuple[list[Part], str]
"""What was posted, and in which encoding where that is worth a mark."""


def _urlencoded(body: bytes, request: web.BaseRequest) -> Read:
    return _texts(list(read_pairs(body, MAX_FIELDS)), request.charset or "")


def _multipart(body: bytes, request: web.BaseRequest) -> Read:
    pairs, charset = parse_multipart(body, request.headers.get("Content-Type", ""), MAX_FIELDS)
    return _texts(pairs, request.charset or charset)


def _texts(pairs: Sequence[Raw], charset: str) -> Read:
    """One encoding for all. Browsers name it in a field of that name, where a page has one (HTML, "constructing the
    entry list"), which is no answer."""
    named = next((value for name, value in pairs if name == b"_charset_" and isinstance(value, bytes)), b"")
    texts = [piece for name, value in pairs for piece in (name, value.name if isinstance(value, File) else value)]
    reading = Reading(b"\n".join(texts), named.decode("ascii", "replace") or charset)
    read: list[Part] = [
        (
            reading.text(name),
            Upload(reading.text(value.name), value.data) if isinstance(value, File) else reading.text(value),
        )
        for name, value in pairs
        if name != b"_charset_"
    ]
    return read, reading.name


def _json(body: bytes, request: web.BaseRequest) -> Read:
    """An object of texts, numbers, truths, and lists of them; what is deeper is no answer to any question."""
    reading = Reading(body, request.charset or "")
    given = json.loads(reading.text(body).removeprefix("\ufeff"))
    if not isinstance(given, dict) or len(given) > MAX_FIELDS:
        raise ValueError("no object, or too many fields")
    pairs: list[Part] = []
    for name, value in given.items():
        entries = value if isinstance(value, list) else [value]
        if len(entries) > MAX_FIELDS:
            raise ValueError("too many entries")
        pairs += [(name, text) for entry in entries if (text := _text(entry)) is not None]
    return pairs, reading.name


def _text(value: Any) -> str | None:
    if value is True:
        return "1"
    if value is None or value is False:
        return None
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError("nested too deep")


def wants_json(request: web.BaseRequest) -> bool:
    """What a script asks for; browsers name text/html first."""
    first = request.headers.get("Accept", "").partition(",")[0].partition(";")[0].strip().lower()
    return request.content_type == JSON or first in (JSON, "application/problem+json")


FORMS = frozenset({URLENCODED, MULTIPART, JSON})
_PARSERS = {URLENCODED: _urlencoded, MULTIPART: _multipart, JSON: _json}
