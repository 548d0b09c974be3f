"""Typed keys of what the application and a request carry."""

from collections.abc import Awaitable, Callable

import asyncpg
from aiohttp import web

from renderer.db.lease import Lease
from renderer.edge.sites import EdgeSite
from renderer.keyring import Keyring
from renderer.settings import Settings
from renderer.shelf import Shelf
from renderer.themes import ImageRules, Themes

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SETTINGS = web.AppKey("settings", Settings)
POOL: web.AppKey[asyncpg.Pool] = web.AppKey("pool", asyncpg.Pool)
THEMES = web.AppKey("themes", Themes)
KEYRING = web.AppKey("keyring", Keyring)
# Sites as their themes read them.
SHELF = web.AppKey("shelf", Shelf)
# Which hosts' pictures may be shown beside a site's own, and how they are resized.
IMAGE_RULES = web.AppKey("image_rules", ImageRules)
# What answers on a base domain itself.
BASE_HANDLER: web.AppKey[Handler] = web.AppKey("base_handler")

# The request's one connection, taken when first asked for.
LEASE = web.RequestKey("lease", Lease)
# The site the Host header named; absent on a base domain and where no site answers.
SITE = web.RequestKey("site", EdgeSite)
# True once the gate let the visitor in: only then may anything of the site be shown, errors included.
ADMITTED = web.RequestKey("admitted", bool)
# The client's address as the edge trusts it: the rightmost hop that is no trusted proxy. "" when unknown (unix socket).
CLIENT = web.RequestKey("client", str)
# "http" or "https", as the visitor's browser sees it.
SCHEME = web.RequestKey("scheme", str)
