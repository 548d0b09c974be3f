"""Names of previews: `<site's id in hex>.<preview domain>`."""

import re
from uuid import UUID

from renderer.settings import Settings

_LABEL = re.compile(r"[0-9a-f]{32}")


def preview_domain(settings: Settings) -> str:
    return settings.preview.domain or f"preview.{settings.server.base_domains[0]}"


def preview_host(settings: Settings, website_id: UUID) -> str:
    """An origin of its own for each site, so that no site's pages reach another's cookie or storage."""
    return f"{website_id.hex}.{preview_domain(settings)}"


def is_preview_host(host: str, settings: Settings) -> bool:
    """Whether previews answer a normalised host, and nothing else does."""
    domain = preview_domain(settings)
    return host == domain or host.endswith(f".{domain}")


def previewed_site(host: str, settings: Settings) -> UUID | None:
    """Whose preview a host would be."""
    label = host.removesuffix(f".{preview_domain(settings)}")
    return UUID(hex=label) if label != host and _LABEL.fullmatch(label) else None
