"""The sections of config.toml: every key, declared once, with its default."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator

from renderer.settings.values import (
    Addresses,
    Contact,
    DatabaseUrl,
    Host,
    Hosts,
    Listen,
    Origin,
    Page,
    Peers,
    Resolvers,
)


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _is_meant(cls, value: Any, info: ValidationInfo) -> Any:
        # pydantic counts true as 1; no file, address or secret has a NUL, and the system's calls raise for one.
        if isinstance(value, bool) and cls.model_fields[info.field_name or ""].annotation is not bool:
            raise ValueError("true and false are for switches alone")
        if isinstance(value, str) and "\0" in value:
            raise ValueError("expected a text without NUL")
        return value


class Server(Section):
    mode: Literal["development", "production"] = Field("development", description="production insists on secrets")
    host: Listen = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    socket: str = Field("", description="unix socket to listen on, instead of host and port; its group may connect")
    workers: int = Field(0, ge=0, le=256, description="worker processes; 0 is one a core")
    base_domains: Hosts = Field(("localhost",), min_length=1, description="<label>.<base domain> is a site")
    base_redirect: Page = Field("", description="where the base domain itself redirects to; empty: not found")
    public_scheme: Literal["", "http", "https"] = Field(
        "", description="scheme of the sites' own addresses; empty: https in production, else http"
    )
    public_port: int = Field(
        -1, ge=-1, le=65535, description="port in the sites' own addresses; 0: none; -1: none in production, else port"
    )
    abuse_contact: Contact = Field(
        "", description="e-mail address or https page for reports of abuse, shown on the base domain; empty: none"
    )
    trusted_proxies: Peers = Field(
        (), description="networks (or `unix`) whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    max_body_bytes: int = Field(1_048_576, ge=1024, description="largest request body")
    head_seconds: float = Field(10.0, gt=0, le=600, description="time for a request's head to come")
    idle_seconds: float = Field(
        130.0, gt=0, le=7_200, description="time between two requests of a connection; a proxy's own should be shorter"
    )
    unread_seconds: float = Field(
        60.0, gt=0, le=3_600, description="time after which a client that hardly takes any of its answer is cut off"
    )
    shutdown_seconds: int = Field(8, ge=1, le=300, description="time for requests in flight when stopping")


class Internal(Section):
    host: Listen = Field("127.0.0.1", description="address of the internal port; whoever reaches it reads all of it")
    port: int = Field(0, ge=0, le=65535, description="port of health, metrics and the proxy's TLS question; 0: none")
    tls_subdomains: bool = Field(
        False,
        description="the proxy gets certificates for subdomains and previews one by one; false: it has wildcards",
    )


class Database(Section):
    url: DatabaseUrl = Field(
        SecretStr(""), description="PostgreSQL 15 or newer; empty: the embedded server under paths.var"
    )
    direct_url: DatabaseUrl = Field(SecretStr(""), description="the same database without a pooler between; empty: url")
    migrate_url: DatabaseUrl = Field(SecretStr(""), description="as the role that owns the schema; empty: direct_url")
    maintain_url: DatabaseUrl = Field(
        SecretStr(""), description="as tapsite_maintain, for the hourly upkeep; empty: migrate_url"
    )
    console_url: DatabaseUrl = Field(
        SecretStr(""), description="as tapsite_console, for the owners' pages; needed for console.host beside a url"
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


class Media(Section):
    directory: str = Field("", description="folder of the pictures that owners upload; empty: <paths.var>/media")
    file_bytes: int = Field(
        15_728_640, ge=100_000, le=52_428_800, description="largest picture that an owner may upload"
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
    client_limit: int = Field(
        3_000,
        ge=1,
        le=1_000_000,
        description="clicks and views that pages of one client (IPv6: a /64) and site may tell of in ten minutes",
    )
    queue_events: int = Field(
        50_000, ge=100, le=10_000_000, description="most that a worker keeps in memory while the disk takes none"
    )


class Forms(Section):
    spool_bytes: int = Field(
        268_435_456, ge=1_048_576, description="most that leads may take on disk while the database is away"
    )
    client_limit: int = Field(
        100,
        ge=1,
        le=1_000_000,
        description="submissions of one client (IPv6: a /64) and site in ten minutes (to all: ten times so many)",
    )
    site_alarm: int = Field(
        60, ge=1, le=1_000_000, description="submissions of a site in ten minutes beyond which browsers prove work"
    )
    site_limit: int = Field(2_000, ge=1, le=10_000_000, description="those beyond which others are refused (429)")
    file_bytes: int = Field(5_242_880, ge=10_000, le=10_485_760, description="largest file that a visitor may send")
    site_files_bytes: int = Field(
        536_870_912, ge=1_048_576, description="most that the files of a site's leads may take on disk"
    )
    keep_ip_days: int = Field(30, ge=0, le=3650, description="days that a lead keeps its sender's address and browser")
    spam_referrers: str = Field("", description="file of further domains that send spam, one a line; empty: none")


class Domains(Section):
    resolvers: Resolvers = Field(
        (), description="name servers that are asked for proofs, as 192.0.2.1 or 192.0.2.1#5353; empty: the system's"
    )
    cname: Host = Field("", description="host that custom domains point to by CNAME; said to owners, never checked")
    addresses: Addresses = Field((), description="addresses that apex domains point to; said to owners, never checked")


class Console(Section):
    host: Host = Field(
        "", description="host of the owners' pages, on a registrable domain of its own; empty: there are none"
    )


class Preview(Section):
    domain: Host = Field(
        "", description="<site's id>.<domain> shows previews; empty: preview.<first of server.base_domains>"
    )


class Cache(Section):
    room: int = Field(
        268_435_456,
        ge=0,
        description="bytes that a worker's kept answers may take, what was not asked for lately packed; 0 keeps none",
    )
    stale_if_error: int = Field(
        86_400, ge=0, le=604_800, description="seconds that kept answers are sent while the database is away"
    )


class Demo(Section):
    index: bool = Field(False, description="the base domain lists the demo sites")


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="least severity that is logged")
    form: Literal["auto", "json", "text"] = Field("auto", description="auto is text on a terminal, else JSON")
    access: bool = Field(True, description="a line for each answer that was made")
    hits: float = Field(0.0, ge=0, le=1, description="share of the kept answers that get a line too; 0: none")
