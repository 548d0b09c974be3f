"""Password-protected sites: the form in front of everything such a site has, and the cookie that opens it.

`guard` stands in a middleware, so pages, errors, feeds and paths that nobody has all look alike to who is not let in.
Deliberately not here: accounts (one password a site), a way to sign out (the cookie ends by itself, and changing the
password ends all of them), and setting passwords, which is other programs' business.
"""

from renderer.gate.handlers import guard, keep_private, lifetime, routes

__all__ = ["guard", "keep_private", "lifetime", "routes"]
