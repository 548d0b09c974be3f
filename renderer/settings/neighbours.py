"""The sections of config.toml that name services beside the program: off by default, each by itself."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from renderer.mailboxes import InvalidMailbox, sendable_mailbox
from renderer.settings.sections import Section
from renderer.settings.values import Addresses, Line, Lines, Origin, Reachable, SecretLine, SecurePage


class Purge(Section):
    url: Reachable = Field(
        "",
        pattern=r"^(https?://[^\s/]+\S*)?$",
        description="what is called when sites change, so that caches in front may keep pages; empty: they keep none",
    )
    method: str = Field("POST", pattern=r"^[A-Z]+$", description="of that call")
    headers: Lines = Field(
        ("Authorization: Bearer {secret}", "Content-Type: application/json"),
        description="of that call; {tag}, {json}, {spaces} and {commas} stand for tags, {secret} for the secret",
    )
    body: str = Field('{"tags": {json}}', description="of that call; the same, but for the secret")
    secret: SecretStr = Field(SecretStr(""), description="token or key that the cache knows; signs each call, too")
    secret_file: str = Field("", description="file that holds it, instead")
    addresses: Addresses = Field(
        (), description="addresses that may be called though they are not public, also without TLS"
    )
    tags_at_once: int = Field(100, ge=1, le=1_000, description="most tags of a call; with {tag} it is one")
    shared_seconds: int = Field(
        3_600, ge=1, le=604_800, description="seconds that caches in front may keep a page (s-maxage)"
    )
    stale_if_error: int = Field(
        86_400, ge=0, le=604_800, description="seconds that they may show it beyond that while we fail"
    )
    again_seconds: int = Field(
        10, ge=0, le=600, description="after this every call is made once more, for answers under way; 0: it is not"
    )

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        # A token, and what changed, in clear over a network that is not the operator's own.
        if self.url.startswith("http:") and not self.addresses:
            raise ValueError("purge.url is https, unless purge.addresses names where it leads")
        return self

    @property
    def is_by_tag(self) -> bool:
        """Each call is about one tag."""
        return any("{tag}" in text for text in (self.url, self.body, *self.headers))


class ObjectStore(Section):
    bucket: str = Field(
        "",
        pattern=r"^([a-zA-Z0-9][a-zA-Z0-9._-]{1,62})?$",
        description="bucket of an S3-compatible store for owners' pictures and files of leads; empty: folders",
    )
    endpoint: Origin = Field("", description="origin of its service; empty: Amazon's of that region")
    region: str = Field("us-east-1", pattern=r"^[a-z0-9-]{1,40}$", description="region that requests are signed for")
    path_style: bool = Field(
        True, description="the bucket is named in the path, not in the host; Amazon's own takes either"
    )
    prefix: str = Field(
        "", pattern=r"^([a-zA-Z0-9._/-]{1,200})?$", description="what names of objects begin with; empty: nothing"
    )
    key_id: Line = Field("", description="access key's id; it may list, read, write and delete there")
    secret: SecretStr = Field(SecretStr(""), description="of that key")
    secret_file: str = Field("", description="file that holds it, instead")

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        # Without keys of ours, those of whatever the machine is would be looked for.
        if self.bucket and not (self.key_id and (self.secret.get_secret_value() or self.secret_file)):
            raise ValueError("store.bucket needs store.key_id and store.secret")
        if ".." in self.prefix.split("/"):
            raise ValueError("store.prefix has no ..")
        return self


class IndexNow(Section):
    endpoint: SecurePage = Field(
        "https://api.indexnow.org/indexnow",
        description="who is told of changes, once system_config.indexnow is true; https only",
    )


class Mail(Section):
    host: str = Field("", description="mail server (SMTP) that takes mail to owners; empty: nothing is mailed")
    port: int = Field(587, ge=1, le=65535, description="its port")
    tls: Literal["starttls", "tls", "none"] = Field("starttls", description="none for a server of this machine alone")
    user: str = Field("", description="who signs in there; empty: nobody does")
    password: SecretStr = Field(SecretStr(""), description="of that user")
    sender: str = Field("", description="address that mail comes from, such as leads@tapsite.example")

    @model_validator(mode="after")
    def _has_sender(self) -> Self:
        try:
            if self.host or self.sender:
                sendable_mailbox(self.sender)
        except InvalidMailbox:
            raise ValueError("mail.host needs mail.sender, an e-mail address") from None
        return self


class WhatsApp(Section):
    phone_number_id: str = Field(
        "", pattern=r"^\d*$", description="of the number that owners are told from (Meta Cloud API); empty: none"
    )
    token: SecretLine = Field(SecretStr(""), description="access token of that account")
    template: str = Field(
        "lead",
        pattern=r"^[a-z0-9_]+$",
        description="approved template with four places: name, number, message, reference",
    )
    language: str = Field("id", pattern=r"^[a-zA-Z_]+$", description="language that the template is approved in")
    endpoint: SecurePage = Field("https://graph.facebook.com/v23.0", description="where the API is; https only")


class Akismet(Section):
    key: SecretLine = Field(
        SecretStr(""),
        description="key of Akismet, which is asked about leads before they are delivered; empty: nobody is",
    )
    endpoint: Reachable = Field(
        "https://rest.akismet.com", pattern=r"^https://[^\s/]+[^\s]*$", description="where it is; https only"
    )


class Sentry(Section):
    dsn: SecretStr = Field(SecretStr(""), description="where errors are told to (Sentry's protocol); empty: nowhere")
    environment: str = Field("production", pattern=r"^[^\s/]{1,64}$", description="what they are sorted under there")
    addresses: Addresses = Field(
        (), description="addresses that may be called though they are not public, also without TLS"
    )

    @model_validator(mode="after")
    def _is_dsn(self) -> Self:
        try:
            parts = urlsplit(self.dsn.get_secret_value())
            _ = parts.port
        except ValueError:
            raise ValueError("sentry.dsn is https://<key>@<host>/<project>") from None
        is_whole = parts.scheme in ("http", "https") and parts.hostname and (parts.username or "").isalnum()
        if self.dsn.get_secret_value() and not (is_whole and parts.path.rpartition("/")[2].isdigit()):
            raise ValueError("sentry.dsn is https://<key>@<host>/<project>")
        if parts.scheme == "http" and not self.addresses:
            raise ValueError("sentry.dsn is https, unless sentry.addresses names where it leads")
        return self


class Otlp(Section):
    endpoint: Reachable = Field(
        "",
        pattern=r"^(https?://[^\s/]+\S*)?$",
        description="where traces are told to, as https://otlp.example/v1/traces; empty: nowhere",
    )
    headers: Lines = Field((), description="of each message; {secret} stands for the secret")
    secret: SecretStr = Field(SecretStr(""), description="token that the collector knows")
    sample: float = Field(0.01, ge=0, le=1, description="share of the traces that is told of")
    addresses: Addresses = Field(
        (), description="addresses that may be called though they are not public, also without TLS"
    )

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        if self.endpoint.startswith("http:") and not self.addresses:
            raise ValueError("otlp.endpoint is https, unless otlp.addresses names where it leads")
        if not self.secret.get_secret_value().isprintable():
            raise ValueError("otlp.secret is one line")
        return self
