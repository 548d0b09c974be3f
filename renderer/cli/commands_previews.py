"""preview-link, and previews list and revoke: signed links to what is not published."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
import typer

from renderer.cli.context import Config, load_keyring, on_database
from renderer.cli.demo_address import as_answered
from renderer.cli.one_site import site_named
from renderer.cli.telling import tell
from renderer.preview import preview_host, queries
from renderer.preview.tokens import LONGEST, USUAL, link_path
from renderer.settings import Settings

previews_app = typer.Typer(name="previews", help="Links to previews: list, revoke.", no_args_is_help=True)
Site = Annotated[str, typer.Argument(metavar="SITE", help="Subdomain of the site, or a host it answers.")]


def register(app: typer.Typer) -> None:
    app.command("preview-link")(preview_link)
    app.add_typer(previews_app)


def preview_link(
    site: Site,
    days: Annotated[int, typer.Option(help="Days that it lasts.", min=1, max=LONGEST.days)] = USUAL.days,
    post: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Open this post alone, and begin with it.", show_default=False)
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Show drafts in place of what is live.")] = False,
    revision: Annotated[
        int | None, typer.Option(help="Show the site as it was in this revision.", min=1, show_default=False)
    ] = None,
    config: Config = None,
) -> None:
    """Make a link that shows a site to whoever has it: a draft, posts not published yet, whatever is stored."""
    if revision is not None and (draft or post is not None):
        raise typer.BadParameter("--revision stands alone")
    shows = "revision" if revision is not None else "draft" if draft else "site"

    async def work(conn: asyncpg.Connection, settings: Settings) -> None:
        found = await site_named(conn, site, settings)
        post_id = await queries.post_id(conn, found.id, post) if post is not None else None
        if post is not None and post_id is None:
            raise typer.BadParameter(f"{found.subdomain} has no post {post!r}", param_hint="--post")
        link = await queries.make_link(
            conn, found.id, timedelta(days=days), shows=shows, revision=revision, blog_post_id=post_id
        )
        if link is None:
            raise typer.BadParameter(f"{found.subdomain} has no revision {revision}, or is deleted")
        if await queries.live_link(conn, found.id, link.id) is None:
            tell("warning: the site is suspended, or its owner is: nothing is shown until that ends", err=True)
        origin = as_answered(settings).origin(preview_host(settings, found.id))
        tell(f"{origin}{link_path(load_keyring(settings), link)}")
        tell(f"until {link.expires_at:%Y-%m-%d %H:%M} UTC; renderer previews revoke {found.subdomain}", err=True)

    on_database(config, work)


@previews_app.command("list")
def list_links(site: Site, config: Config = None) -> None:
    """The links of a site, the newest first: id, what each shows, until when, when it was used last."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> None:
        links = await queries.links_of_site(conn, (await site_named(conn, site, settings)).id)
        for link in links:
            shown = f"revision {link.revision}" if link.revision is not None else link.shows
            used = f"used {link.last_used_at:%Y-%m-%d %H:%M}" if link.last_used_at else "never used"
            until = f"until {link.expires_at:%Y-%m-%d %H:%M}" if link.is_live else "dead"
            post = f" post {link.post}" if link.post else ""
            tell(f"{link.id} {shown}{post}, {until}, {used}")
        if not links:
            tell("No links.", err=True)

    on_database(config, work)


@previews_app.command()
def revoke(
    site: Site,
    link: Annotated[
        UUID | None, typer.Argument(metavar="ID", help="One link; without it all of them.", show_default=False)
    ] = None,
    config: Config = None,
) -> None:
    """Take a link back, or all links of a site: they show nothing from now on, nor do the cookies that came of them."""

    async def work(conn: asyncpg.Connection, settings: Settings) -> bool:
        found = await site_named(conn, site, settings)
        if link is None:
            await queries.revoke_all_links(conn, found.id)
            tell(f"All links of {found.subdomain} are revoked.")
            return True
        done = await queries.revoke_link(conn, found.id, link)
        tell(f"{link}: {'revoked' if done else f'no live link of {found.subdomain}'}.", err=not done)
        return done

    if not on_database(config, work):
        raise typer.Exit(1)
