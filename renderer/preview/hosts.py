"""Names of previews: `<site's id in hex>.<preview domain>`."""

import re
from uuid import UUID

from renderer.settings import Settings

_LABEL = re.compile(r"[0-9a-f]{32}")


def preview_host(settings: Settings, website_id: UUID) -> str:
    """An origin of its own for each site, so that no site's pages reach another's cookie or storage."""
    return f"{website_id.hex}.{settings.preview_domain}"


def is_preview_host(host: str, settings: Settings) -> bool:
    """Whether previews answer a normalised host, and nothing else does."""
    domain = settings.preview_domain
    return host == domain or host.endswith(f".{domain}")


def previewed_site(host: str, settings: Settings) -> UUID | None:
    """Whose preview a host would be."""
    label = host.removesuffix(f".{settings.preview_domain}")
    return UUID(hex=label) if label != host and _LABEL.fullmatch(label) else None
