"""Settings: config.toml, then the environment, then command-line flags, each stronger than the one before.

Every key is declared here once, with its default; `config.toml` in the root shows them all. An unknown key, a wrong
type or a secret that production needs and nobody gave raises `SettingsError`, which names the place, the key and what
was expected.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from renderer.hostnames import InvalidHost, normalise_host

ROOT = Path(__file__).resolve().parent.parent
ENV_PREFIX = "TAPSITE_"
# Read by the test suite, not by the program.
ENV_OF_TESTS = "TAPSITE_TEST_"


class SettingsError(Exception):
    """The configuration is wrong; str() is one line a fault, for the operator, without any value of a secret."""


def _split(value: object) -> object:
    """Lists come from the environment as `a,b`, from TOML as arrays."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _host(value: str) -> str:
    try:
        return normalise_host(value)
    except InvalidHost as error:
        raise ValueError(f"a host name without scheme or path ({error})") from error


def _peer(value: str) -> str:
    if value != "unix":
        ip_network(value, strict=False)
    return value


def _origin(value: str) -> str:
    """`https://img.example`, lower case, without a slash at the end; empty stays empty."""
    if not value:
        return value
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or parts.path not in ("", "/") or parts.query or "@" in parts.netloc:
        raise ValueError("an origin such as https://img.example")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{_host(parts.hostname or '')}{port}"


Origin = Annotated[str, AfterValidator(_origin)]


