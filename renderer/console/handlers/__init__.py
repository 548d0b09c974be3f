"""A file for each group of screens: fetch inside `visit.db()`, leave it, draw."""

from renderer.console.handlers import (
    account,
    domains,
    draft,
    email,
    language,
    leads,
    links,
    look,
    overview,
    pictures,
    posts,
    security,
    shop,
    sign_in,
    statistics,
)

__all__ = [
    "account",
    "domains",
    "draft",
    "email",
    "language",
    "leads",
    "links",
    "look",
    "overview",
    "pictures",
    "posts",
    "security",
    "shop",
    "sign_in",
    "statistics",
]
