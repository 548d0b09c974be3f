"""Bytes in the codings that browsers read (RFC 9110 §8.4.1, RFC 7932, RFC 8878).

Each coding has three levels: what a visitor waits for, what is made in a thread once an answer proved to be asked for
again, and what is made once of files that never change.
"""

import re
import zlib
from collections.abc import Callable
from typing import Literal, Protocol

import brotli
import zstandard

Level = Literal["quick", "better", "best"]

# An 18-section page of 41 KB: quick 0.1 to 0.8 ms; better 18 ms (br) for another 13 % off; best 50 ms for 2 % more.
_LEVELS: dict[str, dict[Level, int]] = {
    "br": {"quick": 4, "better": 10, "best": 11},
    "zstd": {"quick": 3, "better": 15, "best": 19},
    "gzip": {"quick": 6, "better": 9, "best": 9},
}
_GZIP_WINDOW = 31  # zlib's way to ask for gzip's own header
# Browsers refuse larger windows (RFC 9659 §3: 8 MB).
_ZSTD_WINDOW = 23
# What is shorter grows, or fits the same packet anyway.
SHORTEST = 256
LARGE = 200_000
"""Bytes beyond which a body is coded off the event loop; fewer are some three milliseconds."""
_TEXT = re.compile(
    r"text/|application/(json|xml|javascript|manifest\+json|[a-z.]+\+(json|xml))|image/(svg\+xml|x-icon)"
)


class StreamCoder(Protocol):
    """Codes a body piece by piece."""

    def compress(self, piece: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


def is_text(content_type: str) -> bool:
    """Whether such bytes become smaller: pictures and fonts were compressed when they were made."""
    return _TEXT.match(content_type) is not None


def encode(body: bytes, coding: str, level: Level) -> bytes:
    """`body` in a coding of `negotiation.CODINGS`. Lets other threads run meanwhile."""
    number = _LEVELS[coding][level]
    if coding == "br":
        coded: bytes = brotli.compress(body, quality=number)
        return coded
    if coding == "zstd":
        return zstandard.ZstdCompressor(compression_params=_zstd(number, len(body))).compress(body)
    return zlib.compress(body, number, _GZIP_WINDOW)


def decode(body: bytes, coding: str) -> bytes:
    """What `encode` was given: of our own bytes alone, whose size nothing bounds here."""
    if coding == "br":
        plain: bytes = brotli.decompress(body)
        return plain
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompress(body)
    return zlib.decompress(body, _GZIP_WINDOW)


def tag(etag: str, coding: str, level: Level) -> str:
    """The entity tag of one coding: other bytes, so another strong tag (RFC 9110 §8.8.3.3)."""
    return f'{etag[:-1]}-{coding}{_LEVELS[coding][level]}"' if coding in _LEVELS else etag


_VARIANT = re.compile(rf'-({"|".join(_LEVELS)})[0-9]{{1,2}}"$')


def untagged(etag: str) -> str:
    """The tag of the bytes as they are, whatever coding `etag` names."""
    return _VARIANT.sub('"', etag)


def stream(coding: str) -> StreamCoder:
    """For a body that is sent as it is made."""
    return _STREAMS.get(coding, _Plain)()


def _zstd(level: int, size: int = 0) -> zstandard.ZstdCompressionParameters:
    found = zstandard.ZstdCompressionParameters.from_level(level, source_size=size)
    if found.window_log <= _ZSTD_WINDOW:
        return found
    return zstandard.ZstdCompressionParameters.from_level(level, source_size=size, window_log=_ZSTD_WINDOW)


class _Plain:
    def compress(self, piece: bytes) -> bytes:
        return piece

    def finish(self) -> bytes:
        return b""


class _BrotliStream:
    def __init__(self) -> None:
        self._coder = brotli.Compressor(quality=_LEVELS["br"]["quick"])

    def compress(self, piece: bytes) -> bytes:
        coded: bytes = self._coder.process(piece)
        return coded

    def finish(self) -> bytes:
        coded: bytes = self._coder.finish()
        return coded


class _ZstdStream:
    def __init__(self) -> None:
        level = _LEVELS["zstd"]["quick"]
        self._coder = zstandard.ZstdCompressor(compression_params=_zstd(level)).compressobj()

    def compress(self, piece: bytes) -> bytes:
        return self._coder.compress(piece)

    def finish(self) -> bytes:
        return self._coder.flush()


class _GzipStream:
    def __init__(self) -> None:
        self._coder = zlib.compressobj(_LEVELS["gzip"]["quick"], zlib.DEFLATED, _GZIP_WINDOW)

    def compress(self, piece: bytes) -> bytes:
        return self._coder.compress(piece)

    def finish(self) -> bytes:
        return self._coder.flush()


_STREAMS: dict[str, Callable[[], StreamCoder]] = {"br": _BrotliStream, "zstd": _ZstdStream, "gzip": _GzipStream}
