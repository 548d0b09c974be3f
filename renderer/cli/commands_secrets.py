"""secrets: the keyring's file. No command shows a secret, but `new`, which exists to make one for the environment."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from renderer import keyring
from renderer.cli.context import Config, load_keyring
from renderer.cli.telling import tell
from renderer.settings import Settings, SettingsError, load

secrets_app = typer.Typer(
    name="secrets", help="The keyring: what everything signed and sealed hangs on.", no_args_is_help=True
)
KeyId = Annotated[str, typer.Argument(help="Id of the key, as `secrets list` shows it.")]


def register(app: typer.Typer) -> None:
    app.add_typer(secrets_app)


def _settings(config: Path | None) -> Settings:
    # Production insists on a keyring, which is what these commands are there to make.
    settings = load(config, check_production=False)
    if settings.secrets.keyring.get_secret_value():
        raise SettingsError("secrets.keyring: the keyring is in the configuration itself; change it there")
    return settings


def _change(action: Callable[..., keyring.KeyInfo], config: Path | None, *arguments: str) -> None:
    path = _settings(config).keyring_file
    key = action(path, *arguments)
    tell(f"{key.id}{' (primary)' if key.primary else ''}: {path} written. Running workers see it when restarted.")


@secrets_app.command()
def rotate(config: Config = None) -> None:
    """Add a key and sign with it from now on; former keys go on verifying. Makes the file when there is none."""
    _change(keyring.rotate, config)


@secrets_app.command()
def add(config: Config = None) -> None:
    """Add a key that only verifies: the first step where workers are restarted one by one."""
    _change(keyring.add_key, config)


@secrets_app.command()
def promote(key_id: KeyId, config: Config = None) -> None:
    """Sign with this key from now on: the second step, once every worker knows it."""
    _change(keyring.promote_key, config, key_id)


@secrets_app.command()
def remove(key_id: KeyId, config: Config = None) -> None:
    """Forget a key: what it signed or sealed is worth nothing from then on."""
    _change(keyring.remove_key, config, key_id)


@secrets_app.command("list")
def list_keys(config: Config = None) -> None:
    """Ids and dates of the keys, never the keys."""
    for key in load_keyring(load(config, check_production=False), create=False).describe():
        made = key.created_at.isoformat() if key.created_at else "-"
        tell(f"{key.id:<34} {made:<26} {'primary' if key.primary else 'verifies'}")


@secrets_app.command()
def new() -> None:
    """A new keyring in the form of TAPSITE_SECRETS_KEYRING, for where secrets come from the environment."""
    tell(keyring.new_inline())
