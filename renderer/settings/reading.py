"""config.toml, then the environment, then flags, each stronger than the one before."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from renderer.settings.sections import Section
from renderer.settings.whole import ENV_PREFIX, ROOT, Settings

# Read by the test suite, not by the program.
ENV_OF_TESTS = "TAPSITE_TEST_"


class SettingsError(Exception):
    """The configuration is wrong; str() is one line a fault, for the operator, without any value of a secret."""


def load(
    config: Path | None = None,
    flags: Mapping[str, Mapping[str, object]] | None = None,
    *,
    check_production: bool = True,
) -> Settings:
    """Read the settings.

    `config` is a TOML file, by default `config.toml` of the working directory, or else the program's own;
    `flags` are sections of keys from the command line. Raises `SettingsError`.
    """
    # Whatever is called so, and be it a link that leads nowhere, is what is meant.
    path = config or next((p for p in (Path("config.toml"), ROOT / "config.toml") if os.path.lexists(p)), None)
    layers: list[tuple[str, Mapping[str, Any]]] = []
    if path is not None:
        layers.append((str(path), _read_toml(path)))
    layers.append(("environment", _environment()))
    layers.append(("command line", flags or {}))
    try:
        settings = Settings(**_merged(layers), root=path.resolve().parent if path else ROOT)
    except ValidationError as error:
        raise SettingsError("\n".join(_explained(error, layers))) from None
    if settings.console.host and not settings.embedded and not settings.database.console_url.get_secret_value():
        raise SettingsError(
            "database.console_url: expected a URL as tapsite_console beside console.host and database.url"
        )
    _check_secret_files(settings)
    _check_previews(settings)
    if check_production:
        _check_production(settings)
    return settings


def _merged(layers: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Sections of keys, of the last layer that gives them."""
    merged: dict[str, Any] = {}
    for source, layer in layers:
        for section, keys in layer.items():
            if section == "root" or not isinstance(keys, Mapping):
                raise SettingsError(f"{source}: {section}: expected a [section] with keys, one of {_sections()}")
            merged.setdefault(section, {}).update(keys)
    return merged


def _check_secret_files(settings: Settings) -> None:
    """Read at the start: a fault is told to who starts the program, and not to the log in the middle of a call."""
    for section in ("purge", "store"):
        try:
            secret: str = getattr(settings, f"{section}_secret")
            is_line = secret.isascii() and secret.isprintable()
        except OSError as error:
            raise SettingsError(f"{section}.secret_file: {error.filename}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            is_line = False
        if not is_line:
            raise SettingsError(f"{section}.secret, {section}.secret_file: expected one line of ASCII")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None
    except RecursionError:
        raise SettingsError(f"{path}: not valid TOML: nested too deeply") from None


def _environment() -> dict[str, Any]:
    """Sections from TAPSITE_<SECTION>_<KEY>; an empty variable counts as not set."""
    found: dict[str, Any] = EnvSettingsSource(Settings, env_ignore_empty=True)()
    found.pop("root", None)
    known = tuple(f"{ENV_PREFIX}{section.upper()}_" for section in section_models())
    for name, value in os.environ.items():
        # A misspelt section would otherwise be passed over in silence.
        if value and name.startswith(ENV_PREFIX) and not name.startswith((*known, ENV_OF_TESTS)):
            raise SettingsError(
                f"environment: {name}: unknown; expected {ENV_PREFIX}<SECTION>_<KEY>, one of {_sections()}"
            )
    return found


def section_models() -> dict[str, type[Section]]:
    """Each section's model by its name."""
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    }


def _sections() -> str:
    return ", ".join(section_models())


def _explained(error: ValidationError, layers: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """One line a key: a list with a wrong part is called too short as well, and two wrong parts are told alike."""
    lines: dict[tuple[Any, ...], str] = {}
    for fault in error.errors():
        lines.setdefault(fault["loc"][:2], _explain(fault, layers))
    return list(lines.values())


def _explain(fault: Any, layers: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    section, *rest = [str(part) for part in fault["loc"]]
    key = rest[0] if rest else ""
    source = next((name for name, layer in reversed(layers) if _gives(layer, section, key)), "settings")
    name = f"{ENV_PREFIX}{section}_{key}".upper() if source == "environment" else ".".join(filter(None, (section, key)))
    if fault["type"] == "extra_forbidden":
        model = section_models().get(section)
        known = ", ".join(model.model_fields) if model and key else _sections()
        return f"{source}: {name}: unknown key; expected one of {known}"
    what = section_models()[section].model_fields[key].description if key else None
    return f"{source}: {name}: {fault['msg'].removeprefix('Value error, ')}{f' ({what})' if what else ''}"


def _gives(layer: Mapping[str, Any], section: str, key: str) -> bool:
    return section in layer and (not key or key in layer[section])


def _check_previews(settings: Settings) -> None:
    """Previews answer every host below their domain: no site and no owner may be among these."""
    domain = settings.preview.domain
    for key, host in (
        *(("server.base_domains", base) for base in settings.server.base_domains),
        ("console.host", settings.console.host),
    ):
        if domain and (host == domain or host.endswith(f".{domain}")):
            raise SettingsError(
                f"preview.domain: {domain} would answer for {host} of {key}, too; expected a name of its own, as "
                f"preview.{domain}"
            )


def _check_production(settings: Settings) -> None:
    if not settings.production:
        return
    faults = []
    if not settings.secrets.keyring.get_secret_value() and not _is_there(settings.keyring_file):
        faults.append(
            f"secrets.keyring: missing, and {settings.keyring_file} does not exist; expected a keyring in production "
            "(`renderer secrets rotate` makes one)"
        )
    if settings.server.base_domains == ("localhost",):
        faults.append("server.base_domains: expected your own domain in production, not localhost")
    if faults:
        raise SettingsError("\n".join(faults))


def _is_there(path: Path) -> bool:
    """Whatever it is, and whether or not it may be read: who reads it says that."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True
