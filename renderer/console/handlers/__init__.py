"""A file for each group of screens: fetch inside `visit.db()`, leave it, draw."""

from renderer.console.handlers import language, leads, links, overview, shop, sign_in

__all__ = ["language", "leads", "links", "overview", "shop", "sign_in"]
