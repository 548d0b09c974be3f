"""store: files in a bucket of an S3-compatible store, or in folders."""

import asyncio
from contextlib import aclosing
from enum import StrEnum
from typing import Annotated

import typer

from renderer.cli.context import Config, load_settings
from renderer.cli.telling import tell
from renderer.forms.files import files_folder
from renderer.objects import Copied, Folder, copy_all, open_bucket
from renderer.settings import Settings

store_app = typer.Typer(name="store", help="Owners' pictures and files of leads: bucket and folders.")


class Where(StrEnum):
    BUCKET = "bucket"
    FOLDERS = "folders"


def register(app: typer.Typer) -> None:
    app.add_typer(store_app)


@store_app.callback(no_args_is_help=True)
def _store() -> None:
    """Owners' pictures and files of leads: bucket and folders."""


@store_app.command()
def copy(
    to: Annotated[Where, typer.Argument(help="Where to; what is there stays.", show_default=False)],
    config: Config = None,
) -> None:
    """Copy all files that the other side lacks. Nothing is deleted; again, it goes on where it ended."""
    settings = load_settings(config)
    if not settings.store.bucket:
        tell("There is no bucket: store.bucket is not set.", err=True)
        raise typer.Exit(1)
    for kind, done in asyncio.run(_copy(settings, to)).items():
        tell(f"{kind}: {done.files} files copied ({done.size} bytes), {done.there} were there.")


async def _copy(settings: Settings, to: Where) -> dict[str, Copied]:
    done = {}
    for kind, folder in (("media", settings.media_folder), ("leads", files_folder(settings.var))):
        bucket = open_bucket(settings, "media" if kind == "media" else "leads")
        assert bucket is not None  # noqa: S101 - there is one
        source, target = (Folder(folder), bucket) if to is Where.BUCKET else (bucket, Folder(folder))
        async with aclosing(bucket):
            done[kind] = await copy_all(source, target)
    return done
