"""themes sync, list and check."""

import asyncio
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from renderer.cli.context import Config, connect, database, load_settings
from renderer.db.templates import known_templates, upsert_templates
from renderer.themes import ThemeError, Themes, load_themes

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
    typer.echo(f"{', '.join(changed)}: written." if changed else "Nothing to do: the templates table is current.")


@themes_app.command("list")
def list_themes(config: Config = None) -> None:
    """The themes in the themes folder."""
    for theme in load_themes(load_settings(config).themes_dir):
        typer.echo(f"{theme.id:<16} {theme.name}")


@themes_app.command()
def check(
    config: Config = None,
    folder: Annotated[Path | None, typer.Argument(help="Folder of theme folders; default: the configured one.")] = None,
) -> None:
    """Read every theme as a start would; say what is wrong and exit 1."""
    directory = folder or load_settings(config).themes_dir
    try:
        themes = load_themes(directory)
    except ThemeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(themes)} themes in {directory}: nothing wrong.")


async def sync_theme_rows(conn: asyncpg.Connection, themes: Themes) -> list[str]:
    """Write the templates rows of all themes; returns the ids that changed."""
    return await upsert_templates(conn, (theme.template_row() for theme in themes))


async def _sync(url: str, themes: Themes) -> list[str]:
    conn = await connect(url)
    try:
        return await sync_theme_rows(conn, themes)
    finally:
        await conn.close()


async def missing_rows(conn: asyncpg.Connection, themes: Themes) -> list[str]:
    """Themes without a row, which no site can choose yet."""
    known = await known_templates(conn)
    return [theme.id for theme in themes if theme.id not in known]