def _resolver(value: str) -> str:
    address, mark, port = value.partition("#")
    ip_address(address)
    if mark and not (port.isdecimal() and 0 < int(port) < 65_536):
        raise ValueError("an address such as 192.0.2.1 or 192.0.2.1#5353")
    return value


Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], NoDecode, BeforeValidator(_split)]
Resolvers = Annotated[tuple[Annotated[str, AfterValidator(_resolver)], ...], NoDecode, BeforeValidator(_split)]
Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(lambda value: str(ip_address(value)))], ...], NoDecode, BeforeValidator(_split)
]
Peers = Annotated[tuple[Annotated[str, AfterValidator(_peer)], ...], NoDecode, BeforeValidator(_split)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Server(Section):
    mode: Literal["development", "production"] = Field("development", description="production insists on secrets")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    workers: int = Field(0, ge=0, le=256, description="worker processes; 0 is one a core")
    base_domains: Hosts = Field(("localhost",), min_length=1, description="<label>.<base domain> is a site")
    base_redirect: str = Field("", description="where the base domain itself redirects to; empty: not found")
    public_scheme: Literal["", "http", "https"] = Field(
        "", description="scheme of the sites' own addresses; empty: https in production, else http"
    )
    public_port: int = Field(
        -1, ge=-1, le=65535, description="port in the sites' own addresses; 0: none; -1: none in production, else port"
    )
    trusted_proxies: Peers = Field(
        (), description="networks (or `unix`) whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    max_body_bytes: int = Field(1_048_576, ge=1024, description="largest request body")
    shutdown_seconds: int = Field(8, ge=1, le=300, description="time for requests in flight when stopping")


class Database(Section):
    url: SecretStr = Field(
        SecretStr(""), description="PostgreSQL 15 or newer; empty: the embedded server under paths.var"
    )
    direct_url: SecretStr = Field(SecretStr(""), description="the same database without a pooler between; empty: url")
    migrate_url: SecretStr = Field(SecretStr(""), description="as the role that owns the schema; empty: direct_url")
    maintain_url: SecretStr = Field(
        SecretStr(""), description="as tapsite_maintain, for the hourly upkeep; empty: migrate_url"
    )
    pool_max: int = Field(10, ge=1, le=1000, description="connections a worker may open")
    connect_seconds: float = Field(5.0, gt=0, le=120, description="longest wait for a connection, new or free")
    statement_seconds: float = Field(5.0, gt=0, le=600, description="time-out of one statement of a visitor's request")


class Secrets(Section):
    keyring: SecretStr = Field(SecretStr(""), description="the keyring itself, instead of a file")
    keyring_file: str = Field("", description="file of the keyring; empty: <paths.var>/keys/keyring, made when missing")


class Paths(Section):
    var: str = Field("var", description="everything the program writes")
    themes: str = Field("themes", description="folder of theme folders")


class Images(Section):
    hosts: Hosts = Field((), description="hosts whose pictures sites may show beside their own, over https")
    resizer: Origin = Field("", description="origin of a resizing proxy; empty: pictures in the size they have")
    resizer_kind: Literal["imgproxy", "thumbor"] = Field("imgproxy", description="how its addresses are signed")
    resizer_key: SecretStr = Field(SecretStr(""), description="its key: imgproxy's in hex, thumbor's as it is")
    resizer_salt: SecretStr = Field(SecretStr(""), description="imgproxy's salt, in hex")

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        # An unsigned resizer would resize anything for anybody.
        if self.resizer and not self.resizer_key.get_secret_value():
            raise ValueError("a resizer needs images.resizer_key")
        try:
            _ = self.signing_key
        except ValueError:
            raise ValueError("imgproxy's images.resizer_key and images.resizer_salt are hexadecimal") from None
        if self.resizer and self.resizer_kind == "imgproxy" and not self.resizer_salt.get_secret_value():
            raise ValueError("imgproxy needs images.resizer_salt")
        return self

    @property
    def signing_key(self) -> tuple[bytes, bytes]:
        """Key and salt as bytes."""
        key, salt = self.resizer_key.get_secret_value(), self.resizer_salt.get_secret_value()
        return (bytes.fromhex(key), bytes.fromhex(salt)) if self.resizer_kind == "imgproxy" else (key.encode(), b"")


class IndexNow(Section):
    endpoint: str = Field(
        "https://api.indexnow.org/indexnow",
        description="who is told of changes, once system_config.indexnow is true; https only",
    )


class Views(Section):
    enabled: bool = Field(True, description="count page views")
    retention_days: int = Field(90, ge=3, le=3650, description="days that single views are kept")
    places: str = Field(
        "", description="file of MaxMind's format with countries or cities; empty: the one that came with the program"
    )
    spool_bytes: int = Field(
        268_435_456, ge=1_048_576, description="most that a worker keeps on disk while the database is away"
    )
    queue_events: int = Field(
        50_000, ge=100, le=10_000_000, description="most that a worker keeps in memory while the disk takes none"
    )


class Domains(Section):
    resolvers: Resolvers = Field(
        (), description="name servers that are asked for proofs, as 192.0.2.1 or 192.0.2.1#5353; empty: the system's"
    )
    cname: str = Field("", description="host that custom domains point to by CNAME; said to owners, never checked")
    addresses: Addresses = Field((), description="addresses that apex domains point to; said to owners, never checked")


class Cache(Section):
    room: int = Field(268_435_456, ge=0, description="bytes that a worker's kept answers may take; 0 keeps none")
    stale_if_error: int = Field(
        86_400, ge=0, le=604_800, description="seconds that kept answers are sent while the database is away"
    )


class Demo(Section):
    index: bool = Field(False, description="the base domain lists the demo sites")


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="least severity that is logged")


class Settings(BaseSettings):
    """All settings, frozen. Build with `load`."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        hide_input_in_errors=True,
    )

    server: Server = Server()
    database: Database = Database()
    secrets: Secrets = Secrets()
    paths: Paths = Paths()
    images: Images = Images()
    indexnow: IndexNow = IndexNow()
    views: Views = Views()
    domains: Domains = Domains()
    cache: Cache = Cache()
    demo: Demo = Demo()
    log: Log = Log()

    # Folder that relative paths start from: the configuration file's.
    root: Path = ROOT

    @property
    def production(self) -> bool:
        return self.server.mode == "production"

    @property
    def embedded(self) -> bool:
        """No database configured: the server under `paths.var` is ours."""
        return not self.database.url.get_secret_value()

    @property
    def var(self) -> Path:
        return (self.root / self.paths.var).resolve()

    @property
    def themes_dir(self) -> Path:
        configured = self.root / self.paths.themes
        # A configuration file kept elsewhere (/etc) still finds the themes that came with the program.
        return configured if configured.is_dir() or self.paths.themes != "themes" else ROOT / "themes"

    @property
    def keyring_file(self) -> Path:
        return self.root / self.secrets.keyring_file if self.secrets.keyring_file else self.var / "keys" / "keyring"

    @property
    def places_file(self) -> Path | None:
        """The operator's file of countries; None for the one that came with the program."""
        return self.root / self.views.places if self.views.places else None

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(peer, strict=False) for peer in self.server.trusted_proxies if peer != "unix")

    @property
    def origin_scheme(self) -> str:
        return self.server.public_scheme or ("https" if self.production else "http")

    @property
    def origin_port(self) -> int:
        """Port in the sites' own addresses; 0 when they show none."""
        port = self.server.public_port
        if port == -1:
            port = 0 if self.production else self.server.port
        return 0 if port == {"http": 80, "https": 443}[self.origin_scheme] else port

    def origin(self, host: str) -> str:
        """`https://kopi.example`: scheme, host and, where it is not the scheme's own, port."""
        return f"{self.origin_scheme}://{host}{f':{self.origin_port}' if self.origin_port else ''}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # `load` passes file and flags itself, one above and one below the environment.
        return (init_settings,)


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
    path = config or next((p for p in (Path("config.toml"), ROOT / "config.toml") if p.is_file()), None)
    layers: list[tuple[str, Mapping[str, Any]]] = []
    if path is not None:
        layers.append((str(path), _read_toml(path)))
    layers.append(("environment", _environment()))
    layers.append(("command line", flags or {}))
    merged: dict[str, Any] = {}
    for source, layer in layers:
        for section, keys in layer.items():
            if section == "root" or not isinstance(keys, Mapping):
                raise SettingsError(f"{source}: {section}: expected a [section] with keys, one of {_sections()}")
            merged.setdefault(section, {}).update(keys)
    try:
        settings = Settings(**merged, root=path.resolve().parent if path else ROOT)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(fault, layers) for fault in error.errors())) from None
    if check_production:
        _check_production(settings)
    return settings


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _environment() -> dict[str, Any]:
    """Sections from TAPSITE_<SECTION>_<KEY>; an empty variable counts as not set."""
    found: dict[str, Any] = EnvSettingsSource(Settings, env_ignore_empty=True)()
    found.pop("root", None)
    known = tuple(f"{ENV_PREFIX}{section.upper()}_" for section in _section_models())
    for name, value in os.environ.items():
        # A misspelt section would otherwise be passed over in silence.
        if value and name.startswith(ENV_PREFIX) and not name.startswith((*known, ENV_OF_TESTS)):
            raise SettingsError(
                f"environment: {name}: unknown; expected {ENV_PREFIX}<SECTION>_<KEY>, one of {_sections()}"
            )
    return found


