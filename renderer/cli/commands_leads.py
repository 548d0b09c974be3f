"""leads: what became of what visitors sent, and another try. Shows references and states, nothing of a visitor's."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import asyncpg
import typer

from renderer.cli.context import Config, load_keyring, on_database
from renderer.cli.one_site import site_named
from renderer.cli.telling import tell
from renderer.forms.deliveries import log
from renderer.keyring import Keyring
from renderer.settings import Settings

leads_app = typer.Typer(name="leads", help="Leads: deliveries, another try, webhooks.", no_args_is_help=True)
Site = Annotated[str, typer.Argument(metavar="SITE", help="Subdomain of the site, or a host it answers.")]
Channel = Annotated[str, typer.Option("--channel", help=f"One of {', '.join(log.CHANNELS)}.")]
Reference = Annotated[str, typer.Argument(metavar="LEAD", help="What its visitor was told, or the whole id.")]
Moment = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], show_default=False)]
T = TypeVar("T")


def register(app: typer.Typer) -> None:
    app.add_typer(leads_app)


@leads_app.command("list")
def list_leads(
    site: Site, most: Annotated[int, typer.Option("--most", min=1, help="How many.")] = 50, config: Config = None
) -> None:
    """The newest leads: reference, when, form, status, and the channels that confirmed them."""

    async def work(conn: asyncpg.Connection, website_id: UUID, _: Keyring) -> None:
        leads = await log.leads_of_site(conn, website_id, most=most)
        for lead in leads:
            confirmed = ", ".join(lead.confirmed) or ("waits" if lead.waits else "nobody")
            tell(
                f"{lead.id.hex[:8].upper()} {_time(lead.created_at)} {lead.form_type:<16} {lead.status or '-':<8} "
                f"delivered: {confirmed}"
            )
        if not leads:
            tell("No leads.", err=True)

    _run(config, site, work)


@leads_app.command()
def deliveries(site: Site, lead: Reference, config: Config = None) -> None:
    """Every attempt to deliver a lead, and what is tried next."""

    async def work(conn: asyncpg.Connection, website_id: UUID, _: Keyring) -> None:
        attempts, waiting = await log.deliveries_of_lead(conn, website_id, await _lead(conn, website_id, lead))
        for one in attempts:
            tell(f"{_time(one.at)} {one.channel:<9} {one.outcome}{f': {one.said}' if one.said else ''}")
        for coming in waiting:
            tell(f"{_time(coming.at)} {coming.channel:<9} next, after {coming.attempts} attempts{_left(coming.deaths)}")
        if not attempts and not waiting:
            tell("Nothing was tried, and nothing waits.", err=True)

    _run(config, site, work)


@leads_app.command()
def replay(
    site: Site,
    channel: Channel,
    lead: Annotated[
        str | None, typer.Argument(metavar="[LEAD]", help="One lead; else all.", show_default=False)
    ] = None,
    since: Moment = None,
    until: Moment = None,
    again: Annotated[bool, typer.Option("--again", help="Also what was confirmed already.")] = False,
    config: Config = None,
) -> None:
    """Deliver now what a channel did not confirm: one lead, or all between two times (UTC)."""
    ways: dict[str, log.Channel] = {one: one for one in log.CHANNELS}
    if channel not in ways:
        raise typer.BadParameter(f"one of {', '.join(ways)}", param_hint="--channel")

    async def work(conn: asyncpg.Connection, website_id: UUID, _: Keyring) -> None:
        one = await _lead(conn, website_id, lead) if lead else None
        between = {"since": _utc(since), "until": _utc(until)}
        count = await log.replay(conn, website_id, ways[channel], lead=one, again=again, **between)
        tell(f"{count} to be delivered by {channel} now.")

    _run(config, site, work)


@leads_app.command()
def webhooks(
    site: Site,
    rotate: Annotated[str | None, typer.Option("--rotate", metavar="ID", help="Give it a new secret.")] = None,
    at_once: Annotated[bool, typer.Option("--at-once", help="The former secret signs no day more.")] = False,
    enable: Annotated[str | None, typer.Option("--enable", metavar="ID", help="Enable it again.")] = None,
    config: Config = None,
) -> None:
    """Addresses that leads are posted to, with their secrets: for the owner's eyes."""

    async def work(conn: asyncpg.Connection, website_id: UUID, keyring: Keyring) -> None:
        changed = None
        if rotate:
            changed = await log.rotate_webhook(conn, keyring, website_id, _id(rotate), at_once=at_once)
        elif enable:
            changed = await log.enable_webhook(conn, keyring, website_id, _id(enable))
        if (rotate or enable) and changed is None:
            raise typer.BadParameter(f"{rotate or enable}: no webhook of {site}")
        found = [changed] if changed else await log.webhooks_of_site(conn, keyring, website_id)
        for hook in found:
            state = f"disabled ({hook.disabled})" if hook.disabled else "enabled"
            tell(f"{hook.id} {hook.url} {state}")
            tell(f"  {hook.secret or 'no secret'}")
        if not found:
            tell("No webhook was used yet.", err=True)

    _run(config, site, work)


def _run(config: Path | None, site: str, work: Callable[[asyncpg.Connection, UUID, Keyring], Awaitable[T]]) -> T:
    async def run(conn: asyncpg.Connection, settings: Settings) -> T:
        return await work(conn, (await site_named(conn, site, settings)).id, load_keyring(settings))

    return on_database(config, run)


async def _lead(conn: asyncpg.Connection, website_id: UUID, reference: str) -> UUID:
    found = await log.find_lead(conn, website_id, reference)
    if found is None:
        raise typer.BadParameter(f"{reference}: no lead of this site", param_hint="LEAD")
    return found


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no id") from None


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _left(deaths: int) -> str:
    return f" ({deaths} more were left by workers that ended)" if deaths else ""


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
