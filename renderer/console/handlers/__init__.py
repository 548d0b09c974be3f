"""A file for each group of screens: fetch inside `visit.db()`, leave it, draw."""

from renderer.console.handlers import language, links, overview, sign_in

__all__ = ["language", "links", "overview", "sign_in"]
