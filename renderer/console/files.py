"""The console's own style sheet and script, under names that hold their hashes."""

from hashlib import sha256
from pathlib import Path

from aiohttp import web

from renderer import respond
from renderer.console.visit import Visit

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def _load() -> tuple[dict[str, tuple[bytes, str]], dict[str, str]]:
    files, names = {}, {}
    for path in sorted(_FOLDER.iterdir()):
        body = path.read_bytes()
        name = f"{path.stem}.{sha256(body).hexdigest()[:12]}{path.suffix}"
        files[name], names[path.name] = (body, _TYPES[path.suffix]), f"/_console/{name}"
    return files, names


_FILES, _ADDRESSES = _load()


def address_of(name: str) -> str:
    """`/_console/console.1a2b3c4d5e6f.css` of `console.css`. Raises KeyError for what there is not."""
    return _ADDRESSES[name]


async def show_file(visit: Visit) -> web.StreamResponse:
    found = _FILES.get(visit.params["name"])
    if found is None:
        raise web.HTTPNotFound
    body, content_type = found
    return web.Response(
        body=body,
        headers={
            **respond.file_headers(content_type),
            "Cache-Control": respond.FOREVER,
            "Content-Type": content_type,
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
