"""schema: the content contract as JSON Schema."""

from enum import StrEnum
from typing import Annotated

import typer

from renderer.cli.context import Config, load_settings, named_theme
from renderer.cli.telling import tell_json
from renderer.themes import load_themes
from renderer.themes.contract.schema import export


class Contract(StrEnum):
    TOKENS = "tokens"
    CONTENT = "content"
    COMPONENTS = "components"
    STRUCTURE = "structure"


def register(app: typer.Typer) -> None:
    app.command()(schema)


def schema(
    contract: Annotated[Contract, typer.Argument(help="Which column the schema is of.")],
    config: Config = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="The closed form, for the structured output of language models.")
    ] = False,
    theme: Annotated[
        str | None, typer.Option("--theme", help="Only what this theme has.", metavar="THEME", show_default=False)
    ] = None,
) -> None:
    """Print the JSON Schema (draft 2020-12) of a content column."""
    manifest = named_theme(load_themes(load_settings(config).themes_dir), theme).manifest if theme else None
    tell_json(export(contract.value, strict=strict, manifest=manifest))
