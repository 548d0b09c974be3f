"""render: a page of a draft, drawn to a file without a database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from renderer.cli.context import Config, load_settings, named_theme
from renderer.cli.drafts import DraftError, draft_source, read_draft, read_text
from renderer.cli.telling import tell
from renderer.themes import Site, draw_page, load_themes, read_site, standalone


def register(app: typer.Typer) -> None:
    app.command()(render)


def render(
    draft: Annotated[str, typer.Argument(help="JSON file with a site's columns; - reads standard input.")],
    config: Config = None,
    theme: Annotated[str | None, typer.Option("--theme", help="Draw with this theme.", show_default=False)] = None,
    variant: Annotated[
        str | None, typer.Option("--variant", help="Draw with this variant of the theme.", show_default=False)
    ] = None,
    page: Annotated[str, typer.Option("--page", help="Path of the page.")] = "/",
    language: Annotated[
        str | None, typer.Option("--language", help="The same page in this language of the site.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default: standard output.")] = None,
) -> None:
    """Draw a page of a draft to one HTML file, with no database. What was repaired is said on standard error."""
    settings = load_settings(config)
    themes = load_themes(settings.themes_dir)
    try:
        document, remarks = read_draft(read_text(draft))
    except DraftError as error:
        raise _fault(f"{draft}: {error}") from None
    if theme:
        document["template_id"] = named_theme(themes, theme).id
    if variant:
        known = themes.get(document.get("template_id")).manifest.variants
        if variant not in known:
            raise _fault(f"no variant {variant!r}; the theme has {', '.join(known)}")
        document["template_variant"] = variant
    site = read_site(themes, draft_source(document, settings, themes))
    for remark in remarks:
        tell(f"document: {remark}", err=True)
    for repair in site.repairs:
        tell(f"{repair.pointer}: {repair.message}", err=True)
    drawn = draw_page(site, _in_language(site, page, language) if language else page, [], datetime.now(UTC))
    if drawn is None:
        raise _fault(f"no page {page}; there is {', '.join(site.paths)}")
    html = standalone(site, drawn)
    if out is None:
        typer.echo(html, nl=False)
    else:
        out.write_text(html, "utf-8")
        tell(f"{out} written.", err=True)


def _in_language(site: Site, path: str, language: str) -> str:
    """The address of the same page in another of the site's languages."""
    page = site.pages.get(path)
    tongues = {tongue.code: tongue.href for tongue in page.tongues} if page else {}
    if page and language not in tongues:
        raise _fault(f"no {path} in {language!r}; there is {', '.join(tongues) or site.words.language}")
    return tongues.get(language, path)


def _fault(message: str) -> typer.Exit:
    tell(f"renderer: {message}", err=True)
    return typer.Exit(1)
