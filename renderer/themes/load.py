"""Reading theme folders once, at start-up, into frozen values: after that no theme touches a disk.

A theme is a plain folder without Python: `theme.toml` (with an API version), `templates/`, `static/`. What the folder
may contain is checked here, so that a broken theme stops the start with a sentence instead of a visitor's page.
"""

import re
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jinja2
from pydantic import ValidationError

from renderer.themes.codes import OURS, Compiled
from renderer.themes.drawn import Asset
from renderer.themes.environment import ThemeTemplate, compile_templates
from renderer.themes.manifest import Manifest
from renderer.themes.minify import minify_css, split_print
from renderer.themes.scripts import MARKS, Script, make_script
from renderer.themes.source import SiteSource

SHARED = "shared"
"""The folder beside the themes whose templates, style sheets and script every theme inherits, file by file: a file of
the theme's own with the same name takes its place."""
OWN = (
    "header.html", "footer.html", "frame.html", "error.html", "post.html", "posts.html", "sections/hero.html",
    "sections/services.html", "sections/menu.html", "sections/products.html", "sections/gallery.html",
    "sections/latest-posts.html",
)  # fmt: skip
"""What makes a theme one: never inherited."""
API_VERSION = 1
"""What `api` in a theme.toml must say; raised when a change here breaks themes written before."""

_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
}
_PLACED = re.compile(r"url\(\s*[\"']?(?P<file>[A-Za-z0-9_./-]+)[\"']?\s*\)")


class ThemeError(Exception):
    """A theme folder that cannot be used; the message names the file and the reason."""


@dataclass(frozen=True)
class Theme:
    """One loaded theme. `templates` are compiled; `css_path` is the path of its style sheet among the assets.

    What only a blog's pages, only forms or only paper need is a sheet of its own, which nothing else waits for.
    """

    manifest: Manifest
    templates: Mapping[str, ThemeTemplate]
    assets: Mapping[str, Asset]
    css_path: str
    print_css_path: str
    blog_css_path: str
    forms_css_path: str
    files: Mapping[str, str]
    """File name below static/ → path among the assets."""
    scripts: Mapping[str, Script]
    """Those of `static/inline/`, by name."""

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def css(self) -> str:
        """All that its sheets say."""
        paths = (self.css_path, self.print_css_path, self.blog_css_path, self.forms_css_path)
        screen, paper, blog, forms = (self.assets[path].body.decode() for path in paths)
        return f"{screen}@media print{{{paper}}}{blog}{forms}"

    def template_row(self) -> dict[str, Any]:
        """The columns of this theme's row in `templates`; JSON columns are plain Python values."""
        return self.manifest.row()


class Themes:
    """All themes by id; the first of `default` or alphabetical order stands in for an unknown id."""

    def __init__(self, themes: Mapping[str, Theme], default: str) -> None:
        self._themes = MappingProxyType(dict(themes))
        self._default = self._themes[default]
        self.assets: Mapping[str, Asset] = MappingProxyType(
            {path: asset for theme in themes.values() for path, asset in theme.assets.items()}
        )

    def allowed(self, source: SiteSource) -> tuple[Theme, str | None]:
        """The theme that a site is drawn with, and why that is not the one it names."""
        theme = self.get(source.template_id)
        if source.template_id not in self:
            return theme, f"no such theme; drawn with {theme.id}"
        lack = theme.manifest.lacks(source.tier, source.owner)
        if lack is None:
            return theme, None
        base = self.get(theme.manifest.base)
        return base, f"{lack}; drawn with {base.id}"

    def get(self, template_id: str | None) -> Theme:
        return self._themes.get(template_id or "", self._default)

    def __contains__(self, template_id: object) -> bool:
        return template_id in self._themes

    def __iter__(self) -> Iterator[Theme]:
        return iter(self._themes.values())

    def __len__(self) -> int:
        return len(self._themes)


def load_themes(root: Path, default: str = "pilar") -> Themes:
    """Load every `<root>/<id>/theme.toml`; raises ThemeError when one is unusable or none is there."""
    compiled, is_ours = Compiled(), root.resolve() == OURS
    if is_ours:
        compiled.read()
    themes = {folder.parent.name: load_theme(folder.parent, compiled) for folder in sorted(root.glob("*/theme.toml"))}
    if is_ours:
        compiled.write()
    if not themes:
        raise ThemeError(f"{root}: no theme found (looked for */theme.toml)")
    for theme in themes.values():
        _check_base(root / theme.id / "theme.toml", theme.manifest, themes)
    return Themes(themes, default if default in themes else next(iter(themes)))