def _section_models() -> dict[str, type[Section]]:
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    }


def _sections() -> str:
    return ", ".join(_section_models())


def _explain(fault: Any, layers: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    section, *rest = [str(part) for part in fault["loc"]]
    key = rest[0] if rest else ""
    source = next((name for name, layer in reversed(layers) if _gives(layer, section, key)), "settings")
    name = f"{ENV_PREFIX}{section}_{key}".upper() if source == "environment" else ".".join(filter(None, (section, key)))
    if fault["type"] == "extra_forbidden":
        model = _section_models().get(section)
        known = ", ".join(model.model_fields) if model and key else _sections()
        return f"{source}: {name}: unknown key; expected one of {known}"
    return f"{source}: {name}: {fault['msg']}"


def _gives(layer: Mapping[str, Any], section: str, key: str) -> bool:
    return section in layer and (not key or key in layer[section])


def _check_production(settings: Settings) -> None:
    if not settings.production:
        return
    faults = []
    if not settings.secrets.keyring.get_secret_value() and not settings.keyring_file.is_file():
        faults.append(
            f"secrets.keyring: missing, and {settings.keyring_file} does not exist; expected a keyring in production "
            "(`renderer secrets rotate` makes one)"
        )
    if settings.server.base_domains == ("localhost",):
        faults.append("server.base_domains: expected your own domain in production, not localhost")
    if faults:
        raise SettingsError("\n".join(faults))
