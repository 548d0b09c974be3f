"""migrate, maintain, backup and restore."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from renderer.cli.context import (
    EMBEDDED_LOGINS,
    Access,
    Config,
    connect,
    connect_to_schema,
    database,
    load_keyring,
    load_settings,
    say,
)
from renderer.cli.telling import tell, tell_lines
from renderer.db import backup as backups
from renderer.db import backup_restore as restores
from renderer.db import migrations
from renderer.db.platform import remember_base_domains
from renderer.jobs import live_jobs, upkeep_jobs
from renderer.settings import Settings
from renderer.upkeep import Job, JobsFailed, do_all


def register(app: typer.Typer) -> None:
    app.command()(migrate)
    app.command()(maintain)
    app.command()(backup)
    app.command()(restore)


def migrate(
    config: Config = None,
    legacy_zone: Annotated[
        str | None,
        typer.Option(
            help="Take over a database made from the seed schema, whose naive times are of this zone.", metavar="ZONE"
        ),
    ] = None,
) -> None:
    """Bring the database's schema up to this release. Safe to run twice, and from two places at once."""
    settings = load_settings(config)
    with database(settings) as access:
        applied = apply_migrations(settings, access, legacy_zone=legacy_zone)
        tell(f"{len(applied)} migrations applied." if applied else "Nothing to do: the schema is current.")
        missing = asyncio.run(_missing_roles(access))
    if missing:
        said = f"This user may not create roles; {', '.join(missing)} are missing. An administrator runs:"
        tell_lines(f"\n{said}\n", err=True)
        tell_lines(migrations.roles_sql())


def maintain(config: Config = None) -> None:
    """Do now what the server does from time to time: partitions and keys of coming days, domains, pruning."""
    settings = load_settings(config)
    keyring = load_keyring(settings)
    failed: Sequence[str] = ()
    done: Sequence[str] | None
    with database(settings) as access:
        try:
            done = asyncio.run(_maintain(access, [*live_jobs(settings), *upkeep_jobs(settings, keyring)]))
        except JobsFailed as fault:
            done, failed = fault.said, fault.failed
    for line in done if done is not None else ["Nothing done: a server, or another command, is at it."]:
        tell(line)
    for line in failed:
        tell_lines(line, err=True)
    if failed:
        raise typer.Exit(1)


async def _maintain(access: Access, jobs: Sequence[Job]) -> list[str] | None:
    conn = await connect_to_schema(access.maintain)
    try:
        return await do_all(conn, jobs)
    finally:
        await conn.close()


def apply_migrations(settings: Settings, access: Access, legacy_zone: str | None) -> list[str]:
    """Apply what is missing, say each step, let the embedded server's roles log in, and name our own hosts."""
    applied = migrations.migrate(access.migrate, legacy_zone=legacy_zone, report=lambda line: say(f"  {line}"))
    if access.server is not None:
        access.server.enable_logins(EMBEDDED_LOGINS)
    asyncio.run(_remember(access, settings.server.base_domains))
    return applied


async def _remember(access: Access, base_domains: Sequence[str]) -> None:
    conn = await connect(access.migrate)
    try:
        await remember_base_domains(conn, base_domains)
    finally:
        await conn.close()


async def _missing_roles(access: Access) -> list[str]:
    conn = await connect(access.migrate)
    try:
        return list(await migrations.missing_roles(conn))
    finally:
        await conn.close()


def backup(
    target: Annotated[Path, typer.Argument(help="Folder to make.")],
    config: Config = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Put the keyring into it too, as a file of its own.")
    ] = False,
    without_pictures: Annotated[
        bool, typer.Option("--without-pictures", help="Leave out owners' pictures: their folder is backed up apart.")
    ] = False,
) -> None:
    """Back up the database, the spools and the folder of owners' pictures; the keys only when asked for.

    Files in a bucket are the bucket's own to keep: they are left out.
    """
    settings = load_settings(config)
    with database(settings) as access:
        backups.backup(
            access.migrate,
            target,
            var=settings.var,
            keyring=settings.keyring_file if with_keys else None,
            media=None if without_pictures or settings.store.bucket else settings.media_folder,
            report=lambda line: tell(f"  {line}"),
        )
    tell(f"Backed up to {target}")


def restore(
    source: Annotated[Path, typer.Argument(help="Folder that `renderer backup` made.", exists=True)],
    config: Config = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what the database holds.")] = False,
    with_keys: Annotated[bool, typer.Option("--with-keys", help="Restore the keyring too.")] = False,
) -> None:
    """Restore a backup into an empty database, or over one with --force."""
    settings = load_settings(config)
    with database(settings) as access:
        restores.restore(
            access.migrate,
            source,
            var=settings.var,
            force=force,
            keyring=settings.keyring_file if with_keys else None,
            media=settings.media_folder,
            report=lambda line: tell(f"  {line}"),
        )
        if access.server is not None:
            access.server.enable_logins(EMBEDDED_LOGINS)
    tell(f"Restored from {source}")
