"""Page → bytes: the one place that writes an HTML answer, with its headers.

What may be kept by whom is decided here from the request's site, not by the handlers: a password-protected site's
answer is `private, no-store` whatever it is.
"""

from renderer.respond.answers import (
    as_nothing,
    busy,
    error,
    file,
    html,
    nobody,
    nothing,
    page,
    refusal,
    shared,
    unchanged,
)
from renderer.respond.headers import (
    FOREVER,
    NO_STORE,
    PRIVATE,
    PUBLIC,
    SECURITY,
    VARIES,
    file_headers,
    policy,
    security,
    versioned,
)
from renderer.respond.reading import image_rules, now, site_source, themed

__all__ = [
    "FOREVER",
    "NO_STORE",
    "PRIVATE",
    "PUBLIC",
    "SECURITY",
    "VARIES",
    "as_nothing",
    "busy",
    "error",
    "file",
    "file_headers",
    "html",
    "image_rules",
    "nobody",
    "nothing",
    "now",
    "page",
    "policy",
    "refusal",
    "security",
    "shared",
    "site_source",
    "themed",
    "unchanged",
    "versioned",
]
