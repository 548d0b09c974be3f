"""All settings together, and what follows from them."""

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from renderer.settings.neighbours import Akismet, IndexNow, Mail, ObjectStore, Otlp, Purge, Sentry, WhatsApp
from renderer.settings.sections import (
    Cache,
    Console,
    Database,
    Demo,
    Domains,
    Forms,
    Images,
    Internal,
    Log,
    Media,
    Paths,
    Preview,
    Secrets,
    Server,
    Views,
)

ROOT = Path(__file__).resolve().parent.parent.parent
ENV_PREFIX = "TAPSITE_"


def _network(peer: str) -> IPv4Network | IPv6Network:
    """Peers of IPv4 are told by their IPv4 address, whatever the socket; so `::ffff:10.0.0.0/104` is 10.0.0.0/8."""
    network = ip_network(peer, strict=False)
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return IPv4Network((mapped, max(network.prefixlen - 96, 0)), strict=False) if mapped else network


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
    internal: Internal = Internal()
    database: Database = Database()
    secrets: Secrets = Secrets()
    paths: Paths = Paths()
    images: Images = Images()
    media: Media = Media()
    store: ObjectStore = ObjectStore()
    indexnow: IndexNow = IndexNow()
    mail: Mail = Mail()
    whatsapp: WhatsApp = WhatsApp()
    akismet: Akismet = Akismet()
    views: Views = Views()
    forms: Forms = Forms()
    domains: Domains = Domains()
    console: Console = Console()
    preview: Preview = Preview()
    cache: Cache = Cache()
    purge: Purge = Purge()
    sentry: Sentry = Sentry()
    otlp: Otlp = Otlp()
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
    def socket(self) -> Path | None:
        return (self.root / self.server.socket).resolve() if self.server.socket else None

    @property
    def media_folder(self) -> Path:
        return self.root / self.media.directory if self.media.directory else self.var / "media"

    @property
    def keyring_file(self) -> Path:
        return self.root / self.secrets.keyring_file if self.secrets.keyring_file else self.var / "keys" / "keyring"

    @property
    def places_file(self) -> Path | None:
        """The operator's file of countries; None for the one that came with the program."""
        return self.root / self.views.places if self.views.places else None

    @cached_property
    def purge_secret(self) -> str:
        """What caches in front know us by; empty where they need nothing. Raises OSError, UnicodeDecodeError."""
        if self.purge.secret_file:
            return (self.root / self.purge.secret_file).read_text("ascii").strip()
        return self.purge.secret.get_secret_value()

    @cached_property
    def store_secret(self) -> str:
        """Of the object store's key. Raises OSError, UnicodeDecodeError."""
        if self.store.secret_file:
            return (self.root / self.store.secret_file).read_text("ascii").strip()
        return self.store.secret.get_secret_value()

    @property
    def spam_referrers_file(self) -> Path | None:
        return self.root / self.forms.spam_referrers if self.forms.spam_referrers else None

    @property
    def preview_domain(self) -> str:
        return self.preview.domain or f"preview.{self.server.base_domains[0]}"

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(_network(peer) for peer in self.server.trusted_proxies if peer != "unix")

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
