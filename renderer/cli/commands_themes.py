"""themes sync, list, check, new and preview."""

import asyncio
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from renderer.cli.context import Config, connect_to_schema, database, load_settings, named_theme
from renderer.cli.telling import tell, tell_lines
from renderer.cli.theme_faults import faults
from renderer.cli.theme_fixture import fixture, section
from renderer.db.templates import known_templates, upsert_templates
from renderer.themes import ThemeError, Themes, draw_page, load_themes, standalone
from renderer.themes.load import SHARED

themes_app = typer.Typer(name="themes", help="Theme folders and the templates table.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(themes_app)


@themes_app.command()
def sync(config: Config = None) -> None:
    """Write each theme's row into the templates table, from its theme.toml."""
    settings = load_settings(config)
    themes = load_themes(settings.themes_dir)
    with database(settings) as access:
        changed = asyncio.run(_sync(access.migrate, themes))
    tell(f"{', '.join(changed)}: written." if changed else "Nothing to do: the templates table is current.")


@themes_app.command("list")
def list_themes(config: Config = None) -> None:
    """The themes in the themes folder: id, name, tier, variants, schemes, sections."""
    for theme in load_themes(load_settings(config).themes_dir):
        says = theme.manifest
        tell(
            f"{theme.id:<16} {theme.name:<16} {says.min_subscription_tier:<9} variants: {', '.join(says.variants)} · "
            f"schemes: {', '.join(says.schemes)} · {len(says.sections)} sections"
        )


@themes_app.command()
def check(
    config: Config = None,
    folder: Annotated[Path | None, typer.Argument(help="Folder of theme folders; default: the configured one.")] = None,
) -> None:
    """Read every theme as a start would, draw every section in every variant and count; say what is wrong, exit 1."""
    directory = folder or load_settings(config).themes_dir
    try:
        themes = load_themes(directory)
    except ThemeError as error:
        tell_lines(str(error), err=True)
        raise typer.Exit(1) from None
    found = [fault for theme in themes for fault in faults(directory, themes, theme)]
    for fault in found:
        tell_lines(fault, err=True)
    if found:
        raise typer.Exit(1)
    tell(f"{len(themes)} theme{'s' * (len(themes) != 1)} in {directory}: nothing wrong.")


@themes_app.command()
def new(
    theme_id: Annotated[str, typer.Argument(metavar="ID", help="Small letters, digits and hyphens.")],
    config: Config = None,
    source: Annotated[str, typer.Option("--from", help="The theme to begin with.")] = "pilar",
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder of theme folders; default: the configured one.")
    ] = None,
) -> None:
    """Copy a theme's folder under a new id, ready to be changed."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", theme_id) or theme_id == SHARED:
        raise typer.BadParameter("small letters, digits and hyphens, a letter first", param_hint="ID")
    themes = load_settings(config).themes_dir
    begun = named_theme(load_themes(themes), source)
    place = (to or themes) / theme_id
    if place.exists():
        raise ThemeError(f"{place}: is there already")
    shutil.copytree(themes / begun.id, place)
    if not (place.parent / SHARED).exists():
        shutil.copytree(themes / SHARED, place.parent / SHARED)
    file = place / "theme.toml"
    name = theme_id.replace("-", " ").title()
    text = re.sub(r"(?m)^id = .*$", f'id = "{theme_id}"', file.read_text("utf-8"), count=1)
    file.write_text(re.sub(r"(?m)^name = .*$", f'name = "{name}"', text, count=1), "utf-8")
    tell(f"{place} written.")


@themes_app.command()
def preview(
    theme_id: Annotated[str, typer.Argument(metavar="ID")],
    config: Config = None,
    folder: Annotated[Path | None, typer.Option("--themes", help="Folder of theme folders.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default: standard output.")] = None,
) -> None:
    """Draw one page with every section of a theme to one HTML file."""
    themes = load_themes(folder or load_settings(config).themes_dir)
    theme = named_theme(themes, theme_id)
    shown = [kind for kind in theme.manifest.default_sections if kind in theme.manifest.sections]
    site = fixture(themes, theme, [(section(kind, 5), None) for kind in shown])
    drawn = draw_page(site, "/", [], datetime.now(UTC))
    html = standalone(site, drawn) if drawn else ""
    if out is None:
        typer.echo(html, nl=False)
    else:
        out.write_text(html, "utf-8")
        tell(f"{out} written.", err=True)


async def sync_theme_rows(conn: asyncpg.Connection, themes: Themes) -> list[str]:
    """Write the templates rows of all themes; returns the ids that changed."""
    return await upsert_templates(conn, (theme.template_row() for theme in themes))


async def _sync(url: str, themes: Themes) -> list[str]:
    conn = await connect_to_schema(url)
    try:
        return await sync_theme_rows(conn, themes)
    finally:
        await conn.close()


async def missing_rows(conn: asyncpg.Connection, themes: Themes) -> list[str]:
    """Themes without a row, which no site can choose yet."""
    known = await known_templates(conn)
    return [theme.id for theme in themes if theme.id not in known]