def load_theme(folder: Path, compiled: Compiled | None = None) -> Theme:
    """Read one theme, with what it inherits from the shared folder beside it; raises ThemeError. `compiled` is what
    other themes have of that."""
    shared = folder.parent / SHARED
    manifest = _manifest(folder / "theme.toml")
    if manifest.id != folder.name:
        raise ThemeError(f"{folder / 'theme.toml'}: id is {manifest.id!r}, the folder is called {folder.name!r}")
    assets: dict[str, Asset] = {}
    files: dict[str, str] = {}
    static = folder / "static"
    for path in sorted(static.rglob("*")):
        if path.suffix in _CONTENT_TYPES and path.suffix != ".css":
            name = path.relative_to(static).as_posix()
            files[name] = _add(assets, manifest.id, path.read_bytes(), path.suffix)
    screen, paper = split_print(_style_sheet((shared / "static" / "css", static / "css"), files))
    css_path, print_css_path = (_add(assets, manifest.id, css.encode(), ".css") for css in (screen, paper))
    blog_css_path, forms_css_path = (
        _add(
            assets,
            manifest.id,
            _style_sheet((shared / "static" / "css" / room, static / "css" / room), files).encode(),
            ".css",
        )
        for room in ("blog", "forms")
    )
    for pairing in manifest.pairings.values():
        for file in pairing.preload:
            if file not in files:
                raise ThemeError(f"{folder / 'theme.toml'}: pairing preloads {file!r}, which is not below {static}")
        for face in filter(None, (pairing.heading_file, pairing.body_file)):
            if face not in pairing.preload:
                raise ThemeError(f"{folder / 'theme.toml'}: pairing names {face!r}, which it does not preload")
    try:
        templates = compile_templates(shared / "templates", folder / "templates", shared=compiled)
    except jinja2.TemplateSyntaxError as error:
        raise ThemeError(f"{folder / 'templates' / (error.name or '')}:{error.lineno}: {error.message}") from error
    except OSError as error:
        raise ThemeError(f"{folder / 'templates'}: {error}") from error
    for name in OWN:
        if not (folder / "templates" / name).is_file():
            raise ThemeError(f"{folder / 'templates' / name}: missing")
    return Theme(
        manifest=manifest,
        templates=MappingProxyType(templates),
        assets=MappingProxyType(assets),
        css_path=css_path,
        print_css_path=print_css_path,
        blog_css_path=blog_css_path,
        forms_css_path=forms_css_path,
        files=MappingProxyType(files),
        scripts=MappingProxyType(_scripts(shared / "static" / "inline", static / "inline")),
    )


def _check_base(path: Path, manifest: Manifest, themes: Mapping[str, Theme]) -> None:
    if manifest.base is None and not manifest.is_open:
        raise ThemeError(f"{path}: base is missing: the theme that stands in where a site may not have this one")
    if manifest.base is not None and manifest.base not in themes:
        raise ThemeError(f"{path}: base is {manifest.base!r}, which is no theme here")
    if manifest.base is not None and not themes[manifest.base].manifest.is_open:
        raise ThemeError(f"{path}: base is {manifest.base!r}, which is not free for everybody")


def _scripts(*folders: Path) -> dict[str, Script]:
    """By name; a later folder's file stands in for an earlier one's."""
    scripts: dict[str, Script] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.js"))):
        if path.stem not in MARKS:
            raise ThemeError(f"{path}: no page would have it; scripts are called {', '.join(MARKS)}")
        try:
            scripts[path.stem] = make_script(path.read_text("utf-8"))
        except ValueError as error:
            raise ThemeError(f"{path}: {error}") from error
    return scripts


def _manifest(path: Path) -> Manifest:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ThemeError(f"{path}: {error}") from error
    if raw.get("api") != API_VERSION:
        raise ThemeError(f"{path}: api is {raw.get('api')!r}, this program reads {API_VERSION}")
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise ThemeError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _style_sheet(folders: tuple[Path, Path], files: Mapping[str, str]) -> str:
    """The sheets of the shared folder and the theme's own, in the order of their names."""
    own = folders[1]
    sheets = {path.name: path for folder in folders for path in folder.glob("*.css")}
    if not sheets:
        raise ThemeError(f"{own}: no style sheet")

    def place(match: re.Match[str]) -> str:
        file = match["file"]
        if file not in files:
            raise ThemeError(f"{own}: url({file}) is not below static/")
        return f"url({files[file]})"

    css = "".join(minify_css(sheets[name].read_text("utf-8")) for name in sorted(sheets))
    return _PLACED.sub(place, css)


def _add(assets: dict[str, Asset], theme_id: str, body: bytes, suffix: str) -> str:
    digest = urlsafe_b64encode(sha256(body).digest())[:16].decode().replace("-", "0").replace("_", "1")
    path = f"/_theme/{theme_id}/{digest}{suffix}"
    assets[path] = Asset(body, _CONTENT_TYPES[suffix])
    return path
