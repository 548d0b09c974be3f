"""What templates were compiled to, kept beside the program's own compiled modules: reading it takes a twentieth of
compiling.

Only of the themes that the program comes with, and never in a folder of themes: whoever may add a theme may not thereby
add Python.
"""

import contextlib
import marshal
import sys
from hashlib import sha256
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType
from uuid import uuid4

import jinja2

from renderer.themes import compiled, environment, meter

OURS = Path(__file__).parents[2] / "themes"
_FILE = Path(cache_from_source(str(Path(__file__).with_name("templates.py")))).with_suffix(".code")
_DIGEST = 32  # bytes of a SHA-256


class Compiled(jinja2.BytecodeCache):
    """Code of files that several themes share, compiled once: it is the same for all, what it works on is not."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        name = bucket.key, bucket.checksum
        bucket.code = self._codes.get(name) or self._known.get(name)
        if bucket.code is not None:
            self._codes[name] = bucket.code

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code

    def read(self, file: Path = _FILE) -> None:
        """What an earlier process compiled, if this one would compile it to the same."""
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            written = file.read_bytes()
            if written[:_DIGEST] == _digest(written[_DIGEST:]):
                self._known = marshal.loads(written[_DIGEST:])  # noqa: S302 our own, as modules are

    def write(self, file: Path = _FILE) -> None:
        """For the next process, where there is something new, and we may: as Python does with modules."""
        if self._codes == self._known or sys.dont_write_bytecode:
            return
        unfinished = file.with_name(f".{uuid4().hex}")
        with contextlib.suppress(OSError):
            body = marshal.dumps(self._codes)
            try:
                file.parent.mkdir(exist_ok=True)
                unfinished.write_bytes(_digest(body) + body)
                unfinished.replace(file)
            finally:
                unfinished.unlink(missing_ok=True)


def _digest(body: bytes) -> bytes:
    """Of the code, and of all that it follows from beside the templates."""
    made = sha256(MAGIC_NUMBER + jinja2.__version__.encode())
    for module in (compiled, meter, environment):
        made.update(Path(str(module.__file__)).read_bytes())
    made.update(body)
    return made.digest()
