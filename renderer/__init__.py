"""Tapsite's renderer: an async multi-tenant site renderer and edge server."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tapsite-renderer")
except PackageNotFoundError:  # run from a tree that was never installed
    __version__ = "0+unknown"
