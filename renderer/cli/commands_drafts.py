"""drafts: what is worked on beside a live site, for operators. Owners do the same in the console."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import asyncpg
import typer

from renderer import drafts
from renderer.cli.context import Config, on_database
from renderer.cli.drafts import DraftError, read_draft, read_text
from renderer.cli.one_site import site_named
from renderer.cli.telling import tell
from renderer.drafts import SITE, Conflict, Subject
from renderer.drafts.publishing import Keep
from renderer.settings import Settings

drafts_app = typer.Typer(
    name="drafts", help="Drafts of sites: save, publish, discard, roll back.", no_args_is_help=True
)
Site = Annotated[str, typer.Argument(metavar="SITE", help="Subdomain of the site, or a host it answers.")]

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    app.add_typer(drafts_app)


@drafts_app.command()
def save(
    site: Site,
    document: Annotated[str, typer.Argument(help="A JSON file with columns of a site; - reads standard input.")],
    config: Config = None,
) -> None:
    """Put columns into the site's draft; those that the document does not name stay as they are."""
    try:
        columns, remarks = read_draft(read_text(document))
    except DraftError as error:
        tell(f"{document}: {error}", err=True)
        raise typer.Exit(1) from None
    values = {
        name: json.dumps(columns[name], ensure_ascii=False) if name in SITE.documents else columns[name]
        for name in SITE.columns
        if name in columns
    }

    async def work(conn: asyncpg.Connection, subject: Subject) -> None:
        seen = await drafts.open_draft(conn, subject)
        if seen is None:
            raise typer.BadParameter("the site is deleted", param_hint="SITE")
        try:
            await drafts.save(conn, subject, values, seen=seen, edited_by=None)
        except drafts.Refused as error:
            tell(f"{document}: {error}", err=True)
            raise typer.Exit(1) from None
        for one in await drafts.difference(conn, subject):
            tell(f"{one.pointer}: {one.live or 'nothing'} → {one.draft or 'nothing'}")

    for remark in remarks:
        tell(f"warning: {remark}", err=True)
    _run(config, site, work)


@drafts_app.command()
def publish(
    site: Site,
    keep: Annotated[
        Keep | None, typer.Option(help="Which side stays where both changed the same place.", show_default=False)
    ] = None,
    config: Config = None,
) -> None:
    """Make the draft live; exit 1 where somebody else changed the same places, which are then named."""

    async def work(conn: asyncpg.Connection, subject: Subject) -> None:
        draft = await drafts.open_draft(conn, subject)
        try:
            done = await drafts.publish(conn, subject, seen_version=draft.version if draft else 0, keep=keep)
        except Conflict as conflict:
            for one in conflict.differences:
                tell(f"{one.pointer}: live {one.live or 'nothing'}, draft {one.draft or 'nothing'}", err=True)
            raise typer.Exit(1) from None
        except (drafts.Refused, drafts.Gone) as error:
            tell(f"not published: {error}", err=True)
            raise typer.Exit(1) from None
        tell(f"Revision {done.revision} is live{' (merged)' if done.merged else ''}; before it was {done.before}.")

    _run(config, site, work)


@drafts_app.command()
def discard(site: Site, config: Config = None) -> None:
    """Throw the draft away; what is live stays."""

    async def work(conn: asyncpg.Connection, subject: Subject) -> None:
        tell("Discarded." if await drafts.discard(conn, subject) else "There was no draft.")

    _run(config, site, work)


@drafts_app.command()
def revisions(site: Site, config: Config = None) -> None:
    """What was live, the newest first: number, when, which role of the database wrote it."""

    async def work(conn: asyncpg.Connection, subject: Subject) -> None:
        for note in await drafts.revisions(conn, subject):
            live = " live" if note.is_live else ""
            tell(f"{note.revision} {note.taken_at:%Y-%m-%d %H:%M} {note.written_by}{live}")

    _run(config, site, work)


@drafts_app.command()
def rollback(
    site: Site, revision: Annotated[int, typer.Argument(help="See `drafts revisions`.")], config: Config = None
) -> None:
    """Publish an old revision again; the present one stays among the revisions."""

    async def work(conn: asyncpg.Connection, subject: Subject) -> None:
        try:
            done = await drafts.roll_back(conn, subject, revision)
        except (drafts.Refused, drafts.Gone) as error:
            tell(f"not rolled back: {error}", err=True)
            raise typer.Exit(1) from None
        tell(f"Revision {done.revision} is live; before it was {done.before}.")

    _run(config, site, work)


def _run(config: Path | None, site: str, work: Callable[[asyncpg.Connection, Subject], Awaitable[T]]) -> T:
    async def run(conn: asyncpg.Connection, settings: Settings) -> T:
        found = await site_named(conn, site, settings)
        return await work(conn, Subject(found.columns["user_id"], found.id))

    return on_database(config, run)
