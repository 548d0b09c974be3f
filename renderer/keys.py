"""Typed keys of what the application and a request carry."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import asyncpg
from aiohttp import web

from renderer.db.lease import Lease
from renderer.edge import client_address
from renderer.edge.front import Front, Seen
from renderer.edge.held import Held
from renderer.edge.sites import EdgeSite
from renderer.keyring import Keyring
from renderer.known import Known
from renderer.media.studio import Studio
from renderer.objects import Store
from renderer.outbound import MailClient, OutboundClient
from renderer.outbox import Dispatcher
from renderer.settings import Settings
from renderer.shelf import Shelf
from renderer.themes import ImageRules, Themes

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SETTINGS = web.AppKey("settings", Settings)
POOL: web.AppKey[asyncpg.Pool] = web.AppKey("pool", asyncpg.Pool)
THEMES = web.AppKey("themes", Themes)
KEYRING = web.AppKey("keyring", Keyring)
# The one way out: for whatever calls another server.
OUTBOUND = web.AppKey("outbound", OutboundClient)
MAIL = web.AppKey("mail", MailClient)
# What waits to be done; told when jobs were committed, so that nobody waits for its next look.
OUTBOX = web.AppKey("outbox", Dispatcher)
# Sites as their themes read them.
SHELF = web.AppKey("shelf", Shelf)
# Which hosts' pictures may be shown beside a site's own, and how they are resized.
IMAGE_RULES = web.AppKey("image_rules", ImageRules)
# Where the files of owners' pictures are, and where they are drawn.
PICTURES: web.AppKey[Store] = web.AppKey("pictures", Store)
STUDIO = web.AppKey("studio", Studio)
# What answers on a base domain itself.
BASE_HANDLER: web.AppKey[Handler] = web.AppKey("base_handler")

# What answers on `console.host`; absent where there is no console.
CONSOLE: web.AppKey[Handler] = web.AppKey("console")

# `seen(visit)`: told once of each GET of a page of a public site that was answered 200 or 304, kept bytes or drawn
# ones; not of errors, forms, files or protected sites. It must not raise.
SEEN: web.AppKey[Seen] = web.AppKey("seen")
# `reached(request, way)`: a visitor of a public site got in touch with its owner. Absent where nobody counts.
REACHED: web.AppKey[Callable[[web.Request, str], None]] = web.AppKey("reached")
# What stands between the socket and the application.
FRONT = web.AppKey("front", Front)

# Sites with forms as they were seen last.
KNOWN = web.AppKey("known", Known)

# The request's one connection, taken when first asked for.
LEASE = web.RequestKey("lease", Lease)
# The site the Host header named; absent on a base domain and where no site answers.
SITE = web.RequestKey("site", EdgeSite)
# The same site where it is held for the next request: absent elsewhere, and where there is a password.
HELD = web.RequestKey("held", Held)
# The Host header's name, normalised; absent where it is none.
HOST = web.RequestKey("host", str)
# The IANA name of the site's time zone, once its row was read.
ZONE = web.RequestKey("zone", str)
# Whether the site's visitors who send DNT are not told apart; set with ZONE.
HEEDS_DNT = web.RequestKey("heeds_dnt", bool)
# The moment for which a preview was asked; absent everywhere else.
AS_OF = web.RequestKey("as_of", datetime)
# True once the gate let the visitor in: only then may anything of the site be shown, errors included.
ADMITTED = web.RequestKey("admitted", bool)
# Who is asking and over which scheme: set by the front on every request.
CLIENT = client_address.CLIENT
SCHEME = client_address.SCHEME
